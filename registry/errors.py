"""Everything that can go wrong in the registry, each with a sentence that a person can act on."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID


class RegistryError(Exception):
    """The root of this package's errors."""


class DatabaseUnavailable(RegistryError):
    """The database is gone, locked for too long, or full. What was committed is safe; the caller tries again."""

    def __init__(self, database: str, cause: str) -> None:
        super().__init__(
            f"The database {database} does not answer ({cause}). Nothing is lost: captures wait in the broker and on "
            "the tablets. Check that it runs, that its disk has room, and that nobody else holds it locked."
        )
        self.database, self.cause = database, cause


class SchemaBehind(RegistryError):
    """The database has another schema than this program."""

    def __init__(self, *, found: str | None, expected: str) -> None:
        if found is None:
            state, first = "has no tables yet", "Run"
        else:
            state, first = f"is at schema {found}, this program needs {expected}", "Make a backup, then run"
        super().__init__(f"The database {state}. {first}: panah registry migrate")
        self.found, self.expected = found, expected


class PortTaken(RegistryError):
    def __init__(self, port: int, what: str) -> None:
        super().__init__(
            f"Port {port} for {what} is in use by another program. Choose another port or end that program."
        )
        self.port, self.what = port, what


class BrokerUnavailable(RegistryError):
    def __init__(self, url: str, cause: str) -> None:
        super().__init__(f"The MQTT broker {url} does not answer ({cause}). Check PANAH_BROKER_URL and that it runs.")
        self.url, self.cause = url, cause


class RayUnreachable(RegistryError):
    def __init__(self, address: str, cause: str) -> None:
        super().__init__(
            f"Ray does not answer at {address} ({cause}). Check PANAH_RAY_ADDRESS and that the cluster runs, or take "
            "it away: the shards then run on this machine."
        )
        self.address, self.cause = address, cause


class HomeUnusable(RegistryError):
    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"The folder {path} (PANAH_HOME) cannot be used: {cause}.")
        self.path, self.cause = path, cause


class KeyFileDamaged(RegistryError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The key file {path} cannot be read. Restore it from the backup; "
            "a new key would orphan what the old one sealed."
        )
        self.path = path


class DeviceExists(RegistryError):
    def __init__(self, device: str) -> None:
        super().__init__(
            f"A device named {device} exists already. "
            "Choose another name, even for a tablet whose old name was revoked."
        )
        self.device = device


class DeviceUnknown(RegistryError):
    def __init__(self, device: str) -> None:
        super().__init__(f"No device is named {device}. See: panah device list")
        self.device = device


class DeviceNameInvalid(RegistryError):
    def __init__(self, device: str) -> None:
        super().__init__(
            f"'{device}' cannot name a device: use 1 to 64 small letters, digits and hyphens, a letter first."
        )
        self.device = device


class AccountExists(RegistryError):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is an account named {name} already.")
        self.name = name


class AccountNameInvalid(RegistryError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"'{name}' cannot be an account's name: "
            "use 2 to 64 lower-case letters, digits, dots, hyphens or underscores."
        )
        self.name = name


class RoleNeeded(RegistryError):
    def __init__(self, roles: Sequence[str]) -> None:
        super().__init__(f"An account needs at least one role of: {', '.join(roles)}.")
        self.roles = roles


class RolesClash(RegistryError):
    def __init__(self) -> None:
        super().__init__("Safeguarding officer, auditor and receiving organisation hold no other role.")


class LastAdministrator(RegistryError):
    def __init__(self) -> None:
        super().__init__("This is the last administrator. Add another one first, or nobody can add accounts any more.")


class PasswordTooShort(RegistryError):
    def __init__(self, least: int) -> None:
        super().__init__(f"The password is too short: at least {least} characters, for example four words.")
        self.least = least


class LoginRefused(RegistryError):
    """Name or password wrong, or the account disabled: the caller is told no more than that."""

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong.")


class LoginPaused(RegistryError):
    """Too many failed attempts for this name or from this address."""

    def __init__(self, seconds: int) -> None:
        self.seconds, self.minutes = seconds, max(1, round(seconds / 60))
        super().__init__(f"Too many attempts. Try again in {self.minutes} minutes.")


class NotThere(RegistryError):
    """No such thing, or no right to it: the answer is the same on purpose."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This {what} does not exist or is not yours to see.")
        self.what = what


class Forbidden(RegistryError):
    """Nobody may do this, whatever their right: the catalogue gives the reason in both languages under `said`."""

    said: str


class AlreadyDecided(Forbidden):
    said = "law.already_decided"

    def __init__(self, what: str, by: str | None) -> None:
        super().__init__(f"This {what} was decided already{f' by {by}' if by else ''}. Reload the page.")
        self.what, self.by = what, by


class ReasonNeeded(Forbidden):
    said = "law.reason_needed"

    def __init__(self) -> None:
        super().__init__("Say why in a few words: the reason stays with the case.")


class CaseOpenAlready(Forbidden):
    """One open case per child at most."""

    said = "law.case_open_already"

    def __init__(self, number: str) -> None:
        super().__init__(f"This child has the open case {number}; a second one cannot be opened.")
        self.number = number


class ClaimLost(RegistryError):
    """Another worker has settled one of these captures meanwhile."""

    def __init__(self, capture_ids: Sequence[UUID]) -> None:
        super().__init__(f"No longer this worker's to settle: one of {', '.join(map(str, capture_ids))}.")
        self.capture_ids = tuple(capture_ids)


class AuditBroken(RegistryError):
    """The audit trail does not hold."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"The audit trail is broken at entry {seq}: {why}.")
        self.seq, self.why = seq, why


