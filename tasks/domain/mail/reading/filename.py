"""Attachment names made safe to show and to store."""

import re

from tasks.domain.mail.reading.characters import one_line

MAX_NAME = 120

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*/]+')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # names that Windows does not store
_EXTENSIONS = {
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
}


_EXECUTABLE = re.compile(  # what Windows, Java or a shell runs when it is opened, and Word with macros
    r"\.(?:exe|scr|com|pif|bat|cmd|msi|msp|cpl|jar|jse?|vb[se]|ws[fh]|hta|psm?1|lnk|reg|dll|gadget|inf|scf|url|"
    r"iso|img|vhdx?|app|apk|deb|rpm|sh|command|chm|xll|docm|dotm|application)$",
    re.IGNORECASE,
)
_PROGRAM = re.compile(rb"MZ[\x00-\xff]{0,60}\x00|\x7fELF|#! ?/|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe")  # Java, macOS


def is_executable(name: str, content: bytes = b"") -> bool:
    """Whether opening the file may run something: by its name, or by its first bytes whatever it is called."""
    return _EXECUTABLE.search(name) is not None or _PROGRAM.match(content[:80]) is not None


def safe_name(given: str, content_type: str = "") -> str:
    """Return a file name without path, control, reserved word or leading dot, at most `MAX_NAME` characters."""
    last = one_line(given).replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = " ".join(_UNSAFE.sub("_", last).split()).strip(". _") or "adjunto"
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    if "." not in name:
        name += _EXTENSIONS.get(content_type, "")
    if len(name) <= MAX_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:MAX_NAME].rstrip(". ")
    return f"{stem[: MAX_NAME - 1 - len(extension)]}.{extension}"
