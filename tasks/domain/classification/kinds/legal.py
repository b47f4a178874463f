"""Courts, control bodies and citizens' petitions: a law's term runs, whoever brings the mail (product.md §2)."""

import re

from tasks.domain.classification.asking import Clause, asks_advice, clauses, names_advice
from tasks.domain.classification.kinds import signs
from tasks.domain.classification.kinds.facts import Facts, Kind, Verdicted
from tasks.domain.classification.text import fold
from tasks.domain.phrases import Phrases

_AUTHORITY = Phrases(
    r"contralori|procuradur|fiscalia|juzgado|tribunal|defensoria del pueblo|rama judicial|ramajudicial|"
    r"superintendenc|"
    r"consejo de estado|corte constitucional|auditoria general|asamblea (?:departamental|de antioquia)|"
    r"asambleadeantioquia|camara\.gov|senado\.gov|congresista|policia nacional|registraduria|"
    r"consejo nacional electoral|"
    r"ministerio publico"
)
_COUNCIL = Phrases(r"asamblea|concej|diputad")
_OVERSIGHT = Phrases(
    r"\ben (?:ejercicio|cumplimiento) de (?:la|las|mi|mis|nuestra|nuestras|sus?) (?:\w+ )?"
    r"(?:funcion|competencia|labor)\w*|"
    r"\bministerio publico\b|\b(?:accion|vigilancia) preventiva\b|\btraslado disciplinario\b|\bso pena\b"
)
_DEMANDS = Phrases(
    r"\b(?:inform(?:e|en|ar)|rind(?:a|an|ir)|remit(?:a|an|ir)|alleg(?:ue|uen|ar)|anex(?:e|en|ar)|explique|expliquen|"
    r"certifi(?:que|quen|car))\b"
)
_POLITICAL_CONTROL = Phrases(
    r"\bcontrol politico\b|\bcitacion a (?:debate|sesion)|\bse (?:le )?cita a (?:debate|sesion)|"
    r"\b(?:responder|absolver|contestar|resolver) (?:el|este|al|un)? ?(?:siguiente )?cuestionario|"
    r"\bproposicion (?:n\w*\W*)?\d"
)
_COURT = Phrases(
    r"\b(?:auto admisorio|admite (?:la )?(?:accion de )?tutela|notificacion (?:de (?:la )?)?(?:tutela|fallo|auto|"
    r"demanda|accion)|"
    r"medida provisional|vincula(?:r|cion|do)s? (?:a|al|de) (?:la )?(?:gobernacion|departamento)|despacho judicial|"
    r"oficio juzgado|accionad[oa]|incidente de desacato|desacato)\b"
)
_PETITION = Phrases(
    r"\b(?:mi|una|mis|nuestr[oa]) (?:tesis|trabajo de grado|monografia|investigacion academica)\b|\bsoy estudiante\b|"
    r"derecho(?:s)? de peticion (?:de|-|en|para|art)|en ejercicio del (?:derecho|articulo 23)|"
    r"articulo 23 de la constitucion|"
    r"\bsolicito (?:copia|se me|me (?:informe|expida|entregue|certifique))|presento (?:derecho|queja|denuncia|"
    r"peticion)|"
    r"\b(?<!no )(?:quiero|deseo|vengo a|debo|me permito) (?:denunciar|quejarme|reclamar|(?:poner|presentar) (?:una )?"
    r"(?:queja|denuncia|peticion))|\bsoy (?:un |una )?(?:ciudadan[oa]|habitante|residente|vecin[oa])\b|"
    r"veedur\w+ ciudadan\w+ (?:solicita|denuncia)"
)
_INVOKES = Phrases(
    r"\bderechos? de peticion\b|\bpeticion respetuosa\b|\bsilencio administrativo\b|\bjunta de accion comunal\b|"
    r"\bejercer la vigilancia\b|\bcomo veedor\w*|\bnos informen?\b|\bley 1755\b|\barticulo 23 superior\b|"
    r"\brecurso de (?:reposicion|apelacion|insistencia)\b"
)
_COMPLAINS = Phrases(
    r"\b(?:no (?:me|nos) (?:atiend\w+|quier\w+ atender|solucion\w+|dan (?:respuesta|razon|solucion))|"
    r"me (?:trat\w+ (?:muy )?mal|niegan|negaron|humill\w+|maltrat\w+)|(?:es|presento|pongo|dejo) (?:una|mi|"
    r"esta) queja|"
    r"me (?:sacaron|quitaron|retiraron|suspendieron) del?\b|nos adeuda\w*|"
    r"acudir\w* (?:\w+ ){0,3}(?:judicial\w*|juez|tutela)|"
    r"no me (?:contest|respond|resuelv|pag|ayud|recib|escuch|entreg|d)(?:a|e|an|en)\b|"
    r"me (?:cierran?|tiran?|niegan?|cobran?|tienen?) (?:la|el|en|de|lo)\b|"
    r"soy (?:una? )?(?:madre|padre|adult[oa] mayor|campesin[oa]|pensionad[oa]|persona con discapacidad|victima|"
    r"usuari[oa]|paciente|propietari[oa]|comerciante)\b|nada que (?:responde\w*|contesta\w*)|"
    r"no (?:me |nos )?(?:han|ha) (?:contestado|respondido)|no me recib\w+|"
    r"(?:voy a )?(?:poner|interponer) (?:una )?tutela|quej(?:arse|arme|arnos)|denunci(?:o|amos)|exig(?:o|imos)|"
    r"que la gobernacion (?:\w+ )?(?:investigue|intervenga|sancione)|pide a la gobernacion que intervenga|vulnera\w*|"
    r"desplazad[oa]s?|ayuda humanitaria|"
    r"queja formal|mi (?:queja|reclamo|denuncia)|llam(?:e|en|ar) la atencion|(?:pesima|mala) atencion)\b"
)
_COMPLAINT_SUBJECT = Phrases(r"^\W*(?:queja|reclamo|denuncia|inconformidad)\b")
# "El juzgado (law) ordenó (bids) a la Gobernación (us) responder": the three in one sentence are an order to us.
_LAW = Phrases(
    r"\bjuzgad|\bjue(?:z|ces|za)\b|\btribunal|\bmagistrad|\btutel|\bfallo\b|\bsentencia|\bdesacato|"
    r"\baccion (?:popular|de (?:cumplimiento|grupo|nulidad))|\b(?:tramite|accion) constitucional|"
    r"\bmedida (?:cautelar|provisional)|\bcontralori|\bprocuradur|\bpersoneri|\bdefensoria|\bsuperintendenc|\bfiscali|"
    r"\bequipo auditor|\bembarg\w+|\bprovidencia\b|\bproceso (?:disciplinario|fiscal|sancionatorio)|\bauto (?:del?|"
    r"que)\b|\btermino (?:de ley|legal)"
)
_BIDS = Phrases(
    r"\borden(?:o|a|aron|ado|ada|ando)\b|\brequ(?:ier|iri|erid)\w+|\bnotific\w+|\bvincul\w+|\bcorre\w* traslado|"
    r"\badmit\w+|"
    r"\bfallo a\b|\btutel(?:o|ar|ado)\b|\bampar\w+|\b(?:horas|dias)\b|\btermino\b|\bso pena\b|\brind(?:a|an|ir)\b|"
    r"\binforme\b|\balleg\w+|\bponer a disposicion|\brespond(?:er|a|an)\b|\bcontest(?:ar|e|en)\b|\bacredit\w+|"
    r"\bcumpl\w+|"
    r"\bexhort\w+|\bdesacato|\bdecret\w+|\bmando que\b|\bse (?:les? )?comunica\b"
)
_US = Phrases(
    r"\bgobernaci|\bgobernador|\bal departamento\b|\bdepartamento de antioquia|\bustedes\b|\bdsegpp\b|"
    r"\b(?:su|esta|esa|la) (?:despacho|dependencia|direccion|oficina)\b|\bseguimiento y evaluacion\b|"
    r"\bes[ae] (?:entidad|direccion)\b|\b(?:responder|contestar|atender)(?:me|le|les|nos)\b|\bmi (?:peticion|favor|"
    r"derecho|solicitud|poderdante)\b"
)
_HANDS_OVER = Phrases(
    r"\btraslad\w+ (?:por competencia|de (?:la|una) (?:peticion|queja|solicitud|pqr\w*))|"
    r"\bpor competencia\b.{0,80}\b(?:remit|traslad|enviam|se envia)|"
    r"\b(?:remit|traslad)\w+ (?:\w+ ){0,8}por competencia\b|"
    r"\bpara que (?:sea|se) (?:respond|contest|resuel)\w+|\b(?:respond|contest)\w+ (?:directamente )?al peticionario\b|"
    r"\b(?:se le ha|le fue|se le) asign\w+ (?:\w+ ){0,2}(?:pqrs\w*|peticion|tutela|queja)|"
    r"\b(?:pqrs\w*|peticion|tutela|queja)\b.{0,80}\b(?:asignad[oa]s? a su|vencid[oa]|por (?:responder|contestar))\b|"
    r"\ben su bandeja\b|\bnuevo (?:documento|tramite|radicado) asignado\b"
)
_ASKED_FOR = Phrases(r"\b(?:pid(?:io|e|en|ieron)|requ(?:iere|irio|irieron)|exig(?:e|io)|solicit(?:a|o|aron))\b")
_DEMANDED = Phrases(
    r"\bdebe(?:n|ra|ran)? \w+[aei]r\b|\b(?:iniciara|adelantara|practicara)n? (?:\w+ )?(?:auditoria|visita)\b"
)
_COURT_ITSELF = Phrases(r"juzgado|tribunal|ramajudicial|rama judicial|corte constitucional|consejo de estado")

