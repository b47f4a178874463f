"""The digest's first sentences: how the week went, against the weeks before and the same weeks of the year before."""

from collections.abc import Sequence

from tasks.domain.digest.figures import DigestFigures, Week
from tasks.domain.spanish import counted, number


def headline(found: DigestFigures, recent: Sequence[Week], year_ago: Sequence[Week]) -> str:
    """Return the week in two or three sentences, in Spanish."""
    when = "en este periodo" if found.period.missed_weeks else "esta semana"
    against = [
        f"{number(mean, 1)} {whose}"
        for weeks, whose in (
            (recent, f"en las últimas {len(recent)} semanas"),
            (year_ago, "en las mismas del año anterior"),
        )
        if (mean := _mean(weeks))
    ]
    compared = f" (promedio semanal: {' y '.join(against)})" if against else ""
    return f"{_came(found)} {when}{compared} y {closed_in_words(found.closed)}. {_open(found)}"


def _came(found: DigestFigures) -> str:
    if not found.opened:
        return "No llegaron casos"
    return "Llegó 1 caso" if found.opened == 1 else f"Llegaron {number(found.opened)} casos"


def closed_in_words(closed: int) -> str:
    """Return "se cerraron 5", "se cerró 1", "no se cerró ninguno"."""
    if not closed:
        return "no se cerró ninguno"
    return f"se {'cerró' if closed == 1 else 'cerraron'} {number(closed)}"


def _mean(weeks: Sequence[Week]) -> float:
    """Return the mean of new cases a week; 0 when the service did not run yet."""
    return sum(week.opened for week in weeks) / len(weeks) if weeks else 0.0


def _open(found: DigestFigures) -> str:
    if not found.open:
        return "No queda ningún caso abierto."
    waiting = f" y {number(found.following)} en seguimiento, a la espera de resultados" if found.following else ""
    late = counted(found.overdue, "está vencido", "están vencidos") if found.overdue else "ninguno está vencido"
    return f"Hay {number(found.open - found.following)} en gestión{waiting}; {late}."
