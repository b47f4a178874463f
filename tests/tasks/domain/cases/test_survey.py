"""The three questions after an assistance."""

import pytest

from tasks.domain.cases.survey import QUESTIONS, averages, averages_in_words, read_answers
from tests.tasks.domain.cases.test_decisions import a_case


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("¿Le sirvió la asesoría?: 4", (4, 0, 0)),
        ("¿Le sirvió la asesoría?: 5\n¿Resolvió sus dudas?: 3\n¿Podrá aplicar lo visto?: 4\nGracias", (5, 3, 4)),
        ("le sirvio la asesoria? 2", (2, 0, 0)),
        ("¿Le sirvió la asesoría?: 9", None),
        ("¿Le sirvió la asesoría?: 12", None),
        ("Gracias por todo", None),
        ("", None),
    ],
)
def test_marks_are_read(text: str, marks: tuple[int, ...] | None) -> None:
    assert read_answers(text) == marks


def test_a_later_answer_adds_to_the_earlier_ones() -> None:
    assert read_answers("¿Resolvió sus dudas?: 2", (5, 0, 0)) == (5, 2, 0)


def test_averages_leave_out_who_did_not_answer() -> None:
    cases = [a_case(survey=(5, 0, 0)), a_case(survey=(4, 2, 0)), a_case()]
    assert averages(cases) == [(QUESTIONS[0], 4.5, 2), (QUESTIONS[1], 2.0, 1)]
    assert averages_in_words(cases) == (
        "¿Le sirvió la asesoría? 4,5 de 5 (2 respuestas)",
        "¿Resolvió sus dudas? 2,0 de 5 (1 respuesta)",
    )


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("1: 5\n2: 4\n3: 5\nMuy bien", (5, 4, 5)),
        ("1) 5\n3) 2/5", (5, 0, 2)),
        ("5, 4, 5", (5, 4, 5)),
        ("5 4 y 3.\nGracias", (5, 4, 3)),
        ("Asistimos 5, 4 eran nuevos", None),
    ],
)
def test_figures_alone_are_marks_only_where_they_reply_to_the_questions(
    text: str, marks: tuple[int, ...] | None
) -> None:
    assert read_answers(text, to_questions=True) == marks
    assert read_answers(text) is None
