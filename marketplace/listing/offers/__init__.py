"""The offer editor: one question a page, a list of answers to check, and quick changes of what is live."""
