"""Where the writer's words end: sign-offs, phone lines and legal notices. When unsure the text stays."""

import re

from tasks.domain.phrases import Phrases

_DELIMITER = re.compile(r"^(?:--|—|-- )\s*$")
_PHONE = re.compile(
    r"^\s*(?:enviado (?:desde|de|con|a trav[ée]s de)\b|obt[eé]n(?:er|ga)? outlook|descarg\w+ (?:outlook|bluemail)|"
    r"sent (?:from|with|via)\b|get outlook|enviado do meu|yahoo mail:|libre de virus\b|virus-free|"
    r"este mensaje fue enviado desde mi)",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"^\W*(?:(?:la|esta) (?:ese|entidad|empresa|alcald[íi]a|instituci[óo]n) no (?:autoriza|se hace responsable)|"
    r"(?:los|sus) datos personales (?:se tratan|ser[áa]n tratados)|horario de atenci[óo]n|l[íi]nea anticorrupci[óo]n|"
    r"s[íi]ganos en|aviso (?:legal|de (?:confidencialidad|privacidad)|importante de)|(?:nota|cl[áa]usula) (?:de )?"
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
    r"[?¿]|\b(?:solicit\w*|requer\w+|necesit\w+|quer(?:emos|[íi]a\w*)|quisi[ée]ra\w*|quiero|"
    r"ped(?:i|[íi])\w*|pid[eo]\w*|ayud\w+|ap[óo]y\w+|gu[íi]a\w*|asesor[íi]as?|asesor[ea]n|apoy\w+|"
    r"acompañ\w+|capacitaci\w+|capacit[ea]\w*|orient[ea]\w*|agrade\w+|por favor|favor|adjunt\w+|anex\w+|caso|fecha|"
    r"p\.? ?d\.?|posdata|nota)(?!\w)",
    re.IGNORECASE,
)
_REQUESTS = Phrases(r"\b(?:solicit|requer|necesit|ped)[ií]?(?:amos|emos|imos|o)\b|\basesor[íi]a\b|[?¿]", re.IGNORECASE)
_WORD = r"(?:[A-ZÁÉÍÓÚÜÑ][\wáéíóúüñ'’]*\.?)"
# "Luz Mery Ossa", "Juan P. de la Cruz, Hacienda", "Yina Petro - Sistemas"
_PERSON = re.compile(
    rf"^\s*{_WORD}(?:\s(?:(?:de|del|la|las|los|y)\s){{0,2}}{_WORD}){{1,4}}\s*(?:[,|·–-]\s?.{{0,70}})?$"
)
_ITEM = re.compile(r"^\s*(?:[-*•·]|\(?(?:\d{1,2}|[a-z]{1,2})[.)])\s")  # "W. Ochoa" is no item
_TOPIC = re.compile(
    r"talento|humano|gesti[óo]n|control|gobierno|digital|seguridad|integridad|transparencia|archivo|planeaci|"
    r"presupuest|contrataci|compras|participaci|servicio|tr[áa]mite|defensa|jur[íi]dic|norma|seguimiento|evaluaci|"
    r"estad[íi]stic|conocimiento|fortalecimiento|rendici[óo]n|plan\b|pol[íi]tica|mipg|furag",
    re.IGNORECASE,
)  # what a request lists is no person
# "Subsecretaría de Talento Humano y Bienestar": posts, offices and degrees, as they stand under a name or without one
_POST = re.compile(
    r"^\W*(?:sub)?(?:secretar[íi][oa]|direcci[óo]n|director|gerent|gerenci|oficina|jef[ea]|jefatura|"
    r"coordinador|coordinaci[óo]n|profesional|auxiliar|t[ée]cnic[oa]|tecn[óo]log[oa]|l[íi]der|enlace|contratista|"
    r"asesor[a]? (?:de|en|jur|ext)|apoyo (?:a la|secre|admin|en)|alcald|tesorer|personer[íioa]+|"
    r"m[ée]dic[oa]|ingenier|abogad|contador|administrador|unidad|[áa]rea|"
    r"grupo|departamento|dependencia|hospital|e\.?s\.?e|concejo|inspec|comisar[íi]|almac[ée]n|archivista|mag[íi]ster|"
    r"especialista|despacho|municipio|gobernaci|universidad|consultor|talento humano|planeaci[óo]n|hacienda|"
    r"control interno)",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:que|nos|me|se|les?|c[óo]mo|cuando|cu[áa]ndo|porque|es|son|est[áa]n?|estamos|hay|tien\w+|tenemos|tengo|h[ae]n?|hemos|"
    r"quedo|quedamos|\w+[aei]mos|pued\w+|podr\w+|debe\w*|va[ns]?|sea|no|ya|si)\b",
    re.IGNORECASE,
)  # a line with one of these is a sentence
_MONTH_DAY = re.compile(
    r"\b\d{1,2} de (?:ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic)\w*", re.IGNORECASE
)  # "Fechas posibles: 7, 8 o 9 de abril": an offer without a verb
_SLOGAN = re.compile(r"[«\"“][^»\"”]{3,80}[»\"”]")
_LEAST_SAID = 6  # words that must stand above offices which no name and no closing word announces
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
    """Take legal notices (to the end of their paragraph, with the rule drawn above) and phone lines out."""
    kept: list[str] = []
    taken: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines = paragraph.split("\n")
        at = next((i for i in range(len(lines)) if _is_notice(lines, i)), len(lines))
        taken.extend(lines[at:])
        rest: list[str] = []
        for line in lines[:at]:
            (taken if len(line) <= 120 and _PHONE.match(line) else rest).append(line)
        if rest and not (at < len(lines) and all(_is_rule(line) for line in rest)):
            kept.append("\n".join(rest))
    return "\n\n".join(kept), "\n".join(line for line in taken if not _is_rule(line))


