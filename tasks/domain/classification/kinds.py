"""What a message is: the fate it is judged for, from headers, thread, the sender's role and what is said."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.classification.asking import asks, asks_advice, denies_advice, names_advice
from tasks.domain.classification.attachments import holds_a_letter
from tasks.domain.classification.municipalities import Place
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.policies import Reading
from tasks.domain.classification.text import fold
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.automatic import automatic
from tasks.domain.mail.commands import parse_orders
from tasks.domain.mail.message import Correspondent, Mail, Mentions, Thread
from tasks.domain.mail.quotes import Parts


class Kind(StrEnum):
    """The fate a message is judged for (interfaces.md, `mipg classify`)."""

    REQUEST = "request"
    FOLLOWUP = "followup"
    DUPLICATE = "duplicate"
    AUTO = "auto"
    NOISE = "noise"
    LEADER_PLAN = "leader_plan"
    LEADER_EVIDENCE = "leader_evidence"
    COMMAND = "command"
    RESULTS = "results"
    OTHER_AXIS = "other_axis"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the kind is decided from."""

    mail: Mail
    parts: Parts
    texts: tuple[str, ...]  # the words that may ask: own, passed on, attached letter
    thread: Thread | None
    mentions: Mentions
    office: OfficeView
    writer: Correspondent  # who asks: the sender, or the person inside a trusted forward
    reading: Reading
    place: Place

    @property
    def said(self) -> str:
        """Subject and the words that may ask, together."""
        return "\n".join((self.mail.subject, *self.texts))

    @property
    def known_thread(self) -> bool:
        """Whether the message points at something the office knows."""
        return self.thread is not None or any((self.mentions.cases, self.mentions.requests, self.mentions.letters))

    @property
    def passed_on(self) -> bool:
        """Whether somebody trusted passes on another person's message."""
        return self.writer.email != self.mail.sender.email or (
            self.office.passes_on(self.mail.sender.email)
            and (self.mail.inner is not None or self.parts.forwarded is not None)
        )

    @property
    def is_public(self) -> bool:
        """Whether the writer's address is a public entity's."""
        return self.writer.domain.endswith(".gov.co")


@dataclass(frozen=True, slots=True)
class Verdicted:
    """The kind, whether the service may go on without a person, and why."""

    kind: Kind
    sure: bool
    reason: str


def kind_of(facts: Facts) -> Verdicted:
    """Return what the message is; the first rule that knows decides, and where none does a person looks."""
    for rule in _RULES:
        if found := rule(facts):
            return found
    return Verdicted(Kind.REVIEW, False, "no se reconoce qué pide")


def _mass(facts: Facts) -> Verdicted | None:
    """Mailing lists and bulk mail ask nothing of the office, unless a public entity writes through one."""
    mail = facts.mail
    listed = mail.header("precedence").strip().lower() in {"bulk", "list", "junk"} or mail.header("list-unsubscribe")
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if not (listed or mail.header("list-id")) or submitted not in {"", "no"}:
        return None
    if facts.is_public and asks_advice(facts.said):
        return Verdicted(Kind.REVIEW, False, "llegó por una lista de correo y pide asesoría")
    return Verdicted(Kind.NOISE, True, "envío masivo o lista de correo")


def _machine(facts: Facts) -> Verdicted | None:
    reason = automatic(facts.mail, facts.office.own_addresses)
    if not reason:
        return None
    if "buzón que no lee nadie" in reason and facts.is_public and asks_advice("\n".join(facts.texts)):
        return Verdicted(Kind.REVIEW, False, "viene de un buzón automático, pero pide asesoría")
    return Verdicted(Kind.AUTO, True, reason)


def _order(facts: Facts) -> Verdicted | None:
    mail, office = facts.mail, facts.office
    sender = mail.sender.email
    orders = parse_orders(facts.parts.own)
    if orders and (office.is_staff(sender) or office.directory.leads(sender)):
        forged = verdict(mail, office.trusted_authserv) is Verdict.FAIL
        reason = "orden sin autenticar: no se cumplirá" if forged else f"orden del equipo: «{orders[0].line[:60]}»"
        return Verdicted(Kind.COMMAND, not forged, reason)
    if orders and office.pretends_staff(mail.sender.name, sender):
        return Verdicted(
            Kind.COMMAND, False, f"orden con el nombre de alguien del equipo desde otra dirección ({sender})"
        )
    edited = any(a.name.lower().endswith(".docx") for a in mail.attachments)
    if office.is_staff(sender) and edited and _APPROVES.search(fold(facts.parts.own)):
        return Verdicted(Kind.COMMAND, True, "devuelve el oficio con ajustes")
    return None


