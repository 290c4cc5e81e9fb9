"""What a person says about themselves, in parts they can hide."""
