"""What keeps the marketplace in order beside the pages: `marketplace work` and `marketplace check`."""
