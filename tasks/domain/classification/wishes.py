"""How and by when a request wants to be attended: modality, days it names, and urgency where it gives a reason.

All of it is read off the text, nothing is inferred: "urgente" alone, as half of all mail says it, is no reason.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.domain.classification.asking import Act, Clause, clauses
from tasks.domain.classification.text import fold
from tasks.domain.mail.dates import dates_in
from tasks.domain.phrases import Phrases
from tasks.domain.spanish import date_in_words

_VIRTUAL = Phrases(
    r"(?<!tienda )(?<!ventanilla )(?<!oficina )(?<!sede )(?<!curso )\bvirtual(?:es|mente)?\b|\bteams\b|\bmeet\b|"
    r"\bzoom\b|"
    r"videoconferencia|videollamada|en linea con|\bonline\b|\bremote\b|\b(?:forma|manera|sesion|reunion) remota\b|"
    r"\bnos (?:podemos|podriamos) conectar\b"
)
_IN_PERSON = Phrases(
    r"\bpresencial(?:es|mente)?\b|\bvisit(?:a|as|ar|en|enos|arnos)\b|\ben (?:el )?sitio\b(?! web)|"
    r"\ben (?:nuestr[ao]s?|sus?|el|la) (?:oficinas?|instalaciones|recinto|sede)\b|\ben nuestro municipio\b|"
    r"\b(?:asesori|taller|jornada|reunion|sesion|capacita|acompan)\w*(?: \w+){0,4} en el municipio\b|"
    r"\b(?:vendrian|vengan|que venga|(?:pueden|puedan|podrian|quieren|quieran) venir)\b|"
    r"\b(?:puedo|podemos|podriamos) (?:ir|viajar|bajar|subir)\b|\b(?:recibirl[oe]s|desplazar(?:nos|me))\b|"
    r"\b(?:los|les|l[ao]) (?:esperamos|recibimos)\b|\ben medellin\b"
)
_REFUSED = re.compile(r"\b(?:no (?:es |sea |puede ser |nos sirve |tenemos |hay )?(?:\w+ )?|ni |sin )$")
_URGENT = Phrases(
    r"\burg(?:e|en|ente|entes|entemente|encia)\b|\bprioritari\w+|\bcuanto antes\b|\blo antes posible\b|"
    r"\bya casi\b|\bno alcanz\w+"
)
_GROUNDS = Phrases(
    r"\b(?:contraloria|procuraduria|personeria|juzgado|tutela|fallo judicial|hallazgos?|requerimiento|sancion\w*|"
    r"plan de mejoramiento|cierre (?:de|del) \w+|vence\w*|plazo|fecha limite|auditoria|"
    r"(?:esta (?:misma )?|para esta )semana|hoy mismo|para (?:hoy|manana)|corte de \w+)\b"
)
# What passes by itself, and what is happening while it is written, presses without the word
_ENDS = Phrases(
    r"\b(?:vence\w*|plazo|cierra\w*|cierre|fecha limite|a mas tardar|se cumplen?|ultimo dia|antes del?|hasta el|"
    r"sesiona|"
    r"(?:me|nos) citan?|(?:pide|exige|quiere)n? (?:\w+ ){0,2}(?:respuesta|explicacion|explicaciones|informe))\b"
)
_DAYS = r"(?:\d{1,2}|un|dos|tres|cuatro|cinco|seis|siete|ocho|diez|quince|veinte|treinta) (?:dias?|horas)"
_DAYS_LEFT = Phrases(
    rf"\b(?:tenemos|tengo|(?:nos|me) (?:dieron|dan|dio|quedan)) (?:(?:solo|apenas|solamente|un plazo de) )?{_DAYS}\b|"
    rf"\b(?:pide|exige)n?\b.{{0,60}}\ben {_DAYS}\b"
)
_ATTACK = Phrases(
    r"\b(?:bitcoin|ransomware|rescate|secuestr\w+ (?:de )?(?:los )?(?:datos|archivos|informacion)|encriptad[oa]s?|"
    r"cifrad[oa]s todos|nos (?:hackearon|atacaron)|pidiendo (?:plata|dinero|rescate)|"
    r"(?:letrero|aviso) en ingles)\b"
)
_NOW = re.compile(r"\b(?:hoy|ayer|anoche|esta (?:manana|semana|noche)|ahora|ya mismo|acaba\w*)\b")
_PAST = re.compile(r"\b(?:pasad[oa]|desde el) \d{1,2}(?:\.º)? de [a-z]+", re.IGNORECASE)
_SOON = timedelta(days=21)
_BEHIND = timedelta(days=270)  # a day without its year that would be so far off has been
_FAR = timedelta(days=400)  # a later day is a misprint or a programme's end
_MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the text says of how and when. `urgent` is the reason given, in the text's words; "" for none."""

    modality: str = ""  # presencial | virtual | presencial o virtual
    days: tuple[date, ...] = ()
    urgent: str = ""

    def __str__(self) -> str:
        """Return them in words, "" when there are none."""
        told = [f"modalidad {self.modality}"] if self.modality else []
        told += [f"menciona el {date_in_words(day)}" for day in self.days]
        told += [f"urgente: {self.urgent}"] if self.urgent else []
        return "; ".join(told)


