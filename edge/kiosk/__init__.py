"""The tablet's page: what was saved, what the registry answered, whether there is a network. It needs none itself."""
