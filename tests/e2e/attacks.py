"""Mails that try to approve a letter without being allowed to, each as it would come over the wire.

Every attack is a function of what an attacker may know (`Loot`): numbers and tokens of notices that leaked.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIGITAL_LEADER, JORGE, MX, OPERATOR, SONSON, stamp

_HOUSE = "antioquia.gov.co"
_THIEF = "ladron@attacker.example"
_STRANGER = stamp("attacker.example")
_HOUSED = stamp(_HOUSE)
_DESK = "To: mesa.mipg@antioquia.gov.co\r\nMIME-Version: 1.0\r\n"
_RESULTS = "Authentication-Results: "


@dataclass(frozen=True, slots=True)
class Loot:
    """The case whose letter must not leave, another one, and tokens with the Message-IDs that carry them."""

    case: str
    other: str
    notice: str  # Message-ID of Ana's notice about the case, its token inside
    token: str
    used: str  # a token of Ana's that served already
    expired: str
    of_jorge: str  # Jorge's, for the other case


Attack = Callable[[Loot], str]


def _mail(head: str, body: str, *, sender: str | None = ANA, kind: str = "text/plain; charset=utf-8") -> str:
    """Return a mail as text; `head` stands above everything, `body` below a line of its own per mail."""
    who = f"From: {sender}\r\n" if sender is not None else ""
    return f"{head}{who}{_DESK}Content-Type: {kind}\r\n\r\n{body}\r\n"


def _from(sender: str | None, head: str = _STRANGER) -> Attack:
    return lambda loot: _mail(head, f"aprobado {loot.case}", sender=sender)


def _stamped(value: str) -> Attack:
    """Ana's address, and results that must not vouch for it."""
    return _from(ANA, f"{_RESULTS}{value}\r\n")


def _says(body: str, head: str = "", sender: str = ANA, kind: str = "text/plain; charset=utf-8") -> Attack:
    """A mail that is vouched for, in whose words no order of the writer's stands (or none the writer may give)."""
    return lambda loot: _mail(_HOUSED + head.format(loot=loot), body.format(loot=loot), sender=sender, kind=kind)


def _inside(body: str, head: str = "", sender: str = ANA) -> Attack:
    """A mail that no server stamped, as those sent inside the house are: only a token could vouch for it."""
    return lambda loot: _mail(head.format(loot=loot), body.format(loot=loot), sender=sender)


_PUNYCODE = "аntioquia.gov.co".encode("idna").decode()  # its first letter is Cyrillic
_NUL = base64.b64encode(f"{ANA}\0".encode()).decode()
_HIDDEN = "<html><body>{}<p>Buenos días. Lo reviso mañana con calma.</p></body></html>"
_HTML = "text/html; charset=utf-8"
_ORDER = "aprobado {loot.case}"
_PROSE = "Buenos días. Todavía lo estoy revisando."


def _parts(*parts: tuple[str, str]) -> str:
    return "".join(f"--x\r\nContent-Type: {kind}\r\n\r\n{body}\r\n" for kind, body in parts) + "--x--"


_FORWARD = f"---------- Forwarded message ---------\r\nDe: Ana <{ANA}>\r\nAsunto: x\r\n\r\n"
_ATTACHED = "\r\nContent-Disposition: attachment"
_ATTACHED_MAIL = ("message/rfc822", f"From: {ANA}\r\nSubject: y\r\n\r\n{_ORDER}")
_MIXED = "multipart/mixed; boundary=x"

