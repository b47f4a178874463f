"""What a sentence does: ask, deny a need, thank, recite norms, or merely state. Rules over folded Spanish text."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from tasks.domain.classification.text import fold, sentences, stems
from tasks.domain.phrases import Phrases

_HELPS = r"ayud|orient|asesor|acompan|colabor|guia|guie|expli[cq]|capacit|apoy|ensen|compart|regal|mand|asign|revis"
_ASKS = re.compile(
    r"[?¿]|\b(?:solicit(?!ad[oa]s?\b|ud)\w+|solicitud(?:es)? (?:de|para|es)\b|"
    r"(?:la|mi|nuestra|siguiente|presente) solicitud|"
    r"requer(?:imos|iria\w*)|requier[oae]\w*|ne[cs]e[sc]it[ao]\w*|necesitariamos|"
    # "Asesoría política de archivo" says all; "asesoría realizada ayer" tells of one.
    r"(?:(?<=^)|(?<=^hola )|(?<=^hola, )|(?<=dias, )|(?<=tardes, ))asesorias? "
    r"(?!realizad|brindad|prestad|recibid|del? (?:dia|ayer|lunes|martes|miercoles|jueves|viernes|\d))|"
    r"busc(?:o|amos) (?:(?:una?|su|algun|alguna|quien) )?(?:asesor|apoy|orient|acompan|ayud|capacit|nos|gui)\w*|"
    # "Quiero resaltar la calidad de la jornada" praises.
    r"(?:quer(?:emos|ria\w*)|quiero|quisier\w+)(?! (?:resalt|destac|reconoc|exalt|enaltec|felicit|agradec)\w*)|"
    r"quieren? (?:que|saber|una?|la|recibir|conocer|aprender)|gustaria|"
    r"dese(?:a|amos|o|an|aria\w*) (?:una? (?!feliz|prosper|buen|gran|excelente)|contar|recibir|saber|solicitar|"
    r"conocer|capacit\w+|asesor\w+|apoyo|orient\w+|acompan\w+|ayuda|induccion|formacion)|"
    r"dese(?:o|amos) (?!expresar|agradecer|manifestar|felicitar|informar|compartir|invitar|comunicar)\w+[aei]r\b|"
    r"favor (?!(?:actualiz|confirm|ten|hac|omit)[aei]r)\w+[aei]r(?:nos|me)?\b|rueg(?:o|an)\b|"
    r"seria (?:muy |bien )?(?:buen[oa]|util|ideal|valios[oa]|importante) "
    r"(?:\w+ ){0,2}(?:asesor|apoy|orient|acompan|capacit|visita|reuni|charla)\w*|"
    r"pid(?:o|e|en|o)\b|pedi(?:mos|r|riamos|ria|rles)\b|piden|"
    # "nos orientan", "que nos orienten"; but not "un contratista que nos orienta", nor "nos orientaron" (what was done
    # is not asked), nor "les orientamos" (the writer helps).
    rf"que (?:nos|me) (?:(?:{_HELPS})\w*en?|compartan?|guien?)\b|"
    rf"(?<!\bque )(?:nos|me) (?:{_HELPS})(?!\w*(?:aron|ieron|aba|aban|ando|iendo|o)\b)\w*|"
    rf"(?:les?|los) (?:{_HELPS})\w*(?:en|an)\b|"
    r"(?:nos|me) (?:pued\w+|podria\w*|interesa|urge|dan|sirv\w+)|les (?:pued|podria)\w*|"
    r"(?:nos|les?|me) (?:vendria|caeria|serviria|encantaria que)|"
    rf"para que (?:(?:nos|me|les?|l[oa]s?) )?(?:(?:den|brinden|presten) (?:una?|algun|asesor|asist)\w*|vengan?|"
    rf"(?:{_HELPS})\w*en?\b)|"
    r"(?<!nadie )(?<!no )(?<!no se )(?:pueden|podrian|puede|podria|podriamos)|(?:sera (?:que|posible))|"
    r"se hace necesari[oa]|ojala (?:pued|pudier|nos|veng)\w*|"
    r"(?:quien|kien) (?:nos|me)|a quien (?:acud|debo|nos)\w*|"
    r"(?<!\bsu )(?<!\btu )ayuda\b|ayudarnos|\w{2,}ennos\b|(?:ayud|mand|anot|inscrib|envi|expliqu|orient|asesor|"
    r"apunt|dig|regal|colabor|acompan)[ea]nos\b|por ?fa(?:vor)?\b|urge|sirvase|rogamos|"
    r"(?:se|nos) postul\w+ (?:\w+ ){0,4}(?:para|a)\b|"
    r"agrade(?:cemos|ceria\w*|cere|zco) "
    r"(?:\w+ ){0,6}(?:asesor|apoy|acompan|asign|orient|indic|asist|inform|program|visit|colabora|taller|capacit|"
    r"expli)\w*|agrade(?:c|zc)\w+ (?:una?|unos|unas|si|cualquier|algun|alguna|que (?:nos|me) (?!hay))\b|"
    r"que (?:debemos|debo|hacemos|hay que hacer)|no (?:sabemos|entendemos|tenemos (?:ni idea|clar[oa]|claridad))\b|"
    r"no (?:se|entiendo) (?:como|que|cual|cuando|quien|si|por donde|a quien)\b|"
    r"(?:nos|me) (?:exig\w+|preguntan|encarg\w+|toca)\b|como (?:hago|hacemos|se hace)\b|"
    r"adelantar (?:una )?asesoria|de antemano|de ser posible)"
)
_ADVICE = Phrases(
    r"\b(?:ase[sz]or\w*|acompan\w+|asistencia|asistir\w*|capa[cs]it\w+|orient\w+|apoy\w+|taller\w*|charl\w+|visita|"
    r"induccion|explic\w+|expliq\w+|guiar?\w*|gui[ea]n?|ensen\w+|format\w*|plantilla\w*|modelo|sesion|mesa tecnica|"
    r"socializa\w+|ayud\w+|colabor\w+|consulta|inquietud\w*|duda\w*|reunion|cita|concepto|material)\b"
)
_DENIES = Phrases(
    r"\b(?:vamos bien|va bien|esta(?:n|mos)? bien|esta(?:mos|n)? al dia|"
    r"(?:no|tampoco) (?:lo |la |los |las |se )?(?:requer\w+|requier\w+|necesit\w+)|"
    r"(?:no|tampoco) (?:queremos|quiero|pedimos|pido|solicit(?:o|amos)|busc(?:o|amos)|preciso|hablo|hablamos)"
    r"(?! (?:dejar|perder|seguir|quedar\w*|fallar|repetir|incumplir|que (?:nos|se|me|vuelva|pase)))\b|"
    r"no es (?:un |una |por |sobre )?(?:tema|asunto|cuestion|lo) |(?:no|tampoco) es (?:para|por|sobre) \w|"
    r"(?:no|tampoco) es (?:eso|esa|ese|de (?:eso|esas?|esos?))\b|no (?:es|son) (?:el|la|los|las) (?:de|del|que)\b|"
    r"no se trata de|(?:con|en|de) es[oae]s? no (?:tenemos|hay|tengo) (?:problemas?|dudas?|inconvenientes?|lio)|"
    r"l[oa]s? tengo (?:dominad|clar|cubiert|resuelt)[oa]s?|(?:eso|es[ea]s?|es[oa]s) ya (?:l[oa]s? )?(?:tengo|tenemos|"
    r"esta|estan|se hizo|se hicieron)\b|avances? satisfactori\w+|(?<!no )van? (?:muy )?bien\b|"
    r"sin (?:problemas?|novedad)|ya (?:nos |lo |la |los |las |se )?(?:quedo|quedaron|resolvimos|resolvio|respondio|"
    r"atendieron|recibimos|hicimos|asesoraron|visitaron|capacitaron|cumplimos|superamos|solucion\w+)|"
    r"ya esta(?:n)? (?:resuelt|list|atendid|cumplid|solucionad|cerrad|cubiert|al dia)\w*|"
    r"(?:lo|la|los|las) (?:demas|otras) (?:\w+ ){0,3}(?:bien|sostienen|suben|subieron|al dia)|"
    r"quedo (?:clar|resuelt|list)\w+|"
    r"(?:ese|eso|esa|lo|la|los) (?:lo |la )?(?:maneja|atiende|lleva|ve) (?:la |el )?(?:hacienda|otra|secretaria|"
    r"otro)|"
    r"no (?:aplica|hace falta)|fuera de|a diferencia de|(?:distint|diferente)\w* (?:a|de) |excepto|salvo )"
)
_THANKS = Phrases(
    r"\b(?:expres\w+|manifest\w+|dar(?:les|le)?|reiter\w+|extend\w+) (?:\w+ ){0,3}(?:agradecimiento|gracias|"
    r"gratitud|felicitacion)\w*|"
    # "agradecemos una asesoría", "… nos orienten", "… si nos visitan" ask: one thanks for what one knows.
    r"\b(?:gracias|agrade(?:c|zc)\w+)(?! (?:una?|unos|nos|me|si|que|cualquier|algun|alguna)\b) (?:\w+ ){0,4}"
    r"(?:por|a la|al|la|el|su)\b|\bqued(?:o|amos|aron) (?:muy )?(?:\w+ )?"
    r"(?:content|motivad|agradecid|satisfech)\w+"
)
_CONFIRMS = re.compile(
    r"^\W*(?:(?:listo|ok|okay|vale|perfecto|de acuerdo|entendid[oa]s?|confirmad[oa]s?|confirm(?:o|amos)|"
    r"recibid[oa]s?|"
    r"enterad[oa]s?|copiad[oa])\b\W*)+"
)
_RECITES = Phrases(
    r"\b(?:con base en|de conformidad con|de acuerdo con (?:la ley|el decreto|los articulos)|en virtud de|"
    r"con fundamento en|en ejercicio de|en cumplimiento de|demas normas|normas concordantes)\b"
)
_NORMS = re.compile(r"\b(?:ley(?:es)?|decretos?|resolucion(?:es)?|articulos?|acuerdos?|circular(?:es)?|conpes) \d")
_TURNS = Phrases(
    r"[,;(]?\s*\b(?:pero|sino que|sino|aunque|mientras que|en cambio|lo que si)\b|"
    r"[,;]\s*(?=(?:(?:no|tampoco) (?:es|son|se trata|pido|pedimos|necesit\w+|requier\w+|requer\w+|quier\w+|queremos|"
    r"solicit\w+|busc(?:o|amos)|hablo|hablamos)|pido|pedimos|necesit\w+|quiero|queremos|"
    r"es (?:el|la|los|las|que|para|por|de|sobre|un|una)|"
    r"lo (?:que|q) (?:no|s[ií]|nos|me|necesit\w+|quer\w+|ped\w+|quier\w+))\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^()]*\)")
_MAX_SENTENCES = 400
# What the reader may need: "si requiere intérprete, infórmelo".
_ASKS_BACK = Phrases(r"\bsi (?:usted(?:es)? |alguien )?(?:l[oa]s? )?(?:requi?er|necesit|dese)(?:e|a)n?\b")
_RHETORICAL = Phrases(
    r"\bse acuerdan? (?:de |cuando|que)|\brecuerdan? cuando\b|\bcomo (?:resumir|olvidar|agradecer(?:les)?)\b|"
    r"\bquien (?:lo )?(?:diria|creyera|iba a (?:pensar|creer|decir))\b|\bque mas se puede pedir\b"
)
_NO_QUESTION = str.maketrans("?¿", "  ")


class Act(StrEnum):
    """What a sentence does with the subject it speaks of."""

    ASKS = "asks"
    STATES = "states"
    DENIES = "denies"
    THANKS = "thanks"
    RECITES = "recites"


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, or the part before or after its "pero"."""

    text: str
    folded: str
    act: Act
    stems: tuple[str, ...]


