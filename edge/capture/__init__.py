"""From the first word with a child to a saved report: one encounter, a slot for each child."""
