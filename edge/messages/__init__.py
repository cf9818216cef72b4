"""The wire contract: what a tablet and the registry say to each other, and how it is sealed."""
