"""Everything that can be wrong with a message before it may be trusted.

Each error names a fact, carries what the caller needs as attributes, and has a stable `code` for journals and
metrics. `str(error)` is a sentence that a person can act on and never contains a part of a template.
"""

from typing import ClassVar


class MessageError(Exception):
    """The root of this package's errors."""

    code: ClassVar[str] = "message_error"


class KeyInvalid(MessageError, ValueError):
    """Text or a file that is no key of the kind asked for."""

    code = "key_invalid"

    def __init__(self, what: str, source: str) -> None:
        super().__init__(f"{source} is not {what}; copy it again from where `panah device provision` wrote it.")
        self.what, self.source = what, source


class MessageTooLarge(MessageError):
    code = "too_large"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"The message has {size} bytes and {limit} are allowed; save fewer children in one encounter.")
        self.size, self.limit = size, limit


class MessageTruncated(MessageError):
    code = "truncated"

    def __init__(self, size: int) -> None:
        super().__init__(f"The message ends early, after {size} bytes; the sender must send it again whole.")
        self.size = size


class NotCbor(MessageError):
    code = "not_cbor"

    def __init__(self, size: int) -> None:
        super().__init__(f"These {size} bytes are not CBOR; something other than a Panah device sent them.")
        self.size = size


class NotSealed(MessageError):
    """CBOR, but not the one COSE structure that this project writes."""

    code = "not_sealed"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The message is not a sealed Panah message: {reason}; check the version of the sender.")
        self.reason = reason


class MessageVersionUnknown(MessageError):
    code = "version_unknown"

    def __init__(self, found: object, expected: int) -> None:
        super().__init__(
            f"The message has version {found} and this side knows version {expected}; update the older side."
        )
        self.found, self.expected = found, expected


class WrongMessageType(MessageError):
    code = "wrong_type"

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"A message of type '{found}' came where '{expected}' belongs; check its topic.")
        self.found, self.expected = found, expected


class WrongDevice(MessageError):
    """The message names another device than the topic it came on or the tablet that opens it."""

    code = "wrong_device"

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            f"The message names device '{found}' but belongs to '{expected}'; check the broker's access list."
        )
        self.found, self.expected = found, expected


class UnknownDevice(MessageError):
    code = "unknown_device"

    def __init__(self, device: str) -> None:
        super().__init__(
            f"The device '{device}' is not registered or was revoked; an administrator provisions it with "
            "`panah device provision`."
        )
        self.device = device


class UnknownKey(MessageError):
    code = "unknown_key"

    def __init__(self, owner: str, key_id: str) -> None:
        super().__init__(f"'{owner}' has no key {key_id} here; provision it again, or bring its public key here.")
        self.owner, self.key_id = owner, key_id


class WrongRegistryKey(MessageError):
    """Sealed to a registry key that this registry does not hold."""

    code = "wrong_recipient_key"

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"The message is sealed to key {key_id}, which is not held here; give the sender the current public key."
        )
        self.key_id = key_id


class MessageDamaged(MessageError):
    """The right key does not open it: bytes were changed on the way."""

    code = "damaged"

    def __init__(self, key_id: str) -> None:
        super().__init__(f"The message does not open with key {key_id}: it was changed on its way; send it again.")
        self.key_id = key_id


class BadSignature(MessageError):
    code = "bad_signature"

    def __init__(self, owner: str, key_id: str) -> None:
        super().__init__(
            f"The signature is not that of '{owner}' with key {key_id}; the message is refused. "
            "If it repeats, treat the device as stolen and revoke it."
        )
        self.owner, self.key_id = owner, key_id


class SchemaViolation(MessageError):
    """Signed and opened, but its content is not what this version says."""

    code = "schema_violation"

    def __init__(self, type_: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"The {type_} is not well formed ({'; '.join(problems)}); update the sender's software.")
        self.type, self.problems = type_, problems
