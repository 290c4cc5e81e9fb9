"""What people say came of it, and what was changed because of them."""