_APPROVES = re.compile(r"\baprueb|\baprobad|ajustes|ajustad|corregid|con (?:mis )?cambios")


def _results(facts: Facts) -> Verdicted | None:
    workbook = any(a.name.lower().endswith((".xlsx", ".xls", ".xlsm", ".xlsb")) for a in facts.mail.attachments)
    if not workbook:
        return None
    names = " ".join(a.name for a in facts.mail.attachments)
    about = fold(f"{facts.mail.subject} {facts.parts.own[:2000]} {names}").replace("_", " ")
    if not (
        re.search(r"\bresultados?\b", about) and re.search(r"\bmdi\b|furag|\bidi\b|desempeno institucional", about)
    ):
        return None
    sender = facts.mail.sender.email
    trusted = facts.office.sends_scores(sender) or facts.office.is_staff(sender)
    if not trusted and (facts.known_thread or asks_advice(facts.said) or facts.place.dane):
        return None
    reason = "libro de resultados de la medición" + ("" if trusted else ", de un remitente sin confianza declarada")
    return Verdicted(Kind.RESULTS, trusted, reason)


_DONE = re.compile(
    r"\b(?:se (?:realizo|presto|llevo a cabo|dicto|brindo|efectuo|hizo|dejo|atendio)|(?:fue|fueron) (?:realizad|prestad|dictad)"
    r"\w*|realizamos|dictamos|prestamos|fuimos|asistieron|atendimos|hicimos|listados? de asistencia|lista de asistencia|"
    r"asistentes|evidencias?|fotos?|fotografias|soportes?|pantallazos?|memorias?|actas? de (?:la )?(?:reunion|asistencia))\b"
)
_PROPOSES = re.compile(
    r"\b(?:propon\w+|propuest\w+|planes? de (?:asistencia|asesoria|trabajo)|cronograma|sesion(?:es)?|la vemos asi|"
    r"programa(?:mos|da|do|r)|agend\w+|virtual|presencial|(?:seria|sea|quedaria) el \d|proxim[oa] (?:lunes|martes|miercoles|"
    r"jueves|viernes)|plan\b|\d{1,2} de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|"
    r"diciembre))"
)
_FUTURE = re.compile(
    r"\b(?:propon\w+|propuest\w+|planes? de asistencia|se (?:realizara|prestara|dictara)|(?:la|lo) vemos|proxim[oa]s?|adjunto (?:el )?plan)\b"
)


def _leader(facts: Facts) -> Verdicted | None:
    sender = facts.mail.sender.email
    if not facts.office.directory.leads(sender) or facts.passed_on:
        return None
    own = fold(f"{facts.mail.subject}\n{facts.parts.own}")
    if any(a.content_type == "text/calendar" for a in facts.mail.attachments) and not facts.known_thread:
        return Verdicted(Kind.NOISE, True, "invitación de calendario")
    done, proposed = bool(_DONE.search(own)), bool(_PROPOSES.search(own))
    sure = facts.known_thread
    if done and not _FUTURE.search(own):
        return Verdicted(Kind.LEADER_EVIDENCE, sure, "evidencias de asistencia del líder")
    if proposed and (sure or _FUTURE.search(own)):
        return Verdicted(Kind.LEADER_PLAN, sure, "plan de asistencia del líder")
    if sure:
        return Verdicted(Kind.FOLLOWUP, True, "el líder responde en el hilo del oficio")
    return Verdicted(Kind.REVIEW, False, "el líder escribe sin número de caso ni de oficio")


_FOR_OTHERS = re.compile(
    r"\b(?:solicitan?|piden?|pidio|pidieron|requieren?|necesitan?|quieren?|quiere|llamo|llamaron|escribio)\b"
)


def _colleague(facts: Facts) -> Verdicted | None:
    """Mail of the team and of the department's own people that is no order and passes nothing on."""
    office, sender = facts.office, facts.mail.sender.email
    if facts.passed_on or not (office.is_staff(sender) or office.is_colleague(sender)):
        return None
    if facts.place.dane and _FOR_OTHERS.search(fold(facts.said)) and names_advice(facts.said):
        return Verdicted(Kind.REQUEST, True, "una persona de la entidad registra la solicitud de un municipio")
    if facts.known_thread:
        return Verdicted(Kind.FOLLOWUP, True, "mensaje interno sobre una solicitud conocida")
    if office.is_staff(sender) or not asks_advice(facts.said):
        return Verdicted(Kind.NOISE, True, "conversación o comunicación interna")
    return Verdicted(Kind.REVIEW, False, "una dependencia de la Gobernación pide algo")


