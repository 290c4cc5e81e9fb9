"""People who look for a meaningful day, and the questions that find it."""
