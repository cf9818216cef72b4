"""The same search twice: `reference` in plain numpy, to be read, and `compiled` in numba, to be used.

Both count, for every enrolled code (a row) and every probe code, the commonly valid bits and those that
disagree, at every rotation; both keep the rotation with the least fraction and the probe code with the least
score; a test proves them equal bit for bit.
"""
