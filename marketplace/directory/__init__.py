"""The open directory: browse and search, the pages of offers and providers, and how matching works."""
