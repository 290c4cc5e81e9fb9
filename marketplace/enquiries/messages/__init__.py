"""Messages between a person and a provider: relayed, kept, and looked over for what can do harm."""
