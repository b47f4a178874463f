"""What lies inside an opaque signed message (.p7m, RFC 8551 §3.5.2).

The signature is not checked: nothing rests on it.
"""

from typing import Any

_MAX_LAYERS = 3  # signed twice, seldom; more is an attack

# What asn1crypto raises on bytes that are no such structure.
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


def signed_content(data: bytes) -> bytes | None:
    """Return the bytes that were signed; None when they are encrypted, elsewhere, or this is no signed message."""
    from asn1crypto import cms

    for _ in range(_MAX_LAYERS):
        try:
            inside = _content(cms.ContentInfo.load(data))
        except _BROKEN:
            return None
        if inside is None or inside[:1] != b"\x30":
            return inside
        data = inside
    return None


def _content(info: Any) -> bytes | None:
    if info["content_type"].native != "signed_data":
        return None
    content = info["content"]["encap_content_info"]["content"]
    return bytes(content) if content.native is not None else None
