"""Waiting for an answer: who is reminded when, what else fits, and how long a provider takes.

How fast a provider answers is for the provider to see. Matching knows nothing of it.
"""
