"""What a message says itself, what it repeats, and the message it forwards.

Built for Spanish Outlook, Gmail, iOS, Zimbra and Thunderbird. When unsure the text stays in `own`: text judged twice
does less harm than a request nobody reads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tasks.domain.mail import signatures
from tasks.domain.mail.dates import dates_in
from tasks.domain.mail.message import Mail
from tasks.domain.phrases import Phrases

MAX_LINES = 8000
_MAX_CHAIN = 8  # forwards of forwards read
_MAX_HEADING = 500  # characters of a line that can head a repeated message

_FORWARD = re.compile(
    r"^\s*+[-_=* ]*+(?:forwarded message|(?:inicio del )?mensaje reenviado|begin forwarded message|reenviado por|"
    r"mensagem encaminhada|inicio de mensaje reenviado|comienzo del mensaje reenviado)\b.{0,60}$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(r"^\s*[-_=*]{2,}\s*(?:mensaje|original|e-?mail|correo)\s?(?:original|message|original message)?"
                       r"\s*[-_=*]{2,}\s*$", re.IGNORECASE)  # fmt: skip
_RULE = re.compile(r"^\s*_{10,}\s*$")
_FIELD = re.compile(
    r"^\s*\*?(?P<label>de|from|desde|remitente|enviado(?: el)?|enviados?|sent|fecha|date|para|to|cc|cco|bcc|asunto|"
    r"subject|responder a|reply-to|importancia|importance|datos adjuntos|attachments)\s*:\*?\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_LABELS = {
    "de": "from", "from": "from", "desde": "from", "remitente": "from",
    "enviado": "date", "enviado el": "date", "enviados": "date", "sent": "date", "fecha": "date", "date": "date",
    "para": "to", "to": "to", "asunto": "subject", "subject": "subject",
}  # fmt: skip
_ATTRIBUTION = re.compile(
    r"^\s*+(?:el|on|em|le|a la/s|a las|en (?=\w{5,9}, ))\s?.{4,300}?(?:escribi[óo]|wrote|escreveu|a écrit)\s*+:?\s*$|"
    r"^\s*+(?:[^\s:@]++\s++){0,20}+[^\s@]++@[^\s>]++>?\s*+(?:escribi[óo]|wrote)\s*(?:el\b.{0,80}|on\b.{0,80})?:\s*$|"
    r"^\s*+20\d\d-\d\d-\d\d \d\d?:\d\d .{0,150}<[^\s<>@]++@[^\s<>]++>\s*+:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTION_START = re.compile(
    r"^\s*(?:el|on|em|a la/s|a las|en \w{5,9},)\s.*\d|^\s*20\d\d-\d\d-\d\d |^(?=.*(?:escribi|wrote)).*@\S", re.I
)
_ATTRIBUTION_END = re.compile(r"(?:escribi[óo]|wrote|escreveu|a écrit|>).{0,80}$", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"*]{1,200}")
_TIME = re.compile(r"\d{1,2}[:.]\d\d")
_FORWARD_PREFIX = re.compile(r"^\s*(?:rv|fwd?|fw|enc|reenv[íi]o|reenviado|reenviar|tr)\s*:", re.IGNORECASE)
_REPLY_PREFIX = re.compile(r"^\s*(?:re|res|resp|respuesta|r|aw)\s*:", re.IGNORECASE)
_PREFIXES = re.compile(
    r"^(?:\s*(?:\[[^\]]{1,30}\]\s*)?(?:re|res|resp|respuesta|rv|fwd?|fw|enc|reenv[íi]o|reenviado|tr|aw)(?:\[\d+\])?\s*:)+",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\s*\((?:reenv[íi]o|segundo env[íi]o|2\.? ?env[íi]o|bis)\)\s*$", re.IGNORECASE)
_RADICADO = Phrases(
    r"\bradicad[oa](?:\s+(?:de entrada|interno|externo|oficial|bajo el|con el|en el|el))*\s*"
    r"(?:n[úu]mero|n[uú]m\.?|n[o°º]\.?\s*[°º]?|nro\.?|#)?\s*(?:de radicado)?\s*[:#]?\s*"
    r"((?=[A-Z0-9./-]*\d{3})[A-Z0-9][A-Z0-9./-]{3,30}[A-Z0-9])\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?:S|DSEGPP)-20\d\d-\d+|20\d\d-\d{4}|(?:19|20)\d\d-\d\d-\d\d|\d\d?/\d\d?/(?:20)?\d\d", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message that stands inside another one's text; `inner` is the one that it forwards or answers in turn."""

    name: str = ""
    email: str = ""
    sent: date | None = None
    subject: str = ""
    text: str = ""  # its own words
    signature: str = ""
    radicado: str = ""  # official number stamped on it or quoted beside it, "" when none
    inner: "Forwarded | None" = None

    @property
    def chain(self) -> tuple["Forwarded", ...]:
        """This message and those inside it, outermost first."""
        return (self, *(self.inner.chain if self.inner else ()))

    @property
    def origin(self) -> "Forwarded":
        """The oldest message of the chain."""
        return self.chain[-1]

    @property
    def everything(self) -> str:
        """The own words of the whole chain, outermost first."""
        return "\n\n".join(level.text for level in self.chain if level.text)


