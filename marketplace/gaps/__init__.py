"""What people look for and nobody offers; and how many people may be told to anyone. Knows no web."""
