"""Small kinds of values that settings are made of, and how each is read."""

import ipaddress
import json
import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
# The drivers that are installed; a ledger in memory ("sqlite://") would forget everything.
_LEDGER = re.compile(r"sqlite:///[^?]+|postgresql\+psycopg://(.*@)?(\[[^]]*\]|[^/:@?]*)(:\d+)?/[^?]*(\?.*)?")


class Hours(NamedTuple):
    """A stretch of the day, in the office's zone."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def parse_time(text: object) -> time:
    """Return the time of day written "HH:MM". Raises `ValueError`."""
    if isinstance(text, time):
        return text
    if not (match := _CLOCK.fullmatch(str(text).strip())):
        raise ValueError('not a time of day; accepted: "HH:MM", 00:00 to 23:59')
    return time(int(match[1]), int(match[2]))


def parse_hours(text: object) -> Hours:
    """Return the hours written "HH:MM-HH:MM". Raises `ValueError`."""
    if isinstance(text, Hours):
        return text
    start, dash, end = str(text).partition("-")
    try:
        hours = Hours(parse_time(start), parse_time(end))
    except ValueError:
        hours = None
    if not dash or hours is None or hours.start >= hours.end:
        raise ValueError('not a stretch of hours; accepted: "HH:MM-HH:MM", the first before the second')
    return hours


def parse_blocks(text: str) -> tuple[tuple[int, int], ...]:
    """Return the first and last vigencia of each comparability block of "2018;2019-2021". Raises `ValueError`."""
    blocks: list[tuple[int, int]] = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        match = re.fullmatch(r"(20\d\d)(?:\s*-\s*(20\d\d))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last or (blocks and first <= blocks[-1][1]):
            raise ValueError('not comparability blocks; accepted: years or ranges in order, such as "2018;2019-2021"')
        blocks.append((first, last))
    return tuple(blocks)


def is_loopback(host: str) -> bool:
    """Whether the host can only be this machine: `localhost` (RFC 6761 §6.3) or a loopback address."""
    name = host.strip().rstrip(".").casefold()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:127.0.0.1 reaches 127.0.0.1
    return bool((mapped or address).is_loopback)


def _listed(value: object) -> object:
    """Read a list out of one environment variable: JSON, or values parted by commas or semicolons."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise ValueError('not a list; accepted: a JSON list, or "one, two, three"') from None
    return [part.strip() for part in re.split(r"[,;]", value) if part.strip()]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('not a known time zone; accepted: an IANA name such as "America/Bogota"') from None
    return name


def _web_address(url: str) -> str:
    if not url:
        return url
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"https", "http"}:
        raise ValueError("not a web address; accepted: https://…")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("unencrypted; accepted: https://… (http:// only to this machine)")
    return url


def _mail_address(text: str) -> str:
    if text and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", text):
        raise ValueError("not a mail address; accepted: name@domain")
    return text


def _blocks(text: str) -> str:
    parse_blocks(text)
    return text


def _ledger_address(url: SecretStr) -> SecretStr:
    if url.get_secret_value() and not _LEDGER.fullmatch(url.get_secret_value()):
        accepted = "sqlite:///FILE, postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE, or nothing"
        raise ValueError(f"not the address of a ledger; accepted: {accepted}")
    return url


def _xlsx(path: Path) -> Path:
    if path.suffix.casefold() != ".xlsx":
        raise ValueError("not a workbook; accepted: a file whose name ends in .xlsx")
    return path


def _one_line(text: str) -> str:
    if any(ord(character) < 32 for character in text):  # a line break would forge a mail header
        raise ValueError("holds a control character; accepted: one line of text")
    return text


Line = Annotated[str, AfterValidator(_one_line)]
Host = Annotated[str, AfterValidator(_one_line)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
LedgerAddress = Annotated[SecretStr, AfterValidator(_ledger_address)]
Workbook = Annotated[Path, AfterValidator(_xlsx)]
MailAddress = Annotated[str, AfterValidator(_one_line), AfterValidator(_mail_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Blocks = Annotated[str, AfterValidator(_blocks)]
OfficeHours = Annotated[Hours, BeforeValidator(parse_hours)]
TimeOfDay = Annotated[time, BeforeValidator(parse_time)]
Port = Annotated[int, Field(ge=1, le=65535)]
Days = Annotated[int, Field(ge=0, le=3660)]
Listed = BeforeValidator(_listed)


def with_default_port(ports: dict[str, int]) -> Any:
    """Return a model's `before` step that fills the port which the chosen `security` usually has."""

    def fill(data: Any) -> Any:
        if isinstance(data, dict) and data.get("port") in (None, ""):
            port = ports.get(str(data.get("security", "ssl")), ports["ssl"])
            return {**data, "port": port}
        return data

    return fill
