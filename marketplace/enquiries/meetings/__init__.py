"""Meeting each other and trying something once, and giving contact details when the person wants to."""
