"""What befalls a mail on its way, exaggerated: bytes lost or put in, its structure and what it encloses damaged."""

import base64
import random
import re
from collections.abc import Callable

_MOST = 400_000  # octets of an input

_GRAFTS = (
    b"\r\n", b"\n\n", b"\x00", b"--", b"=?utf-8?b?w6E=?=", b"=?x?q?=FF=?=", b'"', b"<", b">", b"((((", b"\xff\xfe",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", b"Content-Type: multipart/alternative; boundary=\r\n",
    b"Content-Type: message/rfc822\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Type: text/html; charset=utf-16\r\n\r\n<p>",
    b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n", b"Content-Type: application/ms-tnef\r\n",
    b"Content-Type: text/calendar\r\n", b"Content-Disposition: attachment; filename*0*=utf-8''%e2; filename*1=x\r\n",
    b"charset=idna", b"charset=utf-7", b"charset=\"\x00\"", b"Date: Thu, 99 Foo 99999 99:99:99 +9999\r\n",
    b"From: =?utf-8?q?=E2=80=AE?= <a@b>, \"x\r\n", b"<table><tr><td>" * 40, b"<div style='display:none'>",
    b"El jue, 5 feb 2026 a las 11:00, Ana <a@x.co> escribi\xc3\xb3:\r\n> ", b"De: Ana <a@x.co>\r\nEnviado: ",
    b"-----Mensaje original-----\r\n", b"> > > > ", b"\xcc\x81" * 200, b"&#x1F600;&#0;&#99999999999;", b"=\r\n=3D=",
    b"Radicado No. 2026-1-", b"caso 2026-0041", b"aprobado 2026-0041\r\n", b"0\x80\x06\t*\x86H\x86\xf7\r\x01\x07\x02",
)  # fmt: skip


