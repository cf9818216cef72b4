"""What every page of the console shares: who is asking, in which language, and how a page is made of it."""
