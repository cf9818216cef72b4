"""Passwords: argon2id, never kept nor logged."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registry.errors import PasswordTooShort

LEAST_LENGTH = 10
MOST_LENGTH = 200
"""Beyond it a log-in attempt would only cost us time."""


class Passwords:
    """`hasher` is a parameter because its cost is a setting of the machine (and of a test)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """Errors: PasswordTooShort."""
        if len(password) < LEAST_LENGTH:
            raise PasswordTooShort(LEAST_LENGTH)
        return self._hasher.hash(password[:MOST_LENGTH])

    def holds(self, password: str, stored: str | None) -> bool:
        """Whether it is the one. Without a stored hash the same time is spent, so that names cannot be found out."""
        try:
            return self._hasher.verify(stored or self._nobodys, password[:MOST_LENGTH]) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