def _flip(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    for _count in range(dice.randint(1, 20)):
        raw[dice.randrange(len(raw))] = dice.randrange(256)


def _cut(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    start = dice.randrange(len(raw))
    del raw[start : start + dice.randint(1, 2000)]


def _repeat(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    start = dice.randrange(len(raw))
    piece = bytes(raw[start : start + dice.randint(1, 400)])
    raw[start:start] = piece * dice.choice((1, 3, 50))


def _graft(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    at = dice.randrange(len(raw))
    raw[at:at] = dice.choice(_GRAFTS) * dice.choice((1, 1, 1, 2, 30))


def _splice(raw: bytearray, dice: random.Random, samples: list[bytes]) -> None:
    other = dice.choice(samples)
    start = dice.randrange(len(other))
    at = dice.randrange(len(raw))
    raw[at : at + dice.randint(0, 500)] = other[start : start + dice.randint(1, 5000)]


def _head(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    raw[0:0] = dice.choice(_GRAFTS)


def _wrap(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    encoded = dice.random() < 0.5
    head = b"From: v@x.gov.co\r\nSubject: RV: x\r\nContent-Type: message/rfc822\r\n"
    head += b"Content-Transfer-Encoding: base64\r\n\r\n" if encoded else b"\r\n"
    raw[:] = head + (base64.encodebytes(bytes(raw)) if encoded else bytes(raw))


_ENCODED = re.compile(rb"(?:[A-Za-z0-9+/]{50,}={0,2}\r?\n)+(?:[A-Za-z0-9+/]+={0,2}\r?\n)?")
_CHARSET = re.compile(rb"(?i)charset=\"?[\w.:-]*\"?")
_FILE_NAME = re.compile(rb"(?i)\b(?:file)?name=(\"[^\"\r\n]*\"|[^\s;]+)")
_BOUNDARY = re.compile(rb"(?i)boundary=\"?([^\"\r\n;]+)")
_CHARSETS = (
    b"utf-8", b"utf-16", b"utf-16-le", b"utf-32", b"utf-7", b"windows-1252", b"iso-8859-15", b"x-mac-roman", b"cp850",
    b"unknown-8bit", b"binary", b"idna", b"punycode", b"rot13", b"unicode_escape", b"hex", b"zlib", b"undefined",
    b"iso-2022-jp", b"utf-8''es", b"", b"\"\"", b"us-ascii; charset=utf-8", b"\xff", b"mbcs", b"utf_8_sig", b"hz",
)  # fmt: skip
_FOLDS = (b"\r\n ", b"\r\n\t", b"\n ", b"\r ", b"\r\n", b"\r\n \r\n ", b"\x0b", b"\x0c", b"\x85", b"\xe2\x80\xa8")
_NAMES = (
    b"filename*0*=utf-8''of%C3; filename*1*=%ADcio; filename*2=.pdf", b"filename*1=b; filename*0=a; filename*1=c",
    b"filename*=utf-8'es'%", b"filename*0*=%E9; filename*99999999999=x", b"filename*=x''%C3%A1; filename=y.exe",
    b"filename=\"..\\..\\a/b\x00.docx\"", b"filename*0=\"=?utf-8?q?a\"; filename*1=\"?=.pdf\"", b"filename*-1=x",
    b"filename=\"=?iso-8859-1?Q?=E9?= =?utf-8?B?w6k?=.pdf\"", b"filename*\xb2*=x", b"filename=\"" + b"a" * 3000,
)  # fmt: skip


def _fold(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    """Break lines of the headers where nobody should."""
    end = max(1, raw.find(b"\r\n\r\n"))
    for _count in range(dice.randint(1, 5)):
        at = dice.randrange(end)
        raw[at:at] = dice.choice(_FOLDS)


def _recode(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    """Call the charsets by other names."""
    raw[:] = _CHARSET.sub(lambda _: b"charset=" + dice.choice(_CHARSETS), bytes(raw))


def _rename(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    """Give the files names in pieces (RFC 2231), the pieces in disorder."""
    raw[:] = _FILE_NAME.sub(lambda _: dice.choice(_NAMES), bytes(raw))


def _inside(raw: bytearray, dice: random.Random, samples: list[bytes]) -> None:
    """Damage what stands in base64: the package itself, not its letters."""
    blocks = list(_ENCODED.finditer(raw))
    if not blocks:
        return
    block = dice.choice(blocks)
    letters = re.sub(rb"[\s=]", b"", block[0])
    content = bytearray(base64.b64decode(letters[: len(letters) // 4 * 4]))
    for _count in range(dice.randint(1, 4)):
        dice.choice((_flip, _cut, _repeat, _splice))(content, dice, samples)
        content += b"x"  # never empty
    raw[block.start() : block.end()] = base64.encodebytes(bytes(content[:_MOST]))


def _uncode(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    """Damage the letters of base64: some lost, some that mean nothing, an end in the middle."""
    blocks = list(_ENCODED.finditer(raw))
    if not blocks:
        return
    block = dice.choice(blocks)
    for _count in range(dice.randint(1, 8)):
        at = dice.randrange(block.start(), block.end())
        raw[at : at + dice.randint(0, 3)] = dice.choice((b"", b"=", b"==", b"!", b" ", b"\r\n", b"\xe9", b"-_", b"A"))


def _nest(raw: bytearray, dice: random.Random, samples: list[bytes]) -> None:
    """Put the body into parts within parts, the boundaries alike, beginning alike, or not closed."""
    head, _, body = bytes(raw).partition(b"\r\n\r\n")
    found = _BOUNDARY.search(head)
    outer = found[1] if found else b"b"
    for _count in range(dice.choice((1, 2, 5, 30))):
        mark = dice.choice((outer, outer + b"x", outer[:-1], b"b", b" b ", b"=_", b"b" * 80, b""))
        kind = dice.choice((b"mixed", b"alternative", b"related", b"signed", b"digest", b"report", b"x"))
        close = dice.choice((b"--" + mark + b"--\r\n", b"", b"--" + mark))
        other = dice.choice(samples)[: dice.randint(0, 600)]
        start = b"Content-Type: multipart/" + kind + b'; boundary="' + mark + b'"\r\n\r\n--' + mark + b"\r\n"
        body = start + body + b"\r\n--" + mark + b"\r\n" + other + b"\r\n" + close
    raw[:] = head + b"\r\n" + body


_MUTATIONS: tuple[Callable[[bytearray, random.Random, list[bytes]], None], ...] = (
    _flip, _cut, _repeat, _graft, _graft, _splice, _head, _wrap,
    _fold, _recode, _rename, _inside, _inside, _inside, _uncode, _nest,
)  # fmt: skip


def mutated(samples: list[bytes], dice: random.Random) -> bytes:
    """Return a sample after some mutations, never empty."""
    raw = bytearray(dice.choice(samples))
    for _ in range(dice.randint(1, 6)):
        dice.choice(_MUTATIONS)(raw, dice, samples)
        del raw[_MOST:]
        if not raw:
            raw += b"x"
    return bytes(raw)
