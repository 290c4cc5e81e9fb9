"""What visitors without an account searched for, reduced at once to counts of coarse facts."""
