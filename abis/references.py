"""The references on disk and in memory, in step: what was answered is on disk, what is on disk can be found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from abis.codes import Failure
from abis.errors import EncoderChanged, NotCalibrated, Refused
from abis.searching import Found, candidate_list, cut_for
from abis.store import Store
from matching import Calibration, Gallery, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """own: the reference whose template the probe is; it is no candidate of itself. among None: everybody."""

    probe: Template
    own: str | None
    target_fpir: int
    max_results: int | None
    among: frozenset[str] | None


class References:
    """Memory is filled from the store at the start. One worker calls what changes them; counting is free to all."""

    def __init__(self, store: Store, *, encoder: str, calibration: Calibration) -> None:
        """Errors: NotCalibrated, EncoderChanged, StoreDamaged."""
        if not calibration.is_for(Template(encoder=encoder)):
            raise NotCalibrated(calibration.encoder, encoder)
        self._store, self._calibration = store, calibration
        self._gallery = Gallery()
        self._names: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        for reference in store.all():
            if reference.template.encoder != encoder:
                raise EncoderChanged(reference.template.encoder, encoder)
            self._remember(reference.number, reference.reference_id, reference.template)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, reference_id: object) -> bool:
        return reference_id in self._numbers

    def add(self, reference_id: str, template: Template, *, message_digest: bytes, inserted_at: str) -> None:
        """Errors: Refused (10, 1)."""
        number = self._store.add(reference_id, template, message_digest=message_digest, inserted_at=inserted_at)
        self._remember(number, reference_id, template)

    def inserted_by(self, reference_id: str) -> bytes | None:
        """The digest of the message that inserted it. Errors: Refused (1)."""
        return self._store.message_digest(reference_id)

    def remove(self, reference_id: str) -> bool:
        """False where there was none. Errors: Refused (1)."""
        number = self._store.remove(reference_id)
        if number is None:
            return False
        del self._names[number], self._numbers[reference_id]
        self._gallery.remove(number)
        return True

    def template(self, reference_id: str) -> Template:
        """Errors: Refused (12, 1)."""
        reference = self._store.find(reference_id)
        if reference is None:
            raise Refused(Failure.REFERENCE_ID_UNKNOWN, "there is no such referenceId")
        return reference.template

    def search(self, asked: Search) -> dict[str, Any]:
        """MOSIP's candidateList. Ids to search among that are not here are passed over."""
        names = self._names.values() if asked.among is None else asked.among & self._numbers.keys()
        allowed = set(names) - {asked.own}
        cut = cut_for(
            asked.probe, target_fpir=asked.target_fpir, gallery_size=len(allowed), calibration=self._calibration
        )
        found: Sequence[Found] = ()
        if allowed:
            near = self._gallery.identify(asked.probe, limit=len(self._gallery), threshold=cut.loosest)
            named = [Found(reference_id=self._names[c.id], candidate=c) for c in near if cut.lets_through(c)]
            found = [one for one in named if one.reference_id in allowed][: asked.max_results]
        return candidate_list(
            found,
            cut=cut,
            target_fpir=asked.target_fpir,
            gallery_size=len(allowed),
            calibration=self._calibration,
        )

    def _remember(self, number: int, reference_id: str, template: Template) -> None:
        self._gallery.add(number, template)
        self._names[number] = reference_id
        self._numbers[reference_id] = number