_NEW_NEED = re.compile(
    r"\b(?:otr[oa] (?:cosa|tema|asunto|consulta|solicitud|necesidad|inquietud|politica)|nuev[oa] (?:solicitud|necesidad|"
    r"peticion|asesoria|consulta|tema|requerimiento)|aprovech(?:o|amos|ando)|adicional(?:mente)? (?:a lo anterior|queremos|"
    r"necesitamos|solicitamos)|hoy (?:te|le|les) escrib\w+|ahora (?:necesitamos|queremos|requerimos|nos|el|la)|"
    r"de otra parte|cambiando de tema)\b"
)


def _answer(facts: Facts) -> Verdicted | None:
    if not facts.known_thread or facts.passed_on:
        return None
    if _NEW_NEED.search(fold(facts.said)) and asks_advice("\n".join(facts.texts)) and _other_policies(facts):
        return Verdicted(Kind.REQUEST, True, "nueva necesidad dentro de un hilo conocido")
    return Verdicted(Kind.FOLLOWUP, True, "continúa un hilo conocido")


def _other_policies(facts: Facts) -> bool:
    known = facts.thread.policies if facts.thread else ()
    return any(policy not in known for policy in facts.reading.candidates[:2])


_AUTHORITY = re.compile(
    r"contralori|procuradur|fiscalia|juzgado|tribunal|defensoria del pueblo|rama judicial|ramajudicial|superintendenc|"
    r"consejo de estado|corte constitucional|auditoria general|asamblea departamental"
)
_COURT = re.compile(
    r"\b(?:auto admisorio|admite (?:la )?(?:accion de )?tutela|notificacion (?:de (?:la )?)?(?:tutela|fallo|auto|demanda|accion)|"
    r"medida provisional|vincula(?:r|cion|do)s? (?:a|al|de) (?:la )?(?:gobernacion|departamento)|despacho judicial|"
    r"oficio juzgado|accionad[oa])\b"
)
_PETITION = re.compile(
    r"derecho(?:s)? de peticion (?:de|-|en|para|art)|en ejercicio del (?:derecho|articulo 23)|articulo 23 de la constitucion|"
    r"\bsolicito (?:copia|se me|me (?:informe|expida|entregue|certifique))|presento (?:derecho|queja|denuncia|peticion)|"
    r"me permito (?:denunciar|presentar (?:queja|peticion))|veedur\w+ ciudadan\w+ (?:solicita|denuncia)"
)


def _authority(facts: Facts) -> Verdicted | None:
    """Control bodies, courts and citizens' petitions have legal terms: a person sees them at once."""
    shown = fold(f"{facts.writer.name} {facts.writer.email}")
    said = fold(facts.said)
    if _AUTHORITY.search(shown):
        return Verdicted(Kind.REVIEW, False, "escribe un organismo de control o una autoridad: tiene término legal")
    if _COURT.search(said) and not asks_advice(facts.said):
        return Verdicted(Kind.REVIEW, False, "parece una notificación judicial: tiene término legal")
    subject_petition = re.search(r"\bderecho de peticion\b", fold(facts.mail.subject)) is not None
    if not facts.is_public and (_PETITION.search(said) or subject_petition or "veedur" in shown):
        return Verdicted(Kind.REVIEW, False, "petición ciudadana: tiene término legal (Ley 1755 de 2015)")
    return None


_ADVERTISES = re.compile(
    r"descuento|\boferta\b.{0,60}(?:%|precio|especial)|nosotros lo hacemos|anos de experiencia|portafolio de servicios|"
    r"solicite (?:su |una |la )?(?:demo\w*|cotizacion|cita)|cotizacion sin costo|pago anticipado|inscri(?:base|banse)|"
    r"postule|mensaje masivo|cancelar (?:la )?suscripcion|darse de baja|no desea recibir|unsubscribe|boletin\b|"
    r"convocatoria abierta|abierta (?:la )?convocatoria|promocion(?:es)? especial|lo invitamos a nuestro (?:curso|diplomado|"
    r"seminario)|diplomado|webinar|precios? especial|ultimos cupos|cupos limitados|nuestros? (?:clientes|software|servicios|"
    r"consultores|expertos)|contrate (?:ya|hoy|antes)|agende (?:una |su )(?:demo|llamada)|aliado estrategico"
)
_DECEIVES = re.compile(
    r"(?:valide|verifique|confirme|actualice) (?:su|sus) (?:cuenta|contrasena|clave|datos|buzon)|cuenta sera (?:suspendida|"
    r"bloqueada|desactivada)|loteria|ganador(?:a)? de|premio|herencia|beneficiari[oa].{0,40}euros|millones de (?:dolares|euros)|"
    r"datos bancarios|transferencia internacional|criptomoneda|haga clic (?:aqui|en el enlace)|factura (?:electronica )?pendiente"
)
_STUDIES = re.compile(
    r"trabajo de grado|\btesis\b|soy estudiante|semillero de investigacion|diligenci\w+ (?:esta|la) encuesta"
)


