"""An invented year of two councils: who asked whom, and what the councils wrote down."""
