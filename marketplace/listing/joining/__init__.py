"""Joining as a provider: the questions, the task list, who may act for it, and its end."""
