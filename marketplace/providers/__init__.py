"""Providers: whoever lists offers, and the dated facts that were checked about them."""