class LawRefuses(Forbidden):
    """The law of the case forbids it. `why` is the rule's word; the catalogue has `law.<why>` in both languages."""

    def __init__(self, why: str, *, task: str, missing: Sequence[str] = ()) -> None:
        words = f"{task}: {why}".replace("_", " ")
        needed = f" (first: {', '.join(missing)})" if missing else ""
        super().__init__(f"The law of the case does not allow {words}{needed}.")
        self.why, self.task, self.missing, self.said = why, task, tuple(missing), f"law.{why}"


class FormChanged(RegistryError):
    """Somebody else has written this form meanwhile. The caller is shown both and decides."""

    def __init__(self, *, task: str, seen: int | None, newest: int | None) -> None:
        super().__init__(
            f"The form {task} was written by somebody else meanwhile (entry {newest}). Compare both, then send yours "
            "again, naming the newest entry."
        )
        self.task, self.seen, self.newest = task, seen, newest


class PersonUnknown(Forbidden):
    said = "law.person_unknown"

    def __init__(self, account_id: int) -> None:
        super().__init__("There is no such colleague, or their account is disabled.")
        self.account_id = account_id


class KeyOfAnotherRequest(Forbidden):
    """The same Idempotency-Key with another request: one of them would be lost in silence."""

    said = "law.key_of_another_request"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request already. Use a new one for each act.")


class RuleForbids(Forbidden):
    """A rule forbids it, whoever asks."""

    def __init__(self, said: str, *, field: str | None = None) -> None:
        super().__init__(f"Refused: {said.rpartition('.')[2].replace('_', ' ')}{f' ({field})' if field else ''}.")
        self.said, self.field = said, field


class RecordChanged(RegistryError):
    """Somebody else wrote this record meanwhile. The caller is shown both versions and decides."""

    def __init__(self, *, child_id: int, seen: int | None, newest: int | None) -> None:
        super().__init__(
            f"The record of child {child_id} was written by somebody else meanwhile (version {newest}). Compare both, "
            "then send yours again, naming the newest version."
        )
        self.child_id, self.seen, self.newest = child_id, seen, newest


class ReportChanged(RegistryError):
    """Somebody else wrote on this safeguarding report meanwhile. The caller is shown it as it stands and decides."""

    def __init__(self, report_id: int, newest: int) -> None:
        super().__init__(
            "This report was written on meanwhile. Read it as it stands now, then send yours again with its ETag."
        )
        self.report_id, self.newest = report_id, newest


class NoteChanged(RegistryError):
    """The writer has corrected this note before, in another window perhaps. They are shown both and decide."""

    def __init__(self, *, note_id: int, newest: int) -> None:
        super().__init__(
            f"Note {note_id} was corrected before (by note {newest}). Compare both, then correct the newest one."
        )
        self.note_id, self.newest = note_id, newest


class MatchJudged(RegistryError):
    """A colleague has judged this possible match meanwhile. The caller is shown what stands and decides."""

    def __init__(self, match_id: int) -> None:
        super().__init__(
            f"Match {match_id} was judged by a colleague meanwhile. Read what they think, then send yours again with "
            "its ETag."
        )
        self.match_id = match_id


class SweepElsewhere(RegistryError):
    """Another process does this sweep's steps."""

    def __init__(self, sweep_id: int) -> None:
        super().__init__(f"Sweep {sweep_id} is going on in another process. Let it end, or end it and start again.")
        self.sweep_id = sweep_id


class TransferChanged(RegistryError):
    """Somebody else has decided or answered meanwhile. The caller is shown the transfer as it stands and decides."""

    def __init__(self, transfer_id: int, newest: int) -> None:
        super().__init__("This transfer was changed meanwhile. Read it as it stands, then send yours with its ETag.")
        self.transfer_id, self.newest = transfer_id, newest


class AttachmentDamaged(RegistryError):
    """Its sealed bytes do not open: changed, mixed up, or sealed with another registry's key."""

    def __init__(self, token: str) -> None:
        super().__init__(
            f"The attachment {token} cannot be opened: its bytes were changed, or keys/attachments.key is not the one "
            "that sealed it. Restore both from the same backup."
        )
        self.token = token


class ReferralChanged(RegistryError):
    """Somebody else has answered or ended it meanwhile. The caller is shown how it stands and decides."""

    def __init__(self, referral_id: int, newest: int) -> None:
        super().__init__("This referral was changed meanwhile. Read it as it stands, then send yours with its ETag.")
        self.referral_id, self.newest = referral_id, newest


class CursorUnreadable(RegistryError):
    def __init__(self) -> None:
        super().__init__("This cursor was not given by this list. Start again without it.")


class ReviewRefused(RuleForbids):
    """A rule of review or merging forbids it: `reason` is its word, `what` the row or merge that stands in the way."""

    def __init__(self, reason: str, *, what: str = "") -> None:
        super().__init__(f"review_refused.{reason}", field=what or None)
        self.reason, self.what = reason, what


class ReentryNeeded(RuleForbids):
    """The act leaves the house: the password is asked for once more, and its proof is missing, used or too old."""

    def __init__(self) -> None:
        super().__init__("access.reentry_needed")


class LetterRefused(RuleForbids):
    """A rule of letters forbids it: `reason` is its word, `what` what stands in the way (characters, a number)."""

    def __init__(self, reason: str, *, what: str = "") -> None:
        super().__init__(f"letters.{reason}", field=what or None)
        self.reason, self.what = reason, what