def wishes_in(subject: str, texts: Sequence[str], written: date | None) -> Wishes:
    """Return what the subject and the writer's own words wish; `written` is the day of the message."""
    said = [clause for text in (subject, *texts) for clause in clauses(text) if clause.act is not Act.DENIES]
    days = _days("\n".join(clause.text for clause in said), written)
    own = [clause for clause in said if clause.act is not Act.RECITES]
    return Wishes(_modality([clause.folded for clause in own]), days[:_MOST_DAYS], _urgency(own, days, written))


def _modality(folded: Sequence[str]) -> str:
    asked = [name for name, words in (("presencial", _IN_PERSON), ("virtual", _VIRTUAL)) if _wanted(folded, words)]
    return " o ".join(asked)


def _wanted(folded: Sequence[str], words: Phrases) -> bool:
    return any(not _REFUSED.search(text[: match.start()]) for text in folded for match in words.finditer(text))


def _days(text: str, written: date | None) -> tuple[date, ...]:
    """Return the days ahead that the text names; those behind belong to norms and to what happened."""
    if written is None:
        return ()
    ahead = (day for day in dates_in(_PAST.sub(" ", text), written) if written < day <= written + _FAR)
    return tuple(day for day in ahead if day <= written + _BEHIND or str(day.year) in text)


def _urgency(said: Sequence[Clause], days: Sequence[date], written: date | None) -> str:
    if pressing := _pressing(said, written):
        return pressing
    if not any(_URGENT.search(clause.folded) for clause in said):
        return ""
    if ground := next(filter(None, map(_ground, said)), ""):
        return f"habla de «{ground}»"
    near = [day for day in days if written and day - written <= _SOON]
    return f"es para el {date_in_words(near[0])}" if near else ""


def _pressing(said: Sequence[Clause], written: date | None) -> str:
    """Return what presses without being called urgent: a term that ends soon, an attack that goes on."""
    for clause in said:
        ends = _days(clause.text, written) if written and _ENDS.search(clause.folded) else ()
        if written and ends and ends[0] - written <= _SOON:
            return f"es para el {date_in_words(ends[0])}"
        if left := _DAYS_LEFT.search(clause.folded):
            return f"habla de «{left[0]}»"
    folded = " ".join(clause.folded for clause in said)
    if (attack := _ATTACK.search(folded)) and _NOW.search(folded):
        return f"habla de «{attack[0]}»"
    return ""


def _ground(clause: Clause) -> str:
    """Return the reason that a clause gives, as it was written: accents and all."""
    match = _GROUNDS.search(clause.folded)
    if match is None:
        return ""
    words, length = clause.text.split(), len(match[0].split())
    spans = (" ".join(words[at : at + length]).strip(".,;:()¿?¡!«»\"'") for at in range(len(words)))
    return next((span for span in spans if fold(span) == match[0]), match[0])
