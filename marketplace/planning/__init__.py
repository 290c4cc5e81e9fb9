"""Weeks, money and the law's figures, worked out. Knows no web and no database."""