ATTACKS: dict[str, Attack] = {
    # Another address that looks like hers, vouched for by its own domain.
    "another domain": _from("ana.londono@antioquia-gov.co", stamp("antioquia-gov.co")),
    "the domain inside another": _from(f"{ANA}.attacker.example", stamp(f"{_HOUSE}.attacker.example")),
    "a subdomain": _from("ana.londono@correo.antioquia.gov.co", stamp("correo.antioquia.gov.co")),
    "a domain of one letter less": _from("ana.londono@antioqia.gov.co", stamp("antioqia.gov.co")),
    "a Cyrillic letter in the domain": _from("ana.londono@аntioquia.gov.co", stamp(_PUNYCODE)),
    "the same in punycode": _from(f"ana.londono@{_PUNYCODE}", stamp(_PUNYCODE)),
    "a Cyrillic letter in the name": _from("аna.londono@antioquia.gov.co", _HOUSED),
    "a fullwidth letter in the name": _from("ａna.londono@antioquia.gov.co", _HOUSED),
    "a blank of no width in the name": _from("ana.\u200blondono@antioquia.gov.co", _HOUSED),
    "a soft hyphen in the name": _from("ana.lon\u00addono@antioquia.gov.co", _HOUSED),
    "a tag on her name": _from("ana.londono+x@antioquia.gov.co", _HOUSED),
    # Her address where people read it, another where it counts.
    "her address as the name": _from(f'"{ANA}" <{_THIEF}>'),
    "her address as an encoded name": _from(f"=?utf-8?q?ana=2Elondono=40antioquia=2Egov=2Eco?= <{_THIEF}>"),
    "her address and NUL in an encoded word": _from(f"=?utf-8?b?{_NUL}?=@attacker.example"),
    "her address and a line end in an encoded word": _from(f"=?utf-8?q?{ANA}=0A=00?=@attacker.example"),
    "a quoted comma": _from(f'"Londoño, Ana <{ANA}>," <{_THIEF}>'),
    "two addresses in From": _from(f"{ANA}, {_THIEF}"),
    "two addresses in From, hers last": _from(f"{_THIEF}, {ANA}", _HOUSED),
    "a group": _from(f"Equipo: {ANA}, {_THIEF};"),
    "a comment": _from(f"{ANA} (<{_THIEF}>)"),
    "two angles": _from(f"<{ANA}> <{_THIEF}>"),
    "a route": _from(f"<@attacker.example:{ANA}>"),
    "two From": _from(f"{ANA}\r\nFrom: {_THIEF}"),
    "two From, hers last": _from(f"{_THIEF}\r\nFrom: {ANA}", _HOUSED),
    "no From but a Sender": _from(None, f"{_HOUSED}Sender: {ANA}\r\n"),
    "Sender is hers": _from(_THIEF, f"{_STRANGER}Sender: {ANA}\r\n"),
    "Reply-To is hers": _from(_THIEF, f"{_STRANGER}Reply-To: {ANA}\r\n"),
    "Resent-From is hers": _from(_THIEF, f"{_STRANGER}Resent-From: {ANA}\r\nX-Original-From: {ANA}\r\n"),
    "Return-Path is hers": _from(_THIEF, f"Return-Path: <{ANA}>\r\n{_STRANGER}"),
    # Her address, and results that do not vouch for it.
    "another domain passed": _stamped(f"{MX}; dmarc=pass header.from=attacker.example"),
    "another domain passed first": _stamped(f"{MX}; dmarc=pass header.from=attacker.example header.from={_HOUSE}"),
    "a stranger's signature": _stamped(f"{MX}; dkim=pass header.d=attacker.example"),
    "a stranger's identity": _stamped(f"{MX}; dkim=pass header.i={ANA}@attacker.example"),
    "a public suffix's signature": _stamped(f"{MX}; dkim=pass header.d=gov.co"),
    "SPF alone": _stamped(f"{MX}; spf=pass smtp.mailfrom={_HOUSE}"),
    "a valid signature and DMARC fail": _stamped(f"{MX}; dmarc=fail header.from={_HOUSE}; dkim=pass header.d={_HOUSE}"),
    "fail and pass": _stamped(f"{MX}; dmarc=fail header.from={_HOUSE}; dmarc=pass header.from={_HOUSE}"),
    "pass in a comment": _stamped(f"{MX}; dmarc=fail (dmarc=pass header.from={_HOUSE}) header.from={_HOUSE}"),
    "pass in a reason": _stamped(f'{MX}; dmarc=fail reason="; dmarc=pass header.from={_HOUSE}"'),
    "pass in a quoted mailbox": _stamped(f'{MX}; spf=pass smtp.mailfrom="; dmarc=pass header.from={_HOUSE}; "@x.co'),
    "a folded line": _from(ANA, f"{_STRANGER}X-Note: a\r\n {_RESULTS}{MX}; dmarc=pass header.from={_HOUSE}\r\n"),
    "results folded under our fail": _stamped(f"{MX};\r\n\tdmarc=fail header.from={_HOUSE};\r\n\tdkim=none"),
    "forged below our fail": _from(ANA, f"{stamp(_HOUSE, 'fail')}Received: from x\r\n{_HOUSED}"),
    "forged in the text": lambda loot: _mail(stamp(_HOUSE, "fail"), f"{_HOUSED}\r\naprobado {loot.case}"),
    "a bare line end in the subject": _from(ANA, f"{stamp(_HOUSE, 'fail')}Subject: hola\r{_HOUSED}"),
    "a longer server's name": _stamped(f"{MX}.attacker.example; dmarc=pass header.from={_HOUSE}"),
    "another server with a version": _stamped(f"mx.attacker.example 1; dmarc=pass header.from={_HOUSE}"),
    "our server in a comment": _stamped(f"mx.attacker.example ({MX}); dmarc=pass header.from={_HOUSE}"),
    "our server in a comment before": _stamped(f"({MX}) mx.attacker.example; dmarc=pass header.from={_HOUSE}"),
    "our server quoted with more": _stamped(f'"{MX}; x"; dmarc=pass header.from={_HOUSE}'),
    "the results of ARC": _from(ANA, f"ARC-Authentication-Results: i=1; {MX}; dmarc=pass header.from={_HOUSE}\r\n"),
    "nothing but an open bracket": _stamped(f"{MX}; dmarc=pass (header.from={_HOUSE}"),
    # Somebody who is who they say and may not.
    "the leader": _says(_ORDER, sender=ARCHIVES_LEADER),
    "the requester": lambda loot: _mail(stamp("sonson-antioquia.gov.co"), f"aprobado {loot.case}", sender=SONSON),
    "a colleague": _says(_ORDER, sender=JORGE),
    "an officer who signs": _says("firmado {loot.case}"),
    "an officer who assigns": _says("asignar {loot.case}: Jorge Iván Cano"),
    # Ana herself, who did not say it.
    "only in the subject": _says(_PROSE, "Subject: aprobado {loot.case}\r\n"),
    "hidden by style": _says(_HIDDEN.format("<div style='display:none'>" + _ORDER + "</div>"), kind=_HTML),
    "hidden by size": _says(_HIDDEN.format("<p style='font-size:0px'>" + _ORDER + "</p>"), kind=_HTML),
    "hidden by height": _says(
        _HIDDEN.format("<p style='max-height:0;overflow:hidden'>" + _ORDER + "</p>"), kind=_HTML
    ),
    "hidden in a comment": _says(_HIDDEN.format("<!-- " + _ORDER + " -->"), kind=_HTML),
    "hidden in the title": _says(f"<head><title>{_ORDER}</title></head><body>Sigo leyendo.</body>", kind=_HTML),
    "hidden in a script": _says(_HIDDEN.format("<script>" + _ORDER + "</script>"), kind=_HTML),
    "quoted below": _says(f"{_PROSE}\r\n\r\nEl lun, 30 nov 2026, Pedro escribió:\r\n> {_ORDER}"),
    "quoted above": _says(f"> {_ORDER}\r\n\r\nEso no lo he dicho."),
    "under Original Message": _says(f"{_PROSE}\r\n\r\n-----Mensaje original-----\r\nDe: Ana\r\n\r\n{_ORDER}"),
    "forwarded by her": _says(_FORWARD + _ORDER),
    "forwarded by the leader": _says(
        _FORWARD.replace("Asunto: x", "Asunto: z") + _ORDER, sender=ARCHIVES_LEADER
    ),
    "in an attached mail": _says(
        _parts(("text/plain", "Vea el correo adjunto."), _ATTACHED_MAIL), kind=_MIXED
    ),
    "in an attached text": _says(
        _parts(("text/plain", "Vea la nota adjunta."), (f"text/plain; name=nota.txt{_ATTACHED}", _ORDER)),
        kind=_MIXED,
    ),
    "in a calendar entry": _says(
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:" + _ORDER
        + "\r\nDESCRIPTION:" + _ORDER + "\r\nEND:VEVENT\r\nEND:VCALENDAR",
        kind="text/calendar; method=REPLY; charset=utf-8",
    ),
    "by her automatic answer": _says(_ORDER, "Auto-Submitted: auto-replied\r\n"),
    "by her old server's automatic answer": _says(_ORDER, "Subject: Respuesta automática: x\r\nX-Autoreply: yes\r\n"),
    "a condition": _says("Aprobado si se corrige la fecha del caso {loot.case}."),
    "a question": _says("¿Está aprobado el oficio {loot.case}?"),
    # Inside the house, with a token that does not serve.
    "no token": _inside(_ORDER),
    "a token of nobody": _inside(_ORDER + "\r\n\r\nClave de respuesta: 0123456789abcdef0123"),
    "a used token": _inside(_ORDER + "\r\n\r\nClave de respuesta: {loot.used}"),
    "an expired token": _inside(_ORDER + "\r\n\r\nClave de respuesta: {loot.expired}"),
    "a token of another case": _inside(_ORDER + "\r\n\r\nClave de respuesta: {loot.of_jorge}", sender=JORGE),
    "a colleague's token": _inside(_ORDER + "\r\n\r\nClave de respuesta: {loot.of_jorge}"),
    "her token, somebody else's From": _inside(_ORDER, "In-Reply-To: {loot.notice}\r\n", sender=JORGE),
    "her token by a stranger": lambda loot: _mail(
        f"{_STRANGER}In-Reply-To: {loot.notice}\r\n", f"aprobado {loot.case}", sender=_THIEF
    ),
    "her token where our server says fail": lambda loot: _mail(
        f"{stamp(_HOUSE, 'fail')}In-Reply-To: {loot.notice}\r\n", f"aprobado\r\n\r\nClave de respuesta: {loot.token}"
    ),
    "half a token": lambda loot: _mail("", f"aprobado {loot.case}\r\n\r\nClave de respuesta: {loot.token[:10]}"),
    "a token turned round": lambda loot: _mail(
        "", f"aprobado {loot.case}\r\n\r\nClave de respuesta: {loot.token[::-1]}"
    ),
    "a token in the subject": lambda loot: _mail(
        f"Subject: Clave de respuesta {loot.token}\r\n", f"aprobado {loot.case}"
    ),
    "a token in an attachment": lambda loot: _mail(
        "",
        _parts(
            ("text/plain", f"aprobado {loot.case}"),
            (f"text/plain; name=a.txt{_ATTACHED}", f"Clave de respuesta: {loot.token}"),
        ),
        kind=_MIXED,
    ),
}  # fmt: skip

