"""Whether what providers offer is still right: asking, answering, and what happens without an answer."""
