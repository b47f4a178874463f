"""The three questions after an assistance (product.md §2), as they are asked and as they come back."""

import re
from collections.abc import Iterable

from tasks.domain.cases.case import Case
from tasks.domain.cases.names import folded
from tasks.domain.spanish import counted, number

QUESTIONS = ("¿Le sirvió la asesoría?", "¿Resolvió sus dudas?", "¿Podrá aplicar lo visto?")
UNANSWERED = (0,) * len(QUESTIONS)

_BARE = tuple(folded(question).strip("¿?") for question in QUESTIONS)
_NUMBERED = re.compile(r"^\s*([1-3])\s*[.):–-]+\s*([1-5])(?:\s*/\s*5)?\s*[.;,]?\s*$", re.MULTILINE)
_ROW = re.compile(r"([1-5])[\s,;/y-]+([1-5])[\s,;/y-]+([1-5])\s*\.?\s*(?:\n|$)")
_MARK = re.compile(r"\s*[?:]{0,3}\s*:?\s*([1-5])(?!\d)")


def read_answers(
    text: str, before: tuple[int, ...] = UNANSWERED, *, to_questions: bool = False
) -> tuple[int, ...] | None:
    """Return the marks (1 to 5, 0 unanswered) after these answers; None when the text answers no question.

    `to_questions`: it replies to the mail that asks, so that figures alone are marks ("1) 5", "5, 4, 5").
    """
    said, marks, found = folded(text[:5000]), list(before or UNANSWERED), False
    if to_questions and (row := _ROW.match(text.strip())):
        return tuple(int(mark) for mark in row.groups())
    for numbered in _NUMBERED.finditer(text[:5000]) if to_questions else ():
        marks[int(numbered[1]) - 1], found = int(numbered[2]), True
    for place, question in enumerate(_BARE):
        at = said.find(question)
        mark = _MARK.match(said, at + len(question)) if at >= 0 else None
        if mark:
            marks[place], found = int(mark[1]), True
    return tuple(marks) if found else None


def averages(cases: Iterable[Case]) -> list[tuple[str, float, int]]:
    """Return each question with the mean of its marks and how many answered it, those nobody answered left out."""
    answered = [case.survey for case in cases if any(case.survey)]
    figures = []
    for place, question in enumerate(QUESTIONS):
        marks = [marks[place] for marks in answered if len(marks) > place and marks[place]]
        if marks:
            figures.append((question, sum(marks) / len(marks), len(marks)))
    return figures


def averages_in_words(cases: Iterable[Case]) -> tuple[str, ...]:
    """Return a line for each question that was answered: "¿Le sirvió la asesoría? 4,5 de 5 (2 respuestas)"."""
    return tuple(
        f"{question} {number(mean, 1)} de 5 ({counted(answers, 'respuesta', 'respuestas')})"
        for question, mean, answers in averages(cases)
    )