_PETITIONED = Verdicted(Kind.REVIEW, False, "petición ciudadana: tiene término legal (Ley 1755 de 2015)", legal=True)
_BY_AUTHORITY = Verdicted(
    Kind.REVIEW, False, "escribe un organismo de control o una autoridad: tiene término legal", legal=True
)
_ORDERED = Verdicted(Kind.REVIEW, False, "habla de una orden judicial o de control: tiene término legal", legal=True)
_HANDED_OVER = Verdicted(
    Kind.REVIEW, False, "traslada una petición: tiene término legal (Ley 1755 de 2015)", legal=True
)


def authority(facts: Facts) -> Verdicted | None:
    """Control bodies, courts and citizens' petitions have legal terms: a person sees them at once."""
    shown, said = _shown(facts), fold(facts.said)
    if _AUTHORITY.search(shown):
        return _BY_AUTHORITY
    if _COUNCIL.search(shown) and _POLITICAL_CONTROL.search(said):
        return Verdicted(Kind.REVIEW, False, "control político de una corporación: tiene término legal", legal=True)
    if "personeri" in shown and _OVERSIGHT.search(said) and _DEMANDS.search(said):
        return Verdicted(Kind.REVIEW, False, "requerimiento de una personería: tiene término legal", legal=True)
    if _COURT.search(said) and not asks_advice(facts.said):
        return Verdicted(Kind.REVIEW, False, "parece una notificación judicial: tiene término legal", legal=True)
    return _ordered_or_asked(facts, shown, said)


