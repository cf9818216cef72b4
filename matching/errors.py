"""Everything that can go wrong between a template and an answer."""

from pathlib import Path


class MatchingError(Exception):
    """The root of this package's errors."""


class TemplateInvalid(MatchingError, ValueError):
    """Bytes or arrays that are no iris template."""


class TemplateVersionUnknown(MatchingError, ValueError):
    """A template made by another encoder or version than the one at hand."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            f"The template was made by '{found}' but this gallery holds '{expected}'; "
            "update the tablet's models or re-encode the gallery."
        )
        self.found, self.expected = found, expected


class TemplateExists(MatchingError, ValueError):
    """An id that the gallery already holds; replacing needs a remove first."""

    def __init__(self, template_id: int) -> None:
        super().__init__(f"The gallery already holds template {template_id}; remove it before adding it again.")
        self.template_id = template_id


class TemplateUnknown(MatchingError, LookupError):
    """An id that the gallery does not hold."""

    def __init__(self, template_id: int) -> None:
        super().__init__(f"The gallery holds no template {template_id}.")
        self.template_id = template_id


class SnapshotDamaged(MatchingError):
    """A snapshot that was cut short or changed. Block 0 is its header."""

    def __init__(self, path: Path, block: int) -> None:
        super().__init__(
            f"The gallery snapshot {path} is damaged in block {block}; "
            "delete it, the gallery is rebuilt from the database."
        )
        self.path, self.block = path, block


class SnapshotKeyWrong(SnapshotDamaged):
    """A snapshot sealed with another key, or open where a key is asked for, or sealed where none was given."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, 0)
        sentence = (
            f"The gallery snapshot {path} cannot be opened with this key: it is damaged in its first block or was "
            "written with another; delete it, the gallery is rebuilt from the database."
        )
        self.args = (sentence,)


class SnapshotOutOfPlace(MatchingError):
    """A whole snapshot that does not belong to the log at hand: the database was set back, or it is another's."""

    def __init__(self, path: Path, found: str, expected: str) -> None:
        super().__init__(
            f"The gallery snapshot {path} stands for {found}, but {expected} is asked for; "
            "delete it, the gallery is rebuilt from the database."
        )
        self.path, self.found, self.expected = path, found, expected


class SnapshotVersionUnknown(MatchingError):
    """A snapshot written by another version of this package."""

    def __init__(self, path: Path, found: int, expected: int) -> None:
        super().__init__(
            f"The gallery snapshot {path} has version {found}, this program reads {expected}; "
            "delete it, the gallery is rebuilt from the database."
        )
        self.path, self.found, self.expected = path, found, expected


class GapInLog(MatchingError):
    """A row of the gallery log is missing; applying the rest would lose a child silently."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(
            f"The gallery log goes on at {found} but row {expected} was not seen; read the log again from {expected}."
        )
        self.expected, self.found = expected, found


class EngineIncomplete(MatchingError):
    """A part of the gallery did not answer, so "not found" would not mean "not there"."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"The search is incomplete: {missing} did not answer; the search must be tried again.")
        self.missing = missing


class ThreadingLayerMissing(MatchingError, RuntimeError):
    """No numba threading layer that survives concurrent searches."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"numba's threading layer is '{found}', which ends the process when two searches run at once; "
            "install the 'tbb' package (or OpenMP) and unset NUMBA_THREADING_LAYER."
        )
        self.found = found


class SearchedAfterFork(MatchingError, RuntimeError):
    """A search in a child that was forked off after its parent had searched: the kernel's threads stayed behind."""

    def __init__(self, parent: int, child: int) -> None:
        super().__init__(
            f"Process {child} was forked off after process {parent} had searched, and the kernel's threads stayed "
            "behind; start it with 'spawn' or 'forkserver', or fork before the first search."
        )
        self.parent, self.child = parent, child


class MemoryShort(MatchingError, MemoryError):
    """A gallery that does not fit: refused before it is begun."""

    def __init__(self, templates: int, needed: int, available: int) -> None:
        super().__init__(
            f"{templates:,} templates need {needed / 1e9:.2f} GB of memory, {available / 1e9:.2f} GB are free; "
            "use a machine with more, or shards on several."
        )
        self.templates, self.needed, self.available = templates, needed, available


class SweepForeign(MatchingError):
    """A sweep's stored state that belongs to another gallery or to other thresholds."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The sweep state {where} belongs to another gallery or other rates; name another file, or delete it to "
            "begin anew."
        )
        self.where = where


class SweepDamaged(MatchingError):
    def __init__(self, where: str) -> None:
        super().__init__(f"The sweep state {where} cannot be read; delete it to begin anew.")
        self.where = where


class CalibrationInvalid(MatchingError, ValueError):
    """A calibration file, or the scores for one, that cannot carry a decision."""


class EvidenceInvalid(MatchingError, ValueError):
    """Stored evidence from which the decision cannot be recomputed."""


class KernelsDiffer(MatchingError):
    """The same codes have another score by the compiled kernel than by the plain one."""
