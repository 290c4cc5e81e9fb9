"""What councils see: the gaps, the market, and what came of what they did. Counts of people are always ``Shown``."""