def _ordered_or_asked(facts: Facts, shown: str, said: str) -> Verdicted | None:
    if any(map(_is_order, clauses(facts.told))):
        return _ORDERED
    if _HANDS_OVER.search(said) and not asks_advice(facts.said):
        return _HANDED_OVER
    return _PETITIONED if not facts.is_public and _petition(facts, shown, said) else None


def unheard(facts: Facts) -> Verdicted | None:
    """What has a legal term though a list, a robot or a colleague brings it, or though it stands in passing."""
    if _COURT_ITSELF.search(_shown(facts)) or any(_AUTHORITY.search(fold(name)) for name in facts.passed_on_of):
        return _BY_AUTHORITY
    found = clauses(facts.told)
    if any(map(_is_order, found)):
        return _ORDERED
    folded = fold(facts.told)
    if _HANDS_OVER.search(folded):
        return _HANDED_OVER
    ours = facts.office.is_staff(facts.mail.sender.email) or facts.office.is_colleague(facts.mail.sender.email)
    if ours and any(_LAW.search(clause.folded) and _ASKED_FOR.search(clause.folded) for clause in found):
        return _ORDERED
    told_to_us = any(_US.search(clause.folded) and _DEMANDED.search(clause.folded) for clause in found)
    return _ORDERED if told_to_us and _LAW.search(folded) else None


def _shown(facts: Facts) -> str:
    return fold(f"{facts.writer.name} {facts.writer.email}")


def _is_order(clause: Clause) -> bool:
    """Whether a sentence tells of an order to this office; who asks for advice about one of his own says so in it."""
    folded = clause.folded
    if not (_LAW.search(folded) and _US.search(folded) and _BIDS.search(folded)):
        return False
    return "?" not in clause.text and not names_advice(clause.text)


def _petition(facts: Facts, shown: str, said: str) -> bool:
    """Whether a citizen petitions, or complains of a municipality; an office that asks how to attend them does not."""
    if _PETITION.search(said) or _INVOKES.search(fold(facts.mail.subject)) or re.search(r"\bveed(?:or|ur)", shown):
        return True
    if signs.OWN_NEED.search(said):
        return False
    complains = _COMPLAINS.search(said) or _COMPLAINT_SUBJECT.match(fold(facts.mail.subject))
    return bool(_INVOKES.search(said) or complains)
