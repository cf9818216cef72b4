"""MOSIP's operations, one function each. Every outside thing is passed in; nothing here knows HTTP, MQTT or queues."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from abis.answers import instant
from abis.codes import Failure
from abis.errors import Refused
from abis.extraction import Extractor, template_of
from abis.references import References, Search
from abis.requests import Delete, Identify, Immediate, Insert, PendingJobs, Ping, Queued, ReferenceCount
from abis.share.reading import DataShare
from common.time import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """digest: SHA-256 of the bytes. redelivered: the transport says that it may have handed them over before."""

    digest: bytes
    redelivered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    references: References
    share: DataShare
    extractor: Extractor
    clock: Clock
    target_fpir: int = 30
    """Where a request names none."""

    def now(self, request: Immediate, *, pending: Callable[[], int]) -> Mapping[str, Any]:
        match request:
            case Ping():
                return {}
            case PendingJobs():
                return {"jobscount": str(pending())}
            case ReferenceCount():
                return {"count": str(len(self.references))}
            case _:
                assert_never(request)

    def perform(self, request: Queued, message: Message) -> Mapping[str, Any]:
        """Its effect is on disk when this returns. Errors: Refused."""
        match request:
            case Insert():
                return self._insert(request, message)
            case Identify():
                return self._identify(request)
            case Delete():
                return self._delete(request, message)
            case _:
                assert_never(request)

    def _insert(self, request: Insert, message: Message) -> Mapping[str, Any]:
        """Stores and compares with nobody: finding duplicates is identify's."""
        if request.reference_id in self.references:
            # Stored, and the service died before its answer left: the same message again is told the same.
            if message.redelivered and self.references.inserted_by(request.reference_id) == message.digest:
                return {}
            raise Refused(Failure.REFERENCE_ID_EXISTS, "the referenceId is in use")
        template = template_of(self.share.read(request.reference_url), extractor=self.extractor)
        self.references.add(
            request.reference_id,
            template,
            message_digest=message.digest,
            inserted_at=instant(self.clock.now()),
        )
        return {}

    def _identify(self, request: Identify) -> Mapping[str, Any]:
        if request.reference_id is not None:
            probe = self.references.template(request.reference_id)
        else:
            probe = template_of(self.share.read(request.reference_url or ""), extractor=self.extractor)
        asked = Search(
            probe=probe,
            own=request.reference_id,
            target_fpir=self.target_fpir if request.target_fpir is None else request.target_fpir,
            max_results=request.max_results,
            among=request.gallery,
        )
        return {"candidateList": self.references.search(asked)}

    def _delete(self, request: Delete, message: Message) -> Mapping[str, Any]:
        if not self.references.remove(request.reference_id) and not message.redelivered:
            raise Refused(Failure.REFERENCE_ID_UNKNOWN, "there is no such referenceId")
        return {}
