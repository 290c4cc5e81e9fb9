"""Mail that is written with what it tells, and sent once."""
