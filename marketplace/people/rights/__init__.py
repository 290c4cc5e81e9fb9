"""Who looked, taking the record home, and having it erased."""
