"""The digest's first sentences."""

from dataclasses import replace
from datetime import datetime

from tasks.domain.digest.figures import DigestFigures, Mail, Week, figures
from tasks.domain.digest.headline import headline
from tasks.domain.digest.period import Period
from tests.tasks.domain.digest.test_figures import LABELS, PERIOD, RULES

RECENT = tuple(Week("2026-W48", count, 0, None) for count in (4, 2))
YEAR_AGO = tuple(Week("2025-W48", count, 0, None) for count in (0, 0))


def found(**changes: int) -> DigestFigures:
    return replace(figures(PERIOD, [], [], Mail(0, {}, 0), LABELS, RULES), **changes)


def test_a_quiet_week_is_told_in_whole_sentences() -> None:
    assert headline(found(), (), ()) == (
        "No llegaron casos esta semana y no se cerró ninguno. No queda ningún caso abierto."
    )


def test_one_is_told_otherwise_than_many_and_means_only_where_there_were_cases() -> None:
    assert headline(found(opened=1, closed=1, open=4, following=3, overdue=1), RECENT, YEAR_AGO) == (
        "Llegó 1 caso esta semana (promedio semanal: 3,0 en las últimas 2 semanas) y se cerró 1. "
        "Hay 1 en gestión y 3 en seguimiento, a la espera de resultados; 1 está vencido."
    )
    assert headline(found(opened=1200, closed=5, open=9), RECENT, RECENT) == (
        "Llegaron 1.200 casos esta semana (promedio semanal: 3,0 en las últimas 2 semanas y 3,0 en las mismas del año "
        "anterior) y se cerraron 5. Hay 9 en gestión; ninguno está vencido."
    )


def test_several_weeks_at_once_are_no_week() -> None:
    late = Period(datetime.min, datetime.min, "", datetime.min, missed_weeks=2)
    assert "en este periodo" in headline(replace(found(opened=2), period=late), (), ())
