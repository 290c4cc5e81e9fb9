"""Where one more offer would help most, and what if there were one."""
