"""Groups that could be: people near each other with the same unmet wish."""
