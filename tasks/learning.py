"""The weekly refit: the text model learns from the office's texts and from people's corrections.

One correction in five is never learnt from: on those the new model must do no worse than the one in use, else
nothing changes. Corrections help before, too, by themselves (tasks/domain/classification/subject/precedents.py).
"""

from collections.abc import Sequence
from dataclasses import replace

from tasks.bootstrap import Office
from tasks.domain.classification.subject.policies import read_policies
from tasks.domain.classification.subject.vocabulary import phrase_book
from tasks.domain.learning.examples import Example
from tasks.domain.learning.experience import Corrected
from tasks.domain.learning.model import TextModel
from tasks.domain.learning.trial import Score, not_worse, score, set_aside
from tasks.steps import Counts, Step, call

_LEARNT_FROM = 20_000  # corrections; forty years of them


def run_learn(office: Office, step: Step = call) -> Counts:
    """Fit the text model anew and use it if it is not worse. Counts: corrections, aside, right, wrong, in_use."""
    with office.ledger.lock("learn") as mine:
        return step(refit, office) if mine else {"busy": 1}


def refit(office: Office) -> Counts:
    """Fit on the texts and the corrections, compare on those kept aside, keep the better; the same input, once."""
    with office.ledger.reading() as unit:
        corrected = unit.lessons.corrected(_LEARNT_FROM)
    learnt, aside = set_aside(corrected)
    counts = {"corrections": len(corrected), "aside": len(aside)}
    in_use, texts = office.models.current(), _texts(office, learnt)
    if office.trainer.version(texts, office.catalog) == in_use.version:
        return counts | {"in_use": 0}
    candidate = replace(
        office.trainer.fit(texts, office.catalog), fitted=office.clock.today().isoformat(), learnt=len(learnt)
    )
    new, old = _score(office, candidate, aside), _score(office, in_use, aside)
    better = not_worse(new, old)
    if better:
        office.models.keep(candidate)
    return counts | {"right": new.right, "wrong": new.wrong, "right_before": old.right, "in_use": int(better)}


def _texts(office: Office, learnt: Sequence[Corrected]) -> tuple[Example, ...]:
    corrections = (Example(one.text, one.policies, one.subject, group=one.request) for one in learnt)
    return (*office.examples(), *corrections)


def _score(office: Office, model: TextModel, aside: tuple[Corrected, ...]) -> Score:
    book = phrase_book(office.catalog)
    return score(lambda one: read_policies(one.subject, [one.text], book, model).policies, aside)
