"""What was captured and is not yet known to be in the registry: saved first, sent later, let go on receipt only."""
