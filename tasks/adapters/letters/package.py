"""A .docx as what it is, a zip of XML parts: read within bounds, written the same way each time."""

import io
import zipfile
import zlib
from collections.abc import Mapping

MAX_PARTS = 2000
MAX_OCTETS = 80 * 2**20  # unpacked
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip can hold: the same letter is the same bytes on any day


def unpack(document: bytes) -> dict[str, bytes]:
    """Return the parts by name. Raises `ValueError` for what is no zip, is locked, or unpacks beyond bounds."""
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as package:
            entries = package.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_OCTETS:
                raise ValueError("demasiado grande")
            # read() stops at the announced size, so a lying entry raises instead of filling the memory.
            return {entry.filename: package.read(entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise ValueError("no se puede abrir") from error


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return the package of these parts, its entries in a fixed order and without the time of day."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            target.writestr(entry, parts[name])
    return packed.getvalue()
