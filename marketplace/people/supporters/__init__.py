"""People who help a person, and carers with needs of their own."""
