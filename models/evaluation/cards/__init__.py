"""MODEL_CARD.md and PERFORMANCE.md: measured, then written, by one command."""
