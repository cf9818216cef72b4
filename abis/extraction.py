"""CBEFF → template: every iris picture through the pipeline, several frames of an eye fused."""

import logging
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from abis.cbeff import iris_blocks
from abis.codes import Failure
from abis.errors import Refused
from abis.iris_record import IrisPicture, iris_pictures
from abis.pictures import decoded
from matching import Template
from matching.template import Eye
from models.errors import CaptureRejected
from models.fusion import fuse_templates

log = logging.getLogger(__name__)

MAX_PICTURES = 16
_EYES: tuple[Eye, ...] = ("left", "right")


class Extractor(Protocol):
    """`models.IrisPipeline`, or what does the same."""

    def extract(self, image: NDArray[np.uint8], eye: Eye = ..., *, strict: bool = ...) -> Template:
        """Errors: CaptureRejected."""
        ...


def template_of(cbeff: bytes, *, extractor: Extractor) -> Template:
    """The template of a person's irises; an eye that gives no code is left out as long as the other gives one.

    Quality is judged by whoever captured (MOSIP has checks of its own, before this): a weak picture still gives what
    code it can, for a reference that is not stored can never be found. Errors: Refused, 16 for what is no CBEFF or
    holds no readable picture, 11 when no picture gives a code.
    """
    frames: dict[Eye, list[Template]] = {"left": [], "right": []}
    for eye, picture in _pictures(cbeff):
        try:
            frames[eye].append(extractor.extract(decoded(picture), eye, strict=False))
        except CaptureRejected as exc:
            log.info("a picture of a %s eye gives no code: %s", eye, exc.reason)
    eyes = [fuse_templates(frames[eye], eye) for eye in _EYES if frames[eye]]
    if not eyes:
        raise Refused(Failure.NO_DATA, "no picture gives an iris code")
    return Template.join(*eyes)


def _pictures(cbeff: bytes) -> list[tuple[Eye, IrisPicture]]:
    found = [
        (_side(block.eye, picture.eye), picture)
        for block in iris_blocks(cbeff)
        for picture in iris_pictures(block.record)
    ]
    if len(found) > MAX_PICTURES:
        raise Refused(Failure.INVALID_CBEFF, f"{len(found)} iris pictures of one person; {MAX_PICTURES} are the most")
    return found


def _side(subtype: Eye | None, label: Eye | None) -> Eye:
    """The BIR's Subtype, by which MOSIP keeps its records, goes before the label that the device wrote."""
    if subtype is not None and label is not None and subtype != label:
        log.warning("a BIR says %s and its iris record %s; the BIR is believed", subtype, label)
    side = subtype or label
    if side is None:
        raise Refused(Failure.INVALID_CBEFF, "an iris of which nothing says whether it is left or right")
    return side