@dataclass(frozen=True, slots=True)
class Parts:
    """A message's text taken apart; `own` + `forwarded` is what is judged."""

    own: str
    quoted: str = ""
    signature: str = ""
    forwarded: Forwarded | None = None
    radicado: str = ""


@dataclass(frozen=True, slots=True)
class _Break:
    """Where a repeated message begins, and what its heading says."""

    start: int  # first line of the heading
    end: int  # first line after it
    forward: bool | None  # None: the heading does not tell a forward from a reply
    heading: str = ""
    subject: str = ""
    sent: str = ""


def bare_subject(subject: str) -> str:
    """Return the subject without Re:, RV:, Fwd: and their like."""
    return _AGAIN.sub("", _PREFIXES.sub("", subject)).strip()


def is_reply_subject(subject: str) -> bool:
    """Whether the subject says that the mail answers one."""
    return _REPLY_PREFIX.match(subject) is not None


def is_forward_subject(subject: str) -> bool:
    """Whether the subject says that the mail passes one on."""
    return _FORWARD_PREFIX.match(subject) is not None


def parts_of(mail: Mail) -> Parts:
    """Return the message's text taken apart, with what its subject and sender say about it."""
    return split(mail.text, mail.subject, mail.sender.name)


@lru_cache(maxsize=16)  # a message is taken apart for its content key, on arrival and when judged
def split(text: str, subject: str = "", name: str = "") -> Parts:
    """Return own words, quoted text, signature and the forwarded message, if that is what stands below.

    The subject tells Outlook's forwards from its replies; `name` is the sender's, to know the signature.
    """
    lines = text.split("\n", MAX_LINES)
    found = next(_breaks(lines), None)
    above = lines[: found.start] if found else lines
    if found and _is_forward(found, subject, above):
        own, signature = signatures.cut("\n".join(above), name)
        forwarded = _forwarded(found, lines, own, _MAX_CHAIN)
        return Parts(own, "", signature, forwarded, radicado(f"{subject}\n{own}") or forwarded.radicado)
    said, quoted = _without_marked(lines, found)
    own, signature = signatures.cut(said, name)
    return Parts(own, quoted, signature, None, radicado(f"{subject}\n{own}"))


def radicado(text: str) -> str:
    """Return the first official filing number that the text calls "radicado", never one of our own numbers."""
    for match in _RADICADO.finditer(" ".join(text[:50_000].split())):
        if not _OURS.fullmatch(match[1]):
            return match[1].upper()
    return ""


def _is_forward(found: _Break, subject: str, above: list[str]) -> bool:
    if found.forward is not None:
        return found.forward
    if _FORWARD_PREFIX.match(subject):
        return True
    # An Outlook heading under a subject that is no reply: someone passes a message on (a "ventanilla única").
    return bool(subject) and not _REPLY_PREFIX.match(subject) and any(line.strip() for line in above)


def _forwarded(found: _Break, lines: list[str], above: str, chain: int) -> Forwarded:
    """Read the message below a heading, and those below its own headings."""
    rest = _dequoted(lines[found.end :])
    deeper = next(_breaks(rest), None) if chain > 1 else None
    own, signature = signatures.cut("\n".join(rest[: deeper.start] if deeper else rest), _name(found.heading))
    address = _ADDRESS.search(found.heading)
    return Forwarded(
        name=_name(found.heading),
        email=address[0].lower().rstrip(".") if address else "",
        sent=next(iter(dates_in(found.sent)), None),
        subject=found.subject,
        text=own,
        signature=signature,
        radicado=radicado(f"{above}\n{found.subject}\n{own}\n{signature}"),
        inner=_forwarded(deeper, rest, "", chain - 1) if deeper else None,
    )


def _name(heading: str) -> str:
    """Return the name in a heading such as "Ana Ruiz <ana@x.co>", "El jue, 5 feb 2026 a las 11:00, Ana <…>"."""
    before = heading.partition("<")[0].partition("[mailto")[0]
    if _ADDRESS.search(before):
        before = _ADDRESS.sub("", before)
    tail = re.split(r"\d{1,2}:\d\d(?:\s*[ap]\.?\s?m\.?)?(?:\s*\(?(?:GMT|UTC)?[+-][\d:]+\)?)?,?", before)[-1]
    return " ".join(tail.strip(" ,*\"'()").split())[:120]


