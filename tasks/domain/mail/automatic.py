"""Which messages no person wrote (RFC 3834 and the robots that never heard of it), and what a bounce says."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.domain.mail.dates import dates_in
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import is_reply_subject, parts_of
from tasks.domain.mail.reading.headers import message_ids
from tasks.domain.phrases import Phrases

_READ = 4000  # characters; what a machine has to say stands at the beginning
_VACATION_LENGTH = 700  # characters; a longer text is somebody writing

_UNREAD = re.compile(
    r"(?:no|not|do-?not|donot)[-_.]?(?:reply|responder|responda|contestar|conteste|response)\b.*", re.IGNORECASE
)
_DAEMON = re.compile(
    r"(?:mailer-daemon|postmaster|daemon|bounces?|autoreply|auto-?respond\w*|respuesta-?automatica)(?:[+-].*)?|"
    r"microsoftexchange[0-9a-f]{8,}",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"^\W*(?:no se (?:puede|pudo|ha podido) entregar|no se entreg[óo]|entrega fallida|error (?:de|en la) entrega|"
    r"correo no entregado|mensaje no entregado|devuelto:|undeliver\w+|mail delivery (?:failed|subsystem)|"
    r"delivery status notification|delivery (?:has )?fail\w+|failure notice|returned mail|returned to sender|"
    r"retrasad[oa]:|delayed:|n[ãa]o foi poss[íi]vel entregar)",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(
    r"^\s*(?:le[íi]do|no le[íi]do|eliminado sin leer|confirmaci[óo]n de lectura|acuse de lectura|read|not read|lida|"
    r"lido|entregado|delivered|retransmitido|relayed)\s*:",
    re.IGNORECASE,
)
_RECEIPT = Phrases(
    r"\b(?:fue (?:le[íi]do|eliminado sin leer)|se ley[óo]|was (?:read|deleted)|foi lid[ao]|confirmaci[óo]n de lectura|"
    r"se ha entregado|has been delivered|no env[íi]a confirmaci[óo]n)",
    re.IGNORECASE,
)
_RECALL_SUBJECT = re.compile(r"^\s*(?:recuperar|recuperaci[óo]n|recall|message recall)\b.*", re.IGNORECASE)
_RECALL = Phrases(
    r"(?:desea|quiere|desear[íi]a) recuperar el mensaje|would like to recall the message|"
    r"(?:recuperaci[óo]n|recall).{0,40}(?:correcta|fall[óo]|succe|fail)",
    re.IGNORECASE,
)
_AUTO_SUBJECT = re.compile(
    r"^\W*(?:respuesta autom[áa]tica|auto-?respuesta|respuesta de fuera de|fuera de (?:la )?oficina|"
    r"ausente de la oficina|ausencia temporal|automatic reply|auto(?:matic)?[ -]?(?:reply|response)|"
    r"out of (?:the )?office|resposta autom[áa]tica|fora do escrit[óo]rio|ausência)",
    re.IGNORECASE,
)
_AWAY = Phrases(
    r"\b(?:(?:estar[ée]|me encuentro|me encontrar[ée]|estoy) (?:\w+ ){0,2}?(?:en|de|disfrutando de|haciendo uso de) "
    r"(?:mis? |el |un )?(?:per[íi]odo de )?(?:merecid[oa]s? )?(?:vacaciones|licencia|incapacidad|permiso|descanso|"
    r"comisi[óo]n)|"
    r"(?:estar[ée]|me encuentro|estoy) (?:ausente|fuera de (?:la |mi )?oficina|incapacitad[oa])|"
    r"i am (?:currently )?(?:out of (?:the )?office|on (?:vacation|leave))|i will be out of (?:the )?office|"
    r"estarei (?:ausente|de f[ée]rias|fora)|estou (?:de f[ée]rias|ausente))",
    re.IGNORECASE,
)
_ROBOT_TEXT = Phrases(
    r"(?:este (?:correo|mensaje|e-?mail) (?:es|fue|ha sido|se) (?:generado|enviado|gener[óo])\s?"
    r"(?:de forma |en forma )?autom[áa]tica(?:mente)?|mensaje autom[áa]tico|"
    r"(?:generated|sent) automatically|automatically generated|"
    r"(?:por favor )?no (?:lo )?respond(?:a|er) (?:a )?este (?:correo|mensaje))",
    re.IGNORECASE,
)
# Said by filing systems too, that pass a letter on: in an answer to us it is a robot's.
_ROBOT_ANSWER = Phrases(
    r"mensaje (?:generado|enviado) (?:de (?:forma|manera) )?autom[áa]tica(?:mente)?|por favor,? no (?:lo )?respond[ae]",
    re.IGNORECASE,
)
_GONE = Phrases(
    r"\b(?:ya no (?:laboro|trabajo|hago parte|estoy vinculad[oa]|me encuentro (?:laborando|vinculad[oa]))|"
    r"(?:finaliz[óo]|termin[óo]|culmin[óo]) mi (?:v[íi]nculo|contrato)|dej[ée] de (?:laborar|trabajar)|"
    r"mi (?:contrato|v[íi]nculo)(?: \w+){0,4} (?:finaliz|termin|culmin)[óo]|me desvincul[ée])\b",
    re.IGNORECASE,
)
_WRITE_TO = re.compile(
    r"\b(?:escrib|dirig|dirij|contact|remit|comuni[cq]|env[íi])\w*\b[^.?!\n]{0,80}?[^\s@]{1,64}@", re.IGNORECASE
)
_FILED = re.compile(
    r"\b(?:su|tu) (?:comunicaci[óo]n|solicitud|petici[óo]n|correspondencia|mensaje|correo|documento|oficio|pqr\w*)\b"
    r"[^.?!\n]{0,120}\b(?:fue|ha sido|qued[óo]|se ha) (?:\w+ )?(?:radicad|recibid|registrad)\w+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:n[úu]mero|radicad[oa]|no|nro|c[óo]digo)\b\W{0,4}(?:[A-Z]+-?)?\d{3,}|\b20\d\d-", re.IGNORECASE
)
_SAYS_MORE = re.compile(
    r"\b(?:no|sin|nunca|ni)\b[^.?!\n]{0,40}\b(?:respond|respuesta|contest|resuel)|\btraslad[oaó]", re.IGNORECASE
)
_RESERVED = re.compile(r"(?:final|original)-recipient:[^;\n]{0,40};\s*<?([^\s<>;]{3,320})", re.IGNORECASE)
_ACTION = re.compile(r"^action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"'*]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,20}")
_ORIGINAL_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that did not arrive."""

    recipients: tuple[str, ...]  # lower-case addresses that failed
    message_id: str  # of the mail that was sent; "" when the report does not say
    permanent: bool  # False: the server still tries (delayed)
    reason: str = ""  # the server's line, for people


