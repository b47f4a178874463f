"""What must not be passed over: looked for in whatever would be taken for noise or for a machine's mail.

Silence on something that was asked is a fault; a needless line in Revisión is read in ten seconds.
"""

import re
from collections.abc import Callable

from tasks.domain.classification.asking import Act, asks, asks_advice, asks_in_so_many_words, clauses, names_advice
from tasks.domain.classification.kinds import legal, signs
from tasks.domain.classification.kinds.facts import Facts, Kind, Verdicted
from tasks.domain.classification.text import fold
from tasks.domain.mail.automatic import answers_by_itself
from tasks.domain.mail.certified import is_receipt
from tasks.domain.mail.quotes import is_reply_subject
from tasks.domain.phrases import Phrases

_SILENT = frozenset({Kind.NOISE, Kind.AUTO})
_CLAIMS = Phrases(
    r"\bdebe(?:n|ra|ran)? (?:ser \w+d[oa]s?|\w+[aei]r(?:se|l[aeo]s?)?)\b|\bpor (?:responder|contestar|atender)\b|"
    r"\b(?:se (?:les? )?(?:requiere|solicita|exhorta|ordena|conmina|insta|pide)|requerimos|sirvan?se)\b|"
    r"\bno (?:ha|han) (?:reportad|enviad|cumplid|entregad|remitid|contestad|respondid|allegad)o\b|"
    r"\bexig(?:e|en|ir|imos|iendo)\b|\bpara (?:su |la )?(?:\w+ )?respuesta\b|"
    r"\b(?:figura|aparece|sigue)n? (?:\w+ )?pendientes?\b|\bquedan encargad[oa]s\b"
)
_BY_A_DAY = Phrases(
    r"\bplazo\b|\ba mas tardar\b|\bantes del\b|\bimprorrogable\b|\bvencid[oa]s?\b|\bmanana cerramos\b|"
    r"\bfaltan?\b|\brecuerden? \w+[aei]r\b"
)
_THIS_OFFICE = Phrases(
    r"\bseguimiento y evaluacion\b|\bdsegpp\b|\bsu (?:dependencia|direccion)\b|\bcada dependencia\b|"
    r"\b(?:de|en) sus? (?:oficina|despacho|micrositio|indicador|indicadores|informe|reporte|plan|avance)\b|"
    r"\blas (?:direcciones|dependencias)\b|\bustedes\b|\bmesa (?:de asesoria|mipg)\b"
)
_TO_EVERYBODY = Phrases(
    r"\ba tod[oa]s\b|\btodas las\b|\bservidor(?:es|as)?\b|\bcompaner[oa]s?\b|\bcirculares?\b|\bmantenimiento\b|"
    r"\b(?:jornada|torneo|vacunacion|bienestar|intranet|horario|novena|invit\w+|boletin|antivirus|campana)\b|"
    r"\b(?:exequias|fallecimiento|duelo|felici\w+|cumple|celebra\w*|bienvenid\w+)\b|\bse (?:informa|comunica)\b|"
    r"\bno (?:se )?requiere\b|\b(?:no|sin) habra\b|\bsuspension\b|\bse encontro\b|\bno abra\b|"
    r"\bdel? \d+ (?:de \w+ )?al\b"
)
_OF_US = Phrases(
    r"\b(?:solicit|requi?er|pid|esper|exhort)\w* (?:\w+ ){0,3}(?:de ustedes|se sirva\w*|copia de|"
    r"(?:a|que) (?:la|esa|su) (?:direccion|gobernacion|dependencia|oficina|despacho))|"
    r"\bles? (?:pido|pedimos|solicito|solicitamos|ruego|rogamos|pregunto|preguntamos)\b|"
    r"\bse requiere su \w+|\bde no \w+,? (?:\w+ ){0,3}(?:iniciar|promover|acudir|proceder)\w*"
)
_AN_ANSWER = Phrases(
    r"\b(?:esper|agradec|rog|rueg|solicit|qued)\w* (?:\w+ ){0,5}(?:respuesta|confirm|indic)\w*|"
    r"\bconfirm\w+ (?:\w+ ){0,5}antes del?\b"
)
_IN_PERSON = Phrases(
    r"\bcontar con (?:usted|su (?:presencia|participacion))|\binvitarl[ao]\b|"
    r"\bcomo (?:ponente|conferencista|panelista|jurado|invitad[ao]|moderador|moderadora|expositor|expositora)\b|"
    r"\b(?:que|con|a) (?:la|el) (?:doctora?|directora?|ingenier[oa])\b"
)
_WE_LACK = Phrases(
    r"\b(?:no (?:sabemos|tenemos|hemos|logramos|entendemos)|nos (?:exig|piden|falta|toca)\w*|tenemos dudas|"
    r"nadie (?:sabe|quedo|tiene|responde))\b"
)
_LEFT_OPEN = Phrases(r"\bhay que\b|\breprogram\w+|\baplaz\w+|\b(?:quedo|queda|quedan|quedaron) (?:sin|pendientes?)\b")
# Bad news and afterthoughts of an entity: told to the office so that it knows, or so that it helps.
_HINTS = Phrases(
    r"\bel otro tema\b|\bde paso\b|\blo unico (?:es|malo)\b|\bqued\w+ faltando\b|\bfalto\b|\bfaltaria\b|\ben panales\b|"
    r"\ba la espera de\b|\bpendientes de\b|\bse nos \w+|\bhackea\w+|\brenunci\w+|\bpreocupad\w+|\binund\w+|\bse cayo\b|"
    r"\bcaid[oa]s?\b|\bcon error(?:es)?\b|\blio\b|(?<!sin )\bproblemas?\b|\bperdi(?:o|mos)\b|\b(?:una|la|"
    r"las) sancion(?:es)?\b|\bdemandas?\b|"
    r"\bpor no tener\b|\bsin terminar\b|\bl[aeo]s? que si\b"
)
_AWAY = re.compile(r"\bfuera de (?:(?:la|mi) )?oficina\b")  # denies nothing
_SEND_ELSEWHERE = re.compile(
    r"\b(?:escrib|dirig|dirij|contact|comuni[cq]|no respond)\w+|^\W*para\b|"
    r"\bsi (?:usted )?(?:requiere|necesita|desea|tiene|es|su)\b"
)
_STOCK = re.compile(r"\burgen(?:te|cia)s?\b|\bpuede (?:consult|verific|segu)\w+")