def _dequoted(lines: list[str]) -> list[str]:
    """Take one level of ">" off when the whole message below stands quoted (iOS forwards)."""
    said = [line for line in lines if line.strip()]
    if said and sum(line.lstrip().startswith(">") for line in said) > 0.8 * len(said):
        return [re.sub(r"^\s*> ?", "", line) for line in lines]
    return lines


def _without_marked(lines: list[str], found: _Break | None) -> tuple[str, str]:
    """Return (said, quoted) of a reply: answers written between ">" lines are the writer's own."""
    if found is None:
        above, below = lines, []
    else:
        above, below = lines[: found.start], lines[found.start :]
        after = [line for line in lines[found.end :] if line.strip()]
        if found.forward is False and after and after[0].lstrip().startswith(">"):
            heading = lines[found.start : found.end]
            said, quoted = _apart(lines[found.end :])
            before, marked = _apart(above)
            return "\n".join(before + said), "\n".join(marked + heading + quoted)
    said, quoted = _apart(above)
    return "\n".join(said), "\n".join(quoted + below)


def _apart(lines: list[str]) -> tuple[list[str], list[str]]:
    said: list[str] = []
    quoted: list[str] = []
    for line in lines:
        (quoted if line.lstrip().startswith(">") else said).append(line)
    return said, quoted


def _breaks(lines: list[str]) -> Iterator[_Break]:
    """Yield the headings of repeated messages, topmost first."""
    for i, line in enumerate(lines):
        if not line or len(line) > _MAX_HEADING or line.isspace():
            continue
        if _FORWARD.match(line):
            yield _marked(lines, i, True)
        elif _ORIGINAL.match(line):
            yield _marked(lines, i, None)
        elif found := _field_block(lines, i) or _attribution(lines, i):
            yield found


def _marked(lines: list[str], i: int, forward: bool | None) -> _Break:
    """A marker line, with the header block under it when there is one."""
    after = _dequoted(lines[i + 1 :])
    skipped = next((n for n, line in enumerate(after[:4]) if line.strip()), 0)
    block = _fields(after, skipped)
    if not block:
        return _Break(i, i + 1, forward)
    fields, end = block
    return _Break(i, i + 1 + end, forward, fields.get("from", ""), fields.get("subject", ""), fields.get("date", ""))


def _field_block(lines: list[str], i: int) -> _Break | None:
    """An Outlook or Zimbra heading without marker: a sender with address or a date with time, and a subject.

    The memoranda of public offices begin with "De: … Para: … Asunto: …" too; they give neither.
    """
    start = i
    if _RULE.match(lines[i]):
        i = next((n for n in range(i + 1, min(i + 3, len(lines))) if lines[n].strip()), i)
    match = _FIELD.match(lines[i])
    if not match or _LABELS.get(match["label"].lower()) != "from":
        return None
    block = _fields(lines, i)
    if not block:
        return None
    fields, end = block
    proven = _ADDRESS.search(fields["from"]) or _TIME.search(fields.get("date", ""))
    if not proven or "date" not in fields or not ("subject" in fields or "to" in fields):
        return None
    return _Break(start, end, None, fields["from"], fields.get("subject", ""), fields["date"])


def _fields(lines: list[str], i: int) -> tuple[dict[str, str], int] | None:
    """Read "label: value" lines from `i`; an address list may go on over the next lines.

    Outlook writes each line as a paragraph, so an empty line may stand between two of them.
    """
    fields: dict[str, str] = {}
    at = i
    for at in range(i, min(i + 16, len(lines)) + 1):
        match = _FIELD.match(lines[at]) if at < len(lines) else None
        if match:
            key = _LABELS.get(match["label"].lower(), match["label"].lower())
            fields.setdefault(key, match["value"].strip(" *"))
            continue
        previous = lines[at - 1].rstrip() if at > i else ""
        if "subject" not in fields and at + 1 < len(lines) and not lines[at].strip() and _FIELD.match(lines[at + 1]):
            continue
        if at < len(lines) and previous.endswith((",", ";")) and lines[at].strip() and "@" in lines[at]:
            continue
        break
    return (fields, at) if len(fields) >= 2 and "from" in fields else None


def _attribution(lines: list[str], i: int) -> _Break | None:
    """A line such as "El jue, 5 feb 2026 a las 11:00, Ana <…> escribió:", folded over up to three lines."""
    if not _ATTRIBUTION_START.search(lines[i][:400]):
        return None
    joined = ""
    for n in range(i, min(i + 3, len(lines))):
        joined = f"{joined} {lines[n].strip()}"[:500]
        if _ATTRIBUTION_END.search(lines[n]) and _ATTRIBUTION.match(joined):
            sent = joined.partition("<")[0]
            heading = re.sub(r"\s*(?:escribi[óo]|wrote|escreveu)\b.*$", "", joined, flags=re.IGNORECASE)
            return _Break(i, n + 1, False, heading, "", sent)
    return None
