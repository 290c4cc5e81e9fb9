"""The pages on which providers list what they offer."""
