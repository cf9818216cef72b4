"""A stored decision for a person: in words of two languages, and as a small picture."""
