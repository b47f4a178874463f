"""What a simulated year came to, in words for the operator."""

from collections.abc import Iterator, Mapping
from typing import Any

_READERS = 25  # those who got most mail; the JSON names all


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the account: cases, mails, who got what, how terms were kept, and every broken promise."""
    yield "cases: " + _counted(found["cases"])
    yield "mails: " + _counted(found["mails"])
    yield "who got most:"
    busiest = sorted(found["readers"].items(), key=lambda item: (-sum(item[1].values()), item[0]))
    for reader, purposes in busiest[:_READERS]:
        yield f"  {reader:<44} {_counted(purposes)}"
    if len(busiest) > _READERS:
        yield f"  and {len(busiest) - _READERS} more (--json names all)"
    yield "terms:"
    for stage, counts in found["terms"].items():
        kept, late = counts.get("kept", 0), counts.get("late", 0)
        yield f"  {stage:<22} kept {kept} of {kept + late} ({100 * kept / (kept + late):.0f} %)"
    yield f"digests: {found['digests']}"
    yield f"broken promises: {len(found['broken'])}"
    yield from (f"  {line}" for line in found["broken"])


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items(), key=lambda item: -item[1])) or "none"
