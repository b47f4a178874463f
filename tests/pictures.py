"""Pictures made on the spot."""

import struct
import zlib


def png(width: int, height: int) -> bytes:
    """Return a PNG of one blue diagonal stroke, as a signature may look."""
    rows = b"".join(
        b"\0" + bytes(0 if abs(x * height - y * width) < 4 * width else 255 for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
