"""Who did what and when: a chain of entries that shows when one was changed."""
