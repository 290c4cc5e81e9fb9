"""What people near a provider want and nothing fits, and who could find an offer that is being written."""
