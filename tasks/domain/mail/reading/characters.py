"""Bytes to clean Unicode: wrong labels are seen through, invisible characters go."""

import codecs
import re
import unicodedata

# Only ordinary character sets: Python also knows punycode (quadratic), unicode_escape and other traps.
_CHARSETS = re.compile(
    r"utf_?(8|8_sig|16|16_le|16_be|32|32_le|32_be)|cp(125\d|437|850|858|1140|932|936|949|950)|iso8859_\d+|"
    r"koi8_[ru]|gb2312|gbk|gb18030|hz|big5|shift_jis|euc_(jp|kr)|iso2022_jp|mac_(roman|latin2)"
)
_STATEFUL = re.compile(r"utf-(?:16|32)|iso2022|hz")  # ASCII bytes mean something else there
# Labels that senders put without meaning them (m229: UTF-8 labelled us-ascii; Outlook's "iso-8859-1" is windows-1252).
_VAGUE = frozenset({"", "ascii", "iso8859-1", "cp1252"})

# Controls, soft hyphen, zero-width and bidi marks, lone surrogates, and the tag block that hides text from people.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_UNSEEN_ASCII = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_ENDS = ("\r", "\x85", "\u2028", "\u2029")
_NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


_NO_LETTERS = re.compile(r"[^\w\s\x00-\x7f]{40,}")


def clean(text: str) -> str:
    """Return NFC text with \\n line ends, plain spaces, and nothing that a reader cannot see."""
    if text.isascii() and text.isprintable():
        return text  # most names and subjects
    if any(end in text for end in _LINE_ENDS):
        text = _NEWLINES.sub("\n", text)
    if text.isascii():
        return _UNSEEN_ASCII.sub("", text)
    text = _NO_LETTERS.sub(_unstacked, _UNSEEN.sub("", _SPACES.sub(" ", text)))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def hides(text: str) -> bool:
    """Whether something stands in the text that nobody sees."""
    return _UNSEEN.search(text) is not None


def show_unseen(text: str) -> str:
    """Return the text with a mark in the place of each character that nobody sees, for where it must not vanish."""
    return _UNSEEN.sub("\ufffd", text)


def _unstacked(match: re.Match[str]) -> str:
    """Return a run without most of its combining marks: composing thousands of them is quadratic, nobody reads them."""
    run = match[0]
    return run[:20] + "".join(c for c in run[20:] if not unicodedata.combining(c))


def one_line(text: str) -> str:
    """Return clean text on one line, runs of spaces joined."""
    return " ".join(clean(text).split())


def decode(data: bytes, label: str = "") -> str:
    """Return the bytes as text, trusting the charset label only as far as the bytes agree with it."""
    name = _known(label)
    if data.isascii() and not _STATEFUL.match(name):
        return data.decode("ascii")
    if name in _VAGUE or name == "utf-8":
        return _utf8_or_western(data)
    return data.decode(name, "replace")


def _known(label: str) -> str:
    try:
        name = codecs.lookup(label.strip()).name if label else ""
    except (LookupError, ValueError):
        return ""
    if name in _VAGUE or name == "utf-8" or _CHARSETS.fullmatch(name.replace("-", "_")):
        return name
    return ""


def _utf8_or_western(data: bytes) -> str:
    """Decode what claims to be UTF-8 or says nothing: Latin text is almost never valid UTF-8 by chance."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = data.decode("utf-8", "replace")
    bad = guess.count("\ufffd")
    good = sum(not c.isascii() for c in guess) - bad
    if good > 3 * bad:  # UTF-8 with a few bytes lost on the way
        return guess
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
