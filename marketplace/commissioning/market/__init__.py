"""What there is: the market as a picture, and pilots."""
