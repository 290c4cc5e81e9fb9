"""Personal Assistants: what they are asked, what of it stays hidden, and the law on pay."""