_QUOTED = (
    "Estoy fuera de la oficina hasta el 15 de diciembre.\r\n\r\n" + _ORDER + "\r\n\r\nClave de respuesta: {loot.token}"
)
_REPORT = "multipart/report; report-type={}; boundary=x"
_INNER = (
    f"{_HOUSED}From: {ANA}\r\n{_DESK}Subject: RE: borrador\r\nIn-Reply-To: {{loot.notice}}\r\n"
    f"Content-Type: text/plain; charset=utf-8\r\n\r\n{_ORDER}\r\n\r\nClave de respuesta: {{loot.token}}"
)
_ENCODED = base64.b64encode(f"{MX}; dmarc=pass header.from={_HOUSE}".encode()).decode()


def _idn(domain: str) -> str:
    return stamp(domain.encode("idna").decode())


def _hidden(style: str) -> Attack:
    return _says(_HIDDEN.format(f"<div {style}>{_ORDER}</div>"), kind=_HTML)


def _stranger_says(body: str, head: str = "", sender: str = _THIEF, kind: str = "text/plain; charset=utf-8") -> Attack:
    return lambda loot: _mail(_STRANGER + head.format(loot=loot), body.format(loot=loot), sender=sender, kind=kind)


FURTHER: dict[str, Attack] = {
    # Addresses that read like hers, or that programs take apart differently.
    "a Greek letter in the domain": _from("ana.londono@antiοquia.gov.co", _idn("antiοquia.gov.co")),
    "a Turkish i in the domain": _from("ana.londono@antıoquia.gov.co", _idn("antıoquia.gov.co")),
    "a mathematical letter in the domain": _from("ana.londono@𝐚ntioquia.gov.co", _HOUSED),
    "ideographic full stops": _from("ana.londono@antioquia。gov。co", _HOUSED),
    "a Greek letter in the name": _from("αna.londono@antioquia.gov.co", _HOUSED),
    "an accent of its own in the name": _from("ana.london\u0303o@antioquia.gov.co", _HOUSED),
    "a letter turned round": _from("\u202eana.londono@antioquia.gov.co", _HOUSED),
    "her address as a quoted local part": _from(f'"{ANA}"@attacker.example'),
    "her address with a percent sign": _from("ana.londono%antioquia.gov.co@attacker.example"),
    "her address as a bare phrase": _from(f"{ANA} <{_THIEF}>"),
    "her address behind the angle": _from(f"<{_THIEF}> {ANA}"),
    "her address before another without a comma": _from(f"{ANA} {_THIEF}", _HOUSED),
    "her address and a NUL": _from(f"{ANA}\0@attacker.example"),
    "a domain in brackets": _from("ana.londono@[antioquia.gov.co]"),
    "an encoded angle that closes her name": _from(f"=?utf-8?q?Ana_=3C{ANA.replace('@', '=40')}=3E?= <{_THIEF}>"),
    "her From folded under another": _from(f"{_THIEF}\r\n {ANA}"),
    "three From": _from(f"{ANA}\r\nFrom: {_THIEF}\r\nFROM: {ANA}", _HOUSED),
    "another's Sender that passes": _stamped(f"{MX}; dkim=pass header.d=attacker.example\r\nSender: {_THIEF}"),
    # Results that vouch for something else.
    "a signer whose name ends like hers": _stamped(f"{MX}; dkim=pass header.d=quia.gov.co"),
    "a signer above the public suffix": _stamped(f"{MX}; dkim=pass header.d=co"),
    "a signer that begins like hers": _stamped(f"{MX}; dkim=pass header.d={_HOUSE}.attacker.example"),
    "her signer in a comment": _stamped(f"{MX}; dkim=pass (header.d={_HOUSE}) header.d=attacker.example"),
    "a chain of relays that passes": _stamped(f"{MX}; arc=pass header.d={_HOUSE}; dmarc=none header.from={_HOUSE}"),
    "an opinion of the server": _stamped(f"{MX}; compauth=pass reason=100 header.from={_HOUSE}"),
    "a word that begins with pass": _stamped(f"{MX}; dmarc=passed header.from={_HOUSE}"),
    "another method's name": _stamped(f"{MX}; x-dmarc=pass header.from={_HOUSE}"),
    "the server's name alone": _stamped(MX),
    "nothing checked, a forged pass below": _from(ANA, f"{_RESULTS}{MX}; none\r\nReceived: from x\r\n{_HOUSED}"),
    "unreadable, a forged pass below": _from(ANA, f"{_RESULTS}{MX}; dmarc=fail (x\r\nReceived: from x\r\n{_HOUSED}"),
    "results in an encoded word": _stamped(f"=?utf-8?b?{_ENCODED}?="),
    "results under another header's name": _from(ANA, f"X-{_RESULTS}{MX}; dmarc=pass header.from={_HOUSE}\r\n"),
    # Her words inside something else.
    "the whole mail is an enclosed one": _stranger_says(_INNER, kind="message/rfc822"),
    "a digest of mails": _stranger_says("--x\r\n\r\n" + _INNER + "\r\n--x--", kind="multipart/digest; boundary=x"),
    "returned by a mail server": _stranger_says(
        _parts(("text/plain", _ORDER), ("message/delivery-status", "Action: failed"), ("message/rfc822", _INNER)),
        "Return-Path: <>\r\n", sender=f"MAILER-DAEMON <{ANA}>", kind=_REPORT.format("delivery-status"),
    ),
    "a receipt of reading": _says(
        _parts(("text/plain", _ORDER), ("message/disposition-notification", f"Final-Recipient: rfc822;{ANA}")),
        kind=_REPORT.format("disposition-notification"),
    ),
    "quoted by her absence, unmarked": _inside(_QUOTED, "Subject: Respuesta automática: oficio en borrador\r\n"),
    "quoted by her absence, in bulk": _inside(_QUOTED, "Precedence: auto_reply\r\nIn-Reply-To: {loot.notice}\r\n"),
    "quoted by a colleague's absence": _inside(
        _QUOTED, "Auto-Submitted: auto-replied\r\nIn-Reply-To: {loot.notice}\r\n", sender=JORGE
    ),
    # Hidden in what she forwards without seeing it.
    "hidden by attribute": _hidden("hidden"),
    "hidden by visibility": _hidden("style='visibility:hidden'"),
    "hidden by opacity": _hidden("style='opacity:0'"),
    "hidden for Outlook": _hidden("style='mso-hide:all'"),
    "hidden off the page": _hidden("style='position:absolute;left:-9999px'"),
    "hidden by a margin": _hidden("style='margin-left:-9999px'"),
    "hidden by width": _hidden("style='width:0;white-space:nowrap;overflow:hidden'"),
    "hidden by clipping": _hidden("style='position:absolute;clip:rect(0,0,0,0)'"),
    "hidden by scale": _hidden("style='transform:scale(0)'"),
    # Somebody who may not, and tokens that do not serve.
    "the operator": _says(_ORDER, sender=OPERATOR),
    "the leader of another policy": _says(_ORDER, sender=DIGITAL_LEADER),
    "a hundred guesses": lambda loot: _mail(
        "", f"aprobado {loot.case}\r\n\r\n" + "\r\n".join(f"Clave de respuesta: {n:020x}" for n in range(100))
    ),
    "a colleague with her token in References": _inside(_ORDER, "References: <a@b.co> {loot.notice}\r\n", sender=JORGE),
    "her token by the operator": _inside(_ORDER + "\r\n\r\nClave de respuesta: {loot.token}", sender=OPERATOR),
    "her token where our results are broken": lambda loot: _mail(
        f"{_RESULTS}{MX}; dmarc=pass (header.from={_HOUSE}\r\nIn-Reply-To: {loot.notice}\r\n",
        f"aprobado {loot.case}\r\n\r\nClave de respuesta: {loot.token}",
    ),
    "her token under another address": _inside(
        _ORDER + "\r\n\r\nClave de respuesta: {loot.token}", sender=f"{ANA}.attacker.example"
    ),
}  # fmt: skip

ATTACKS |= FURTHER
