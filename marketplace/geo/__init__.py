"""Places and travel: where a postcode is, how far, how long, what it costs, and outlines to draw."""
