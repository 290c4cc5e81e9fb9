"""What a provider sees of its checks: what is asked for and why, what was seen, and until when it counts."""
