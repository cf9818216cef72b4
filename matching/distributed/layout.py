"""Which shard holds which template: a rule, so that nobody keeps a table of a thousand million entries."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

_64 = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Era:
    """From the log row after `after` on, new templates go to `takers`."""

    after: int
    takers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Shards and the eras of the log. Eras are only ever appended, so a template stays where it was put.

    A template's shard follows from its id and from the log row that added it. The layout must outlive the
    process that made it (`to_json`): with another one every snapshot is refused and read from the log again.
    An id that is added a second time in another era, without a removal between, would lie in two shards; the
    registry's ids are primary keys and never come twice.
    """

    log: str
    """The name of the gallery log, so that no snapshot of another registry is taken for this one's."""
    eras: tuple[Era, ...]

    def __post_init__(self) -> None:
        starts = [era.after for era in self.eras]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)) or any(not era.takers for era in self.eras):
            raise ValueError(f"eras must begin at 0, rise, and name a shard each, not {self.eras}")

    @classmethod
    def of(cls, shards: int, *, log: str = "gallery") -> "Layout":
        """`shards` shards that share the templates evenly. Errors: ValueError for none."""
        return cls(log, (Era(0, tuple(range(shards))),))

    @property
    def shards(self) -> int:
        return 1 + max(shard for era in self.eras for shard in era.takers)

    def shard_of(self, template_id: int, seq: int) -> int:
        """The shard of a template that log row `seq` added."""
        takers = next(era.takers for era in reversed(self.eras) if era.after < seq)
        return takers[_mixed(template_id) % len(takers)]

    def begins(self, shard: int) -> int:
        """The log row up to which `shard` holds nothing by rule."""
        return next(era.after for era in self.eras if shard in era.takers)

    def grown(self, *, after: int, takers: tuple[int, ...] | None = None) -> "Layout":
        """One shard more from the log row after `after` on. New templates go there alone, or to `takers`."""
        new = self.shards
        chosen = (new,) if takers is None else takers
        if new not in chosen or not set(chosen) <= set(range(new + 1)):
            raise ValueError(f"the takers must be shards and include the new one, {new}, not {chosen}")
        return Layout(self.log, (*self.eras, Era(after, chosen)))

    def name(self, shard: int, seq: int) -> str:
        """Of a snapshot of `shard` at log row `seq`: the same as long as the eras before `seq` are."""
        eras = [era for era in self.eras if era.after < seq]
        digest = hashlib.sha256(repr((self.log, eras)).encode()).hexdigest()[:16]
        return f"shard {shard} of {digest}"

    def to_json(self) -> str:
        eras = [{"after": era.after, "takers": list(era.takers)} for era in self.eras]
        return json.dumps({"log": self.log, "eras": eras})

    @classmethod
    def from_json(cls, text: str) -> "Layout":
        read: dict[str, Any] = json.loads(text)
        return cls(read["log"], tuple(Era(era["after"], tuple(era["takers"])) for era in read["eras"]))


def _mixed(number: int) -> int:
    """SplitMix64's finaliser: ids in a row spread evenly; unlike `hash`, the same in every process and version."""
    mixed = (number + 0x9E3779B97F4A7C15) & _64
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _64
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _64
    return mixed ^ (mixed >> 31)
