"""What Outlook packs into winmail.dat (MS-OXTNEF): the text and the files, within bounds.

A reader of its own: tnefparse trusts the counts that a file announces, and four bytes keep it busy for hours.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.domain.mail.reading.characters import decode

_SIGNATURE = 0x223E9F78
_MAX_ATTRIBUTES = 4000
_MAX_PROPERTIES = 1000
_BODY, _FILE_DATA, _FILE_TITLE, _NEW_FILE = 0x800C, 0x800F, 0x8010, 0x9002
_MESSAGE_PROPERTIES, _FILE_PROPERTIES = 0x9003, 0x9005
_TEXT, _HTML, _CODE_PAGE, _FILE_OBJECT = 0x1000, 0x1013, 0x3FDE, 0x3701
_SHORT_NAME, _LONG_NAME = 0x3704, 0x3707
_STRING, _WIDE = 0x001E, 0x001F
_SIZES = {0x0002: 4, 0x000B: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x0048: 16}  # padded to four bytes
_EIGHT_BYTES = frozenset({0x0005, 0x0006, 0x0007, 0x0014, 0x0040})
_COUNTED = frozenset({0x0000, 0x000D, _STRING, _WIDE, 0x0102})
_MULTIPLE, _NAMED = 0x1000, 0x8000


@dataclass(slots=True)
class PackedFile:
    """A file of winmail.dat; `name` is as the sender's computer gave it."""

    name: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Packed:
    """The contents of winmail.dat."""

    text: str = ""
    page: str = ""  # HTML
    files: list[PackedFile] = field(default_factory=list)


def unpack(data: bytes) -> Packed | None:
    """Return what a winmail.dat holds, as far as it can be read; None when it is none."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    packed = Packed()
    for name, value in _attributes(data):
        if name == _NEW_FILE:
            packed.files.append(PackedFile())
        elif name == _MESSAGE_PROPERTIES:
            _take_message(packed, value)
        elif name == _BODY:
            packed.text = packed.text or decode(value.rstrip(b"\0"))
        elif packed.files:
            _take_file(packed.files[-1], name, value)
    packed.files = [file for file in packed.files if file.content]
    return packed


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (attribute, value): level 1, id 4, length 4, value, checksum 2."""
    at = 6
    for _ in range(_MAX_ATTRIBUTES):
        if at + 9 > len(data):
            return
        name, length = struct.unpack_from("<H2xI", data, at + 1)
        yield name, data[at + 9 : at + 9 + length]
        at += length + 11


def _take_message(packed: Packed, value: bytes) -> None:
    found = dict(_properties(value))
    page = struct.unpack("<I", found[_CODE_PAGE][1][:4])[0] if len(found.get(_CODE_PAGE, (0, b""))[1]) >= 4 else 65001
    label = "utf-8" if page == 65001 else f"cp{page}"
    if _TEXT in found:
        packed.text = _string(*found[_TEXT], label)
    if _HTML in found:
        packed.page = _string(*found[_HTML], label)


def _take_file(file: PackedFile, name: int, value: bytes) -> None:
    if name == _FILE_DATA:
        file.content = value
    elif name == _FILE_TITLE:
        file.name = file.name or _string(_STRING, value)
    elif name == _FILE_PROPERTIES:
        found = dict(_properties(value))
        for key in (_LONG_NAME, _SHORT_NAME):
            if key in found:
                file.name = _string(*found[key])
                break
        if _FILE_OBJECT in found and not file.content:
            file.content = found[_FILE_OBJECT][1]


def _string(kind: int, value: bytes, label: str = "") -> str:
    text = value.decode("utf-16-le", "replace") if kind == _WIDE else decode(value, label)
    return text.rstrip("\0")


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yield (property, (type, first value)); ends quietly where the data makes no sense."""
    try:
        yield from _counted_properties(data)
    except struct.error:
        return


def _counted_properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    (count,), at = struct.unpack_from("<I", data), 4
    for _ in range(min(count, _MAX_PROPERTIES)):
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= _NAMED:
            at = _after_name(data, at)
        several, kind = bool(kind & _MULTIPLE), kind & ~_MULTIPLE
        values = 1
        if several or kind in _COUNTED:
            values, at = struct.unpack_from("<I", data, at)[0], at + 4
        first = b""
        for index in range(min(values, _MAX_PROPERTIES)):
            value, at = _value(data, at, kind)
            first = value if index == 0 else first
        yield name, (kind, first)


def _after_name(data: bytes, at: int) -> int:
    """Return where a named property's value begins: a GUID, then a number or a counted name."""
    (is_text, size) = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (size + -size % 4 if is_text else 0)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    size = 8 if kind in _EIGHT_BYTES else _SIZES.get(kind, 0)
    if kind in _COUNTED:
        size, at = struct.unpack_from("<I", data, at)[0], at + 4
    if (not size and kind not in _COUNTED) or at > len(data):
        raise struct.error
    return data[at : at + size], at + size + -size % 4
