"""Cross-validation by thread: each mail is judged by a model that learnt the other threads of its corpus too."""

from collections.abc import Sequence
from dataclasses import replace

import config
from tasks.adapters.files.examples import load_examples
from tasks.adapters.models.fitting import SklearnTrainer
from tasks.domain.classification.judgement import Judgement
from tasks.domain.classification.office import Matchers, OfficeView
from tasks.domain.classification.sequence import judge_sequence
from tasks.domain.classification.subject.need import needs
from tasks.domain.learning.examples import Example
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import parts_of

_FOLDS = 4


def judged_in_folds(labels: Sequence[dict[str, str]], mails: Sequence[Mail], office: OfficeView) -> list[Judgement]:
    """Return the judgement of each mail by the model of its thread's fold."""
    threads = threads_of(mails)
    trainer = SklearnTrainer()
    written = load_examples([config.CATALOGS], office.catalog)
    found: dict[int, Judgement] = {}
    for fold in range(_FOLDS):
        learnt = [
            _example(row, mail, thread)
            for row, mail, thread in zip(labels, mails, threads, strict=True)
            if thread % _FOLDS != fold and row["kind"] in {"request", "noise"}
        ]
        model = trainer.fit((*written, *learnt), office.catalog)
        view = replace(office, matchers=Matchers.of(office.catalog, model))
        for at, judgement in enumerate(judge_sequence(mails, view)):
            if threads[at] % _FOLDS == fold:
                found[at] = judgement
    return [found[at] for at in range(len(mails))]


def threads_of(mails: Sequence[Mail]) -> list[int]:
    """Return for each mail the position of the first mail of its thread."""
    first: dict[str, int] = {}
    threads = []
    for at, mail in enumerate(mails):
        known = (first[one] for one in (mail.in_reply_to, *mail.references) if one in first)
        thread = next(known, at)
        if mail.message_id:
            first.setdefault(mail.message_id, thread)
        threads.append(thread)
    return threads


def _example(row: dict[str, str], mail: Mail, thread: int) -> Example:
    policies = tuple(filter(None, row["policies"].split("|"))) if row["kind"] == "request" else ()
    return Example("\n".join(needs(mail, parts_of(mail))), policies, mail.subject, group=f"thread {thread}")