def _is_notice(lines: list[str], at: int) -> bool:
    """Whether a legal notice begins at this line; a request that begins by citing a law is none."""
    if _is_rule(lines[at]):
        at += 1
    said = "\n".join(lines[at : at + 4])
    return bool(said) and _LEGAL.match(said) is not None and _REQUESTS.search(said) is None


def _is_rule(line: str) -> bool:
    return len(line) <= 500 and _RULE.match(line) is not None


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
            or (_PERSON.match(line) and _is_unannounced(lines[:i], line))
        )
        if i > 0 and not lines[i - 1].strip() and _is_letterhead(lines[:i], lines[i:]):
            return i
        if starts and _is_sign_off(lines[i + 1 :]):
            return i
    return len(lines)


def _is_unannounced(above: list[str], line: str) -> bool:
    """Whether a line with a person's name ends a request, without any closing word before it."""
    last = next((text.rstrip() for text in reversed(above) if text.strip()), "")
    ended = last.endswith((".", "?", "!")) and not _ITEM.match(last)
    return ended and not _TOPIC.search(line.split(",", maxsplit=1)[0]) and _ASKS.search("\n".join(above)) is not None


def _is_letterhead(above: list[str], below: list[str]) -> bool:
    """Whether only a post, an office, a degree and the like stand below a text that has come to its end."""
    last = next((text.rstrip() for text in reversed(above) if text.strip()), "")
    if last.endswith(":") or _ITEM.match(last) or len(" ".join(above).split()) < _LEAST_SAID:
        return False
    said = [_SLOGAN.sub("", line) for line in below if line.strip()]
    posts = any(_POST.match(line) or line.count("·") + line.count("|") > 1 for line in said)
    return posts and len(said) <= _MAX_SIGNATURE_LINES and not any(map(_is_sentence, said))


def _is_sentence(line: str) -> bool:
    asks = len(line) > _MAX_SIGNATURE_LINE or _ITEM.match(line) or line.rstrip().endswith((":", "?"))
    return bool(asks or _SAYS.search(line) or _REQUESTS.search(line) or _MONTH_DAY.search(line))


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
