"""The days that somebody offers for a session, among all those that a mail names.

A deadline ("antes del 30"), the date of the letter that is answered, a day that is refused and the day a document will
be sent are no offers. What names no day ("la otra semana", "la primera semana de marzo") offers none.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from tasks.domain.mail.dates import Named, in_figures, named_days
from tasks.domain.mail.relative import NEXT_WEEK, WEEKDAY, weekday_after, weekday_of_next_week

_SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡])|;\s+|,?\s+(?:pero|sino|aunque|sin embargo)\b", re.IGNORECASE)
_BREAK = re.compile(r"\s*\n\s*\n\s*|\s*\n\s*(?=[-*•·]|\d+[.)]\s)|\n(?=[A-ZÁÉÍÓÚÑ¿¡])")
_ARTICLES = rf"(?:(?:\s*,)?\s+(?:el|al?|del?|los?|las?|d[íi]as?|fecha|pr[óo]xim[oa]|{WEEKDAY}))*\s*,?\s*$"
_LIMIT = re.compile(
    r"\b(?:antes|despu[ée]s|tardar|hasta|partir|desde|corte|posterior(?:mente|es)?|plazo|vence|cierra|l[íi]mite)"
    rf"{_ARTICLES}",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:oficios?|correo|comunicaci[óo]n|solicitud|radicad\w+|mensaje|circular|resoluci[óo]n|decreto|ley|nota|"
    r"recibid[oa]|enviad[oa]|remitid[oa]|fechad[oa]|[a-z]{1,12}-20\d\d-\d{4,6})(?:\s+(?:electr[óo]nico|con|n[°.]?|no\.?|[\w.-]*\d[\w.-]*)){0,3}"
    rf"{_ARTICLES}",
    re.IGNORECASE,
)
_IMPOSSIBLE = (
    r"no\s+(?:me\s+|nos\s+|se\s+)?"
    r"(?:es|ser[áa]|fue|pued\w+|podemos|podr\w+|teng\w+|tenemos|contamos|hay|est\w+|sirve)\b"
)
_REFUSED = re.compile(rf"\b{_IMPOSSIBLE}|\b(?:salvo|excepto|menos)\b[^,]*$", re.IGNORECASE)
_REFUSED_AFTER = re.compile(
    rf"^\s*(?:{_IMPOSSIBLE}|es\s+festivo|(?:ya\s+)?est\w+\s+(?:ocupad|copad|comprometid))", re.IGNORECASE
)
_AWAY = re.compile(
    r"\b(?:vacaciones|incapacidad|licencia|comisi[óo]n de servicios|permiso|fuera de (?:la )?(?:oficina|ciudad)|"
    r"agenda (?:llena|copada|ocupada)|no laboramos|receso)\b",
    re.IGNORECASE,
)
_SENDS = re.compile(
    r"\b(?:env[ií]o|envi(?:amos|ar\w*|ando)|remit(?:o|imos|ir\w+)|entreg(?:o|amos|ar\w+)|alleg(?:o|amos|ar\w+)|"
    r"llegar[áa]?|respond(?:o|emos|er\w+)|contest(?:o|amos|ar\w+)|informar\w+|confirmar\w+|inform(?:o|amos)|"
    r"env[ií](?:e|en|emos)|remitan?|alleguen?)\b",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"\b(?:planes|plan|cronograma|propuesta)\s+de\s+(?:asistencia|asesor[íi]a|trabajo|acci[óo]n|visitas?)\b", re.I
)
_SESSION = re.compile(
    r"\b(?:sesi[óo]n|sesiones|reuni\w+|asesor\w+|talleres|taller|visit\w+|capacit\w+|jornada|encuentro|asistencia|"
    r"propon\w+|propuest\w+|agend\w+|program\w+|virtual|presencial|acompañ\w+|atend\w+|mesa de trabajo)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(rf"\s*,?\s*(?:(?:y|al?|hasta)\s+(?:el\s+)?(?:d[íi]a\s+)?(?:{WEEKDAY}\s+)?)", re.IGNORECASE)
_WITHIN = re.compile(rf"\b(?:entre|del?)(?:\s+(?:el|los|d[íi]as?|{WEEKDAY}))*\s*$", re.IGNORECASE)
_SPAN = re.compile(r"\d\w*\s*(?:al?|-|hasta el)\s*(?:el\s+)?(?:\w+\s+)?\d", re.IGNORECASE)
_WEEK_OF = re.compile(r"\bsemana\s+(?:del?|comprendida entre)(?:\s+el)?(?:\s+lunes)?\s*$", re.IGNORECASE)
_BARE = re.compile(
    rf"\b(?:el|para|este|o|y|sea)\s+(?P<day>{WEEKDAY})\b(?!\s+(?:pasado|en\s+(?:ocho|quince|8|15)\b)|\s*,?\s*(?:el\s+)?\d)",
    re.IGNORECASE,
)
_HABIT = re.compile(rf"\b(?:los|cada|de)\s+{WEEKDAY}\b", re.IGNORECASE)  # "los martes y jueves", "de lunes a viernes"
_TIMED_DAY = re.compile(
    r"\bel\s+(?P<day>\d{1,2})(?=\s*,?\s+(?:a\s+las?\s+\d|en\s+la\s|en\s+horas|por\s+la\s))", re.IGNORECASE
)
_NEXT_WEEK = re.compile(NEXT_WEEK, re.IGNORECASE)
_YEAR = re.compile(r"20\d\d|/\d\d$")
_LONGEST_RANGE = timedelta(days=7)  # a longer one says when it could be, not which days
_BEHIND = timedelta(days=275)  # a day without a year that is further off was meant to be behind
_FARTHEST = timedelta(days=400)
_LONGEST_CLAUSE = 4_000  # characters: nobody offers a day beyond, and each day is held against all before it


def days_offered(text: str, today: date) -> tuple[date, ...]:
    """Return the days after `today` that the text offers for a session, in its order."""
    offered: list[date] = []
    for paragraph in _BREAK.split(in_figures(text)):
        for clause in _SENTENCE.split(" ".join(paragraph.split())):
            offered += _offered(clause[:_LONGEST_CLAUSE], today)
    return tuple(dict.fromkeys(day for day in offered if today < day <= today + _FARTHEST))


def _offered(clause: str, today: date) -> Iterator[date]:
    if _AWAY.search(clause) or (_SENDS.search(clause) and not _SESSION.search(_DOCUMENT.sub("", clause))):
        return
    for named in _ranges_closed(_all_named(clause, today), clause):
        before, said = clause[: named.start], clause[named.start : named.end]
        is_range = len(named.days) > 1 and (_SPAN.search(said) or _WITHIN.search(before))
        if _is_no_offer(before, clause[named.end :]) or (_WEEK_OF.search(before) and not is_range):
            continue
        near = [day for day in named.days if _YEAR.search(said) or day - today < _BEHIND]
        yield from _each_day(near) if is_range else near


def _is_no_offer(before: str, after: str) -> bool:
    refused = _REFUSED.search(before) or _REFUSED_AFTER.search(after)
    return bool(refused or _LIMIT.search(before) or _REFERS.search(before))


def _all_named(clause: str, today: date) -> list[Named]:
    """Return the days named in the clause, with those that only an offer names so briefly: "el martes o el jueves"."""
    found = named_days(clause, today)
    next_week = _NEXT_WEEK.search(clause) is not None
    if next_week:  # "la próxima semana podemos el jueves a las 9": not the first Thursday to come
        found = [named for named in found if not _BARE.fullmatch(clause[named.start : named.end])]
    for match in () if _HABIT.search(clause) else _BARE.finditer(clause):
        if all(match.end() <= named.start or named.end <= match.start() for named in found):
            day = (weekday_of_next_week if next_week else weekday_after)(match["day"], today)
            found.append(Named(match.start("day"), match.end(), (day,)))
    for match in _TIMED_DAY.finditer(clause):
        days = (today + timedelta(n) for n in range(1, 32))
        found += [Named(match.start("day"), match.end(), (day,)) for day in days if day.day == int(match["day"])][:1]
    return sorted(found, key=lambda named: named.start)


def _ranges_closed(found: list[Named], clause: str) -> list[Named]:
    """Return the days with "del 28 de enero al 2 de febrero" as one stretch."""
    closed: list[Named] = []
    for named in found:
        last = closed[-1] if closed else None
        if last and _WITHIN.search(clause[: last.start]) and _JOINS.fullmatch(clause[last.end : named.start]):
            closed[-1] = Named(last.start, named.end, last.days + named.days)
        else:
            closed.append(named)
    return closed


def _each_day(days: list[date]) -> list[date]:
    """Return each weekday from the first to the last; none where there are too many to be meant one by one."""
    if len(days) < 2 or not timedelta(0) <= days[-1] - days[0] <= _LONGEST_RANGE:
        return []
    every = (days[0] + timedelta(n) for n in range((days[-1] - days[0]).days + 1))
    return [day for day in every if day.weekday() < 5]  # Monday is 0