def heard(facts: Facts, verdict: Verdicted) -> Verdicted:
    """Return the verdict, or a review where the mail says something that a person must see."""
    if verdict.kind not in _SILENT or answers_by_itself(facts.mail) or is_receipt(facts.mail):
        return verdict
    if found := legal.unheard(facts):
        return found
    if facts.office.is_ours(facts.mail.sender.email):
        return verdict
    if facts.office.is_staff(facts.mail.sender.email):
        return _OF_A_TOWN if _tells_of_a_town(facts) else verdict
    reason = next((reason for holds, reason in _GROUNDS if holds(facts, verdict)), "")
    return Verdicted(Kind.REVIEW, False, reason) if reason else verdict


_OF_A_TOWN = Verdicted(Kind.REVIEW, False, "alguien del equipo cuenta qué le falta a un municipio")


def _tells_of_a_town(facts: Facts) -> bool:
    said = fold(facts.said)
    told = signs.FOR_OTHERS.search(said) or signs.TELLS_A_NEED.search(said) or _HINTS.search(said)
    return bool(facts.place.dane or facts.place.candidates) and bool(told or names_advice(said))


def _claims(facts: Facts, verdict: Verdicted) -> bool:
    """A public body says what this office must do, or by when."""
    if not facts.is_public or verdict.kind is Kind.AUTO:
        return False
    said = "\n".join(clause.folded for clause in clauses(facts.said) if clause.act is not Act.DENIES)
    return bool(_CLAIMS.search(said) or (_BY_A_DAY.search(said) and _THIS_OFFICE.search(said)))


def _colleague_asks(facts: Facts, verdict: Verdicted) -> bool:
    """A colleague asks, or writes to this office alone: what goes to everybody says so."""
    if verdict.kind is Kind.AUTO or not facts.office.is_colleague(facts.mail.sender.email):
        return False
    return asks_in_so_many_words(facts.parts.own) or _TO_EVERYBODY.search(fold(facts.said)) is None


def _asks_of_us(facts: Facts, verdict: Verdicted) -> bool:
    return _OF_US.search(fold(facts.said)) is not None


def _awaits_an_answer(facts: Facts, verdict: Verdicted) -> bool:
    """Somebody of the office is invited or asked in person, and an answer is waited for."""
    said = fold(facts.said)
    return bool(_IN_PERSON.search(said) and (_AN_ANSWER.search(said) or "?" in facts.parts.own))


def _lacks(facts: Facts, verdict: Verdicted) -> bool:
    """Somebody speaks of a need of their own: also in a mailing list, in a reply to a newsletter, in bad news."""
    if verdict.kind is Kind.AUTO:
        return False
    said = fold(facts.said)
    if _WE_LACK.search(said) or (signs.OWN_NEED.search(said) and asks_advice(facts.said)):
        return True
    answers = is_reply_subject(facts.mail.subject)
    return facts.is_local and (_HINTS.search(said) is not None or (answers and asks(facts.parts.own)))


def _absent_but_asks(facts: Facts, verdict: Verdicted) -> bool:
    """Who tells of an absence asks for something in words that send nobody elsewhere."""
    if verdict.kind is not Kind.AUTO or facts.is_organisation:
        return False
    said = _AWAY.sub(" ", fold(facts.parts.own))
    stays = [clause.folded for clause in clauses(said) if not _SEND_ELSEWHERE.search(clause.folded)]
    asking = any(asks_in_so_many_words(text) or (asks(text) and not _STOCK.search(text)) for text in stays)
    return asking or bool(_WE_LACK.search(said) or _LEFT_OPEN.search(said))


_GROUNDS: tuple[tuple[Callable[[Facts, Verdicted], bool], str], ...] = (
    (_claims, "una entidad pública reclama algo de esta oficina"),
    (_colleague_asks, "una dependencia de la Gobernación pide algo"),
    (_asks_of_us, "parece que no pide asesoría, pero pide algo de esta oficina"),
    (_awaits_an_answer, "invita y espera respuesta"),
    (_lacks, "cuenta algo que le falta o le preocupa: puede estar pidiendo ayuda"),
    (_absent_but_asks, "parece una respuesta automática, pero pide algo"),
)
