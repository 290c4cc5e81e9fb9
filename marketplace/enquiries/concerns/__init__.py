"""Concerns: raised from anywhere, looked at by moderators."""