def _unasked(facts: Facts) -> Verdicted | None:
    """Advertising, fraud and surveys: nothing in them is asked of the office. Never from a public entity's domain."""
    if facts.is_public or facts.passed_on:
        return None
    said = fold("\n".join((facts.mail.subject, facts.parts.own)))
    if _DECEIVES.search(said) and not facts.place.dane:
        return Verdicted(Kind.NOISE, True, "correo no deseado o fraudulento")
    if _ADVERTISES.search(said) and not facts.place.dane and not _OWN_NEED.search(said):
        return Verdicted(Kind.NOISE, True, "publicidad o convocatoria")
    if _STUDIES.search(said) and "encuesta" in said:
        return Verdicted(Kind.NOISE, True, "encuesta académica")
    return None


_OWN_NEED = re.compile(
    r"\b(?:nos (?:pueden|podrian|orient|asesor|ayud|colabor)\w*|(?:soy|somos|trabajo|laboro) (?:\w+ ){0,6}(?:alcaldia|municipio|"
    r"hospital|ese)|(?:nuestra|nuestro|esta|la) (?:alcaldia|municipio|administracion) (?:solicita|requiere|necesita))"
)
_ANNOUNCES = re.compile(
    r"\b(?:(?:tienen?|tenemos) el gusto de invitar\w*|(?:le|les|los|lo) invit(?:a|amos|an)\b|invitacion|se (?:les )?(?:informa|"
    r"comunica)|les? inform(?:o|amos)|nos permitimos informar|cambio de (?:correo|direccion|telefono)|favor actualizar|"
    r"para su (?:informacion|conocimiento)|a partir del|le ha invitado|feliz (?:navidad|dia)|felicit\w+)\b"
)


def _states(facts: Facts) -> Verdicted | None:
    """Thanks, announcements and declined offers, of people who ask for nothing."""
    said = facts.said
    if denies_advice(said):
        return Verdicted(Kind.NOISE, True, "dice que no requiere asesoría")
    body = "\n".join(facts.texts)
    if asks_advice(body) or holds_a_letter(facts.mail) or facts.parts.forwarded or not body.strip():
        return None
    if _ANNOUNCES.search(fold(said)) and "?" not in body:
        return Verdicted(Kind.NOISE, True, "informa o invita; no pide nada")
    if re.search(r"\bgracias\b|agradec", fold(said)) and not asks(body):
        return Verdicted(Kind.NOISE, True, "agradecimiento; no pide nada")
    return None


def _request(facts: Facts) -> Verdicted | None:
    body = "\n".join(facts.texts)
    advice = asks_advice(facts.said) or names_advice(facts.mail.subject)
    topic = bool(facts.reading.candidates) or bool(facts.reading.axis)
    if facts.reading.axis and (asks(body) or advice):
        return _axis(facts)
    if topic and (advice or asks(body)):
        return Verdicted(Kind.REQUEST, True, "pide asesoría")
    if advice and (facts.place.dane or facts.place.candidates or facts.is_public):
        return Verdicted(Kind.REQUEST, False, "pide asesoría sin decir el tema")
    if holds_a_letter(facts.mail) and (facts.place.dane or facts.is_public):
        return Verdicted(Kind.REQUEST, False, "la solicitud viene en el archivo adjunto")
    return None


def _axis(facts: Facts) -> Verdicted:
    if facts.reading.axis_mixed:
        return Verdicted(Kind.REVIEW, False, "pide asesoría de otro eje y también de MIPG")
    return Verdicted(Kind.OTHER_AXIS, True, "pide asesoría de otro eje")


def _review(facts: Facts) -> Verdicted | None:
    if not facts.said.strip() and not facts.mail.attachments:
        return Verdicted(Kind.REVIEW, False, "mensaje vacío")
    if asks(facts.said):
        return Verdicted(Kind.REVIEW, False, "pide algo que no se reconoce como asesoría MIPG")
    return None


_RULES: tuple[Callable[[Facts], Verdicted | None], ...] = (
    _mass, _machine, _order, _results, _leader, _colleague, _answer, _authority, _unasked, _states, _request, _review,
)  # fmt: skip
