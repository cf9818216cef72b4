"""One module a chapter; each plays one child's (or a pair's) way and returns who it told of."""
