"""The register of gaps: whose they are, what is done, and what came of it."""