@lru_cache(maxsize=64)  # one mail's texts are asked about some fifty times while it is judged
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text with what each does."""
    return tuple(
        _clause(piece)
        for sentence in sentences(text)[:_MAX_SENTENCES]
        for piece in _TURNS.split(sentence)
        if piece and piece.strip()
    )


@lru_cache(maxsize=256)  # the same sentences stand in the text, and in the text with its subject
def _clause(piece: str) -> Clause:
    folded = _ASKS_BACK.sub(" ", fold(piece))
    return Clause(piece.strip(), folded, act_of(folded), stems(folded))


def act_of(folded: str) -> Act:
    """Return what a folded sentence does; denying comes first, for "no requerimos asesoría" asks nothing.

    What is denied in brackets alone is an aside: "solicitamos asesoría para uno (el otro ya quedó)" asks.
    """
    if _RHETORICAL.search(folded):
        folded = folded.translate(_NO_QUESTION)
    if _DENIES.search(folded):
        outside = _ASIDE.sub(" ", folded)
        if _DENIES.search(outside) or not _ADVICE_ASKED.search(outside):
            return Act.DENIES
        folded = outside
    if _RECITES.search(folded) and len(_NORMS.findall(folded)) >= 3:
        return Act.RECITES
    if _ASKS.search(folded):
        return Act.THANKS if _THANKS.search(folded) and not _ADVICE_ASKED.search(folded) else Act.ASKS
    return Act.THANKS if _THANKS.search(folded) else Act.STATES


_ADVICE_ASKED = re.compile(
    r"[?¿]|\b(?:solicit(?!ad[oa]s?\b|ud\b)\w+|requer\w+|requier\w+|ne[cs]e[sc]it\w+|pedi\w+|pido|"
    r"nos (?:pued|brind|prest)[ae]\w*|de antemano|de ser posible|"
    r"busc(?:o|amos) (?:una? |su |quien )|favor (?:agend|program|asesor|orient|apoy)ar|"
    r"agrade(?:cemos|ceriamos|ceria|cere|zco) (?:(?:una?|cualquier|alguna|toda) )?(?:asesor|apoyo|acompan|"
    r"orient|capacit|asist)\w*(?! (?:recibid|brindad|prestad|de ayer))|"
    r"(?:quer\w+|quier[oe]|quisier\w+|dese(?:o|amos|aria\w*))(?! (?:(?:una? )?feliz|prosper\w*|(?:una? )?excelente|"
    r"expresar\w*|agradecer\w*|manifestar\w*|dar\w*|felicitar\w*|extender\w*|reiterar\w*|invitar\w*|compartir\w*|"
    r"informar\w*|comunicar\w*|desear\w*|contar(?:les?)\b)))\b"
)


# What a denial says of asking: "no requerimos", "ni necesitamos". What is asked besides stands without the "no".
_NOT_ASKED = re.compile(r"\b(?:no|ni|nunca|tampoco|sin)(?: (?:lo|la|los|las|se|nos|es|que))* \w+(?: \w+)?")


def asks(text: str) -> bool:
    """Whether anything in the text asks for something."""
    return any(clause.act is Act.ASKS for clause in clauses(text))


def asks_advice(text: str) -> bool:
    """Whether the text asks for advice, training, company or the like (in one clause, or a short text as a whole)."""
    found = [clause for clause in clauses(text) if clause.act in {Act.ASKS, Act.STATES}]
    if not any(clause.act is Act.ASKS for clause in found):
        return False
    return any(_ADVICE.search(clause.folded) for clause in found)


def names_advice(text: str) -> bool:
    """Whether the text speaks of advice at all, as a subject line does without a verb ("asesoría control interno")."""
    return any(_ADVICE.search(clause.folded) for clause in clauses(text) if clause.act not in {Act.DENIES, Act.THANKS})


def asks_outright(text: str) -> bool:
    """Whether one clause asks by a question, in so many words, or for advice: more than a courtesy or a turn."""
    return asks_in_so_many_words(text) or asks_for_advice(text)


def asks_in_so_many_words(text: str) -> bool:
    """Whether one clause asks by a question or by a verb of asking: "solicitamos", "queremos", "¿…?"."""
    return any(clause.act is Act.ASKS and _ADVICE_ASKED.search(clause.folded) for clause in clauses(text))


def asks_for_advice(text: str) -> bool:
    """Whether one and the same clause asks and names advice: nothing else in the text is needed to see it."""
    return any(clause.act is Act.ASKS and _ADVICE.search(clause.folded) for clause in clauses(text))


def offers_occasion(text: str) -> bool:
    """Whether a mere statement speaks of advice: "se hace necesario su apoyo", "ustedes enseñan eso"."""
    return any(clause.act is Act.STATES and _ADVICE.search(clause.folded) for clause in clauses(text))


def closes(text: str) -> bool:
    """Whether the text thanks for or confirms what was, and asks for nothing: what stands below is no longer asked."""
    found = [clause for clause in clauses(text) if clause.act is not Act.DENIES]
    if any(clause.act is Act.ASKS for clause in found):
        return False
    return confirms(text) or any(
        clause.act is Act.THANKS or re.search(r"\bgracias\b|agradec", clause.folded) for clause in found
    )


def confirms(text: str) -> bool:
    """Whether the text confirms something ("Listo, confirmado el martes") and asks for nothing."""
    return _CONFIRMS.match(fold(text[:200])) is not None and not asks(text)


def denies_advice(text: str) -> bool:
    """Whether the text says that no advice is needed, and asks for nothing, not even in the same breath."""
    found = clauses(text)
    denials = [clause.folded for clause in found if clause.act is Act.DENIES and _ADVICE.search(clause.folded)]
    if not denials or any(clause.act is Act.ASKS for clause in found):
        return False
    return not any(_ADVICE_ASKED.search(_NOT_ASKED.sub(" ", folded)) for folded in denials)