def automatic(mail: Mail, own_addresses: Collection[str], own: str | None = None) -> str:
    """Return why a message counts as written by a machine, in Spanish; "" for a person's.

    `own` are the words it adds to what it quotes and passes on, by who has them already.
    X-Auto-Response-Suppress alone proves nothing: Exchange puts it on people's mail too.
    """
    if mail.sender.email and mail.sender.email in {address.lower() for address in own_addresses}:
        return "viene de nuestra propia dirección"
    return _by_headers(mail) or _by_sender(mail) or _by_words(mail, own)


def answers_by_itself(mail: Mail) -> bool:
    """Whether a machine answered a mail of ours, by its own account: what it says was written for nobody.

    Robots that send letters of their own (courts, filing systems) do not; nor does who only writes like a machine.
    """
    said = _is_report(mail) or _submitted(mail) == "auto-replied" or _is_marked(mail)
    return said or _is_daemon(mail.sender.email) or bool(_by_report(mail))


def _by_headers(mail: Mail) -> str:
    submitted = _submitted(mail)
    precedence = mail.header("precedence").strip().lower()
    reasons = (
        (submitted not in ("", "no"), f"lo envió un programa (Auto-Submitted: {submitted})"),
        (_has_null_path(mail), "no tiene remitente de retorno (Return-Path vacío)"),
        (_is_report(mail), _report_reason(mail)),
        (_is_marked(mail), "es una respuesta automática"),
        (precedence in ("bulk", "junk", "list", "auto_reply"), f"es un envío masivo (Precedence: {precedence})"),
        (bool(mail.header("list-id") or mail.header("list-unsubscribe")), "viene de una lista de correo"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _submitted(mail: Mail) -> str:
    """Return the keyword of Auto-Submitted (RFC 3834, section 5)."""
    return mail.header("auto-submitted").partition(";")[0].strip().lower()


_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autogenerated")


def _is_marked(mail: Mail) -> bool:
    return any(mail.header(name) for name in _AUTO_HEADERS)


def _is_report(mail: Mail) -> bool:
    return mail.header("content-type").partition(";")[0].strip().lower() == "multipart/report"


def _is_daemon(address: str) -> bool:
    return _DAEMON.fullmatch(address.partition("@")[0]) is not None


def _has_null_path(mail: Mail) -> bool:
    return any(value.replace(" ", "") == "<>" for value in mail.headers.get("return-path", ()))


def _report_reason(mail: Mail) -> str:
    receipt = "disposition" in mail.header("content-type").lower()
    return "es una confirmación de lectura" if receipt else "es un aviso de entrega"


def _by_sender(mail: Mail) -> str:
    """A filing system may pass a letter on from a mailbox that nobody reads: with a file a person must look."""
    unread = _UNREAD.fullmatch(mail.sender.email.partition("@")[0])
    if _is_daemon(mail.sender.email) or (unread and not _carries(mail)):
        return f"lo envía un buzón que no lee nadie ({mail.sender.email})"
    return ""


def _carries(mail: Mail) -> bool:
    return mail.inner is not None or any(not attachment.inline for attachment in mail.attachments)


def _by_words(mail: Mail, own: str | None) -> str:
    """What gives away a robot that marks nothing. Only short texts: people talk about absences too."""
    text = mail.text[:_READ]
    if found := _by_report(mail):
        return found
    curt = _curt(mail, parts_of(mail).own if own is None else own)
    reasons = (
        (_AUTO_SUBJECT.match(mail.subject) and len(text) < 3000, "es una respuesta automática"),
        (_is_vacation(mail, curt), "es un aviso de ausencia"),
        (_is_farewell(curt), "es un aviso de que ya no trabaja allí"),
        (_is_filed(mail, curt), "es la constancia de un radicado"),
        (len(text) < 1500 and not _carries(mail) and _robot_says(mail, text), "dice que fue generado automáticamente"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _by_report(mail: Mail) -> str:
    """What a mail server tells of a mail of ours, in a form of its own."""
    text = mail.text[:_READ]
    reasons = (
        (_is_bounce_text(mail), "es un aviso de correo no entregado"),
        (_RECEIPT_SUBJECT.match(mail.subject) and _RECEIPT.search(text), "es una confirmación de lectura"),
        (_RECALL_SUBJECT.match(mail.subject) and _RECALL.search(text), "es un aviso de recuperación de un mensaje"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _is_bounce_text(mail: Mail) -> bool:
    if not _BOUNCE_SUBJECT.match(mail.subject):
        return False
    known = _ADDRESS.search(mail.text) or mail.inner is not None
    return bool(known and re.search(r"\b[45]\d\d\b|\b[45]\.\d\.\d", mail.text))


def _robot_says(mail: Mail, text: str) -> bool:
    return bool(_ROBOT_TEXT.search(text) or (_answers(mail) and _ROBOT_ANSWER.search(text)))


def _answers(mail: Mail) -> bool:
    """Whether it answers a mail; some robots say so in the subject alone."""
    return bool(mail.in_reply_to or mail.references or is_reply_subject(mail.subject))


def _is_vacation(mail: Mail, said: str) -> bool:
    """An absence told in answer to a mail, in a short text that asks nothing."""
    return _answers(mail) and _AWAY.search(said) is not None


def _is_farewell(said: str) -> bool:
    """Who has left says whom to write to instead; who tells the news and asks for something is a person."""
    return _GONE.search(said) is not None and _WRITE_TO.search(said) is not None


def _is_filed(mail: Mail, curt: str) -> bool:
    """The number under which a filing system took in a mail of ours."""
    said = " ".join(curt.split())
    told = f"{mail.subject}. {said}"
    return bool(said and _FILED.search(told) and _NUMBERED.search(told)) and not _SAYS_MORE.search(said)


def _curt(mail: Mail, own: str) -> str:
    """Return the mail's own words if they may be a robot's: few, without a question and with nothing attached."""
    return "" if mail.attachments or len(own) > _VACATION_LENGTH or "?" in own else own


def bounce(mail: Mail) -> Bounce | None:
    """Return which mail did not reach whom, None when the message is no delivery report."""
    report = "\n".join(_text(a.content) for a in mail.attachments if a.content_type in _REPORT_TYPES)
    actions = {action.lower() for action in _ACTION.findall(report)}
    if actions and actions <= {"delivered", "relayed", "expanded"}:
        return None
    if not actions and not _looks_returned(mail):
        return None
    found = _RESERVED.findall(report) or _named(mail)
    status = _STATUS.search(report) or _STATUS.search(mail.text[:_READ])
    permanent = "failed" in actions or (not actions and not (status and status[1] == "4"))
    recipients = tuple(dict.fromkeys(address.lower() for address in found))
    return Bounce(recipients[:50], _returned_id(mail, report), permanent, _reason(mail, report))


_REPORT_TYPES = ("message/delivery-status", "text/rfc822-headers", "message/global-delivery-status")


def _text(content: bytes) -> str:
    return content[:20_000].decode("utf-8", "replace")


def _looks_returned(mail: Mail) -> bool:
    kind = mail.header("content-type").lower()
    if "delivery-status" in kind and "multipart/report" in kind:
        return True
    by_machine = _by_headers(mail) or _by_sender(mail) or _is_bounce_text(mail)
    return bool(_BOUNCE_SUBJECT.match(mail.subject) and by_machine)


def _named(mail: Mail) -> list[str]:
    """Return the addresses that a report without DSN names, but for our own and the server's."""
    ours = {mail.sender.email, *(person.email for person in mail.to)}
    found = (address.rstrip(".").lower() for address in _ADDRESS.findall(mail.text[:_READ]))
    return [address for address in dict.fromkeys(found) if address not in ours and not _is_daemon(address)]


def _returned_id(mail: Mail, report: str) -> str:
    if mail.inner is not None and mail.inner.message_id:
        return mail.inner.message_id
    quoted = _ORIGINAL_ID.search(report) or _ORIGINAL_ID.search(mail.text[:20_000])
    if quoted:
        return quoted[1]
    return mail.in_reply_to or next(iter(message_ids(" ".join(reversed(mail.references)))), "")


def _reason(mail: Mail, report: str) -> str:
    diagnostic = re.search(r"^diagnostic-code:\s*(.{1,300})", report, re.IGNORECASE | re.MULTILINE)
    if diagnostic:
        return diagnostic[1].strip()
    line = next((line for line in mail.text[:_READ].split("\n") if _STATUS.search(line)), "")
    return line.strip()[:300]


_LONGEST_ABSENCE = timedelta(days=180)
_RETURNS = re.compile(
    r"\b(?:regres\w+|retorn\w+|vuelv\w+|volver\w+|reincorpor\w+|reintegr\w+|be back|am back|return\w*|volto|"
    r"voltarei|retomo)\b",
    re.IGNORECASE,
)


def away_until(mail: Mail, today: date) -> date | None:
    """Return the last day that an absence notice says its writer is away; None when it is none or names no day.

    "Hasta el 30" includes the 30th, "regreso el 30" does not. Nobody is believed to be away for half a year.
    """
    own = " ".join(parts_of(mail).own[:_VACATION_LENGTH].split())
    if not (_AWAY.search(own) or _AUTO_SUBJECT.match(mail.subject)):
        return None
    ahead = [day for day in dates_in(own, today) if today <= day <= today + _LONGEST_ABSENCE]
    if not ahead:
        return None
    back = (day for verb in _RETURNS.finditer(own) for day in dates_in(own[verb.end() : verb.end() + 60], today))
    return max(ahead) - timedelta(days=max(ahead) in set(back))
