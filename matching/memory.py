"""Whether a gallery fits into this machine, asked before it is begun and not when half of it is there."""

from pathlib import Path

from matching.errors import MemoryShort
from matching.template import BITS

CODE_BYTES = 2 * BITS // 8
"""Code and mask."""
SLOT_BYTES = 80
"""Of a template beside its codes: id, index, confidences, places of its rows; arrays have room for twice as many."""
_MEMINFO = Path("/proc/meminfo")


def gallery_bytes(templates: int, codes_per_eye: float = 1.0) -> int:
    """What a gallery of so many two-eyed templates takes."""
    return int(templates * (2 * codes_per_eye * CODE_BYTES + SLOT_BYTES))


def available_bytes() -> int | None:
    """What programs may still take of this machine's memory; None where it does not say."""
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = next((line.split()[1] for line in lines if line.startswith("MemAvailable:")), None)
    return None if found is None else int(found) * 1024


def demand_memory(templates: int, codes_per_eye: float = 1.0, *, available: int | None = None) -> None:
    """`available`: bytes; None asks the machine. Errors: MemoryShort."""
    have = available_bytes() if available is None else available
    needed = gallery_bytes(templates, codes_per_eye)
    if have is not None and needed > have:
        raise MemoryShort(templates, needed, have)
