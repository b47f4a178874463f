"""Where the writer's words end: sign-offs, phone lines and legal notices. When unsure the text stays."""

import re

_DELIMITER = re.compile(r"^(?:--|—|-- )\s*$")
_PHONE = re.compile(
    r"^\s*(?:enviado (?:desde|de|con|a trav[ée]s de)\b|obt[eé]n(?:er|ga)? outlook|descarg\w+ (?:outlook|bluemail)|"
    r"sent (?:from|with|via)\b|get outlook|enviado do meu|yahoo mail:|libre de virus\b|virus-free|"
    r"este mensaje fue enviado desde mi)",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"^\W*(?:aviso (?:legal|de (?:confidencialidad|privacidad)|importante de)|(?:nota|cl[áa]usula) (?:de )?"
    r"confidencial\w*|confidencialidad\b|confidential|disclaimer|legal notice|"
    r"(?:antes de|piense|por favor,? (?:considere|piense)).{0,40}(?:imprimir|medio ambiente|ambiente)|"
    r"(?:este|el presente|la informaci[óo]n contenida en este) (?:mensaje|correo|e-?mail)\b.{0,200}"
    r"(?:confidencial|reservad|privilegiad|destinatari)|"
    r"(?:this|the information (?:contained )?in this) (?:e-?mail|message).{0,200}"
    r"(?:confidential|privileged|intended)|(?:en cumplimiento de|de conformidad con) la ley (?:estatutaria )?1581\b)",
    re.IGNORECASE | re.DOTALL,
)
_RULE = re.compile(r"^\s*(?:[_=*~-]\s?){8,}$")
_CLOSING = re.compile(
    r"^\s*(?:muy |le saluda |se suscribe,? |quedo |cordial y )?(?:atentamente|atte?|att|cordialmente|respetuosamente|"
    r"afectuosamente|sinceramente|atent[ao](?:s)?(?: a (?:sus?|cualquier) \w+(?: \w+)?)?|con aprecio|un abrazo|abrazos|"
    r"saludos(?: cordiales)?|"
    r"(?:muchas |mil )?gracias(?: por (?:la|su) (?:atenci[óo]n|colaboraci[óo]n|ayuda)(?: prestada)?)?|"
    r"feliz (?:d[íi]a|tarde|noche|fin de semana)|best regards|regards)\s*[,.:;!]*\s*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?¿]|\b(?:solicit\w*|requer\w+|necesit\w+|quer(?:emos|[íi]a\w*|isi[ée]ra\w*)|asesor[íi]as?|asesor[ea]n|apoy\w+|"
    r"acompañ\w+|capacitaci\w+|capacit[ea]\w*|orient[ea]\w*|agrade\w+|por favor|favor|adjunt\w+|anex\w+|caso|fecha|"
    r"p\.? ?d\.?|posdata|nota)(?!\w)",
    re.IGNORECASE,
)
_MAX_SIGNATURE_LINES = 12
_MAX_SIGNATURE_LINE = 110
_MAX_SIGNATURE_SPAN = 60  # lines from its first to the end of the text, empty ones counted


def cut(text: str, name: str = "") -> tuple[str, str]:
    """Return (what the writer says, sign-off with phone lines and legal notices).

    `name` is the sender's, to know a signature that no closing word announces.
    """
    kept, legal = _without_notices(text)
    lines = kept.split("\n")
    at = _signature_start(lines, name)
    own = "\n".join(lines[:at]).strip()
    rest = "\n".join(lines[at:]).strip()
    return own, "\n\n".join(part for part in (rest, legal) if part)


def _without_notices(text: str) -> tuple[str, str]:
    """Take legal paragraphs and phone lines out, wherever they stand, with the rule drawn above them."""
    kept: list[str] = []
    taken: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines = paragraph.split("\n")
        body = "\n".join(line for line in lines if len(line) > 500 or not _RULE.match(line))
        if _LEGAL.match(body):
            taken.append(body)
            continue
        phone = [line for line in lines if len(line) <= 120 and _PHONE.match(line)]
        taken += phone
        remaining = [line for line in lines if line not in phone] if phone else lines
        at = next(
            (
                i
                for i, line in enumerate(remaining)
                if len(line) < 500 and _RULE.match(line) and _legal_after(remaining, i)
            ),
            None,
        )
        if at is not None:
            taken.append("\n".join(remaining[at + 1 :]))
            remaining = remaining[:at]
        if remaining:
            kept.append("\n".join(remaining))
    return "\n\n".join(kept), "\n".join(taken)


def _legal_after(lines: list[str], at: int) -> bool:
    return _LEGAL.match("\n".join(lines[at + 1 : at + 6])) is not None


def _signature_start(lines: list[str], name: str) -> int:
    """Return the index of the first line of the signature, or the number of lines when there is none for sure."""
    wanted = _tokens(name)
    for i, line in enumerate(lines):
        if len(line) > _MAX_SIGNATURE_LINE or len(lines) - i > _MAX_SIGNATURE_SPAN:
            continue
        starts = (
            _DELIMITER.match(line)
            or (i > 0 and _CLOSING.match(line))
            or (i > 0 and not lines[i - 1].strip() and _is_name(line, wanted))
        )
        if starts and _is_sign_off(lines[i + 1 :]):
            return i
    return len(lines)


def _is_sign_off(after: list[str]) -> bool:
    """Whether these lines are a few short ones that ask for nothing."""
    said = [line for line in after if line.strip()]
    return len(said) <= _MAX_SIGNATURE_LINES and all(
        len(line) <= _MAX_SIGNATURE_LINE and not _ASKS.search(line) for line in said
    )


def _is_name(line: str, wanted: frozenset[str]) -> bool:
    """Whether the line is the sender's name, or the first of its words ("Natalia Quiroz", "Jorge")."""
    said = _tokens(line)
    return bool(said) and len(line) <= 60 and len(wanted) > 0 and said <= wanted


def _tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", text.lower()))
