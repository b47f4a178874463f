"""A draft that comes back edited in Word: it takes the draft's place, and alone approves nothing (product.md §6)."""

import hashlib
from dataclasses import dataclass

from tasks.bootstrap import Office
from tasks.domain.cases.case import State
from tasks.domain.cases.decision import Actor, part_of
from tasks.domain.cases.states import Part
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.message import Attachment, Mail, Thread
from tasks.notices.notice import queue
from tasks.notices.papers import draft_mail_of
from tasks.orders import Told, replace_draft
from tasks.ports.errors import UnfitDocument
from tasks.ports.ledger import UnitOfWork

_WORD = (".docx", ".docm", ".doc", ".dotx", ".dotm", ".rtf", ".odt")
_MAY_EDIT = frozenset({Part.DIRECTOR, Part.OFFICER})


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of a Word document in a mail: it stands for the letter, or it does not and `answer` says why."""

    letter: Letter
    taken: bool
    answer: str
    changes: tuple[str, ...] = ()


def show_draft(unit: UnitOfWork, office: Office, edited: Edited) -> None:
    """Put the new version before the letter's officer, unless the same mail approved it."""
    letter = unit.letters.get(edited.letter.number)
    if edited.taken and letter is not None and letter.state is LetterState.DRAFT and letter.draft_sha256:
        queue(unit, office, draft_mail_of(unit, office, letter, edited.changes))


def documents_of(mail: Mail) -> list[Attachment]:
    """Return the word-processor documents that a mail brings."""
    return [part for part in mail.attachments if part.name.lower().endswith(_WORD)]


def letter_meant(unit: UnitOfWork, mail: Mail, thread: Thread | None, named: tuple[str, ...]) -> Letter | None:
    """Return the letter that a mail's document may be: the one its name says, else the only draft it is about."""
    numbers = [part.name.upper() for part in documents_of(mail)]
    of_thread = thread.letters if thread else ()
    letters = [letter for number in of_thread if (letter := unit.letters.get(number))]
    cases = unit.cases.get_many(named or (thread.cases if thread else ()))
    letters += [letter for case in cases if case.letter and (letter := unit.letters.get(case.letter))]
    distinct = list({letter.number: letter for letter in letters}.values())
    in_name = [letter for letter in distinct if any(letter.number in name for name in numbers)]
    drafts = [letter for letter in distinct if letter.state is LetterState.DRAFT]
    for found in (in_name, drafts):
        if len(found) == 1:
            return found[0]
    return None


def take_edited(unit: UnitOfWork, office: Office, mail: Mail, letter: Letter, actor: Actor) -> Edited | None:
    """Put the mail's document in the place of the letter's draft; None when it is the draft itself or another paper."""
    files = [part for part in documents_of(mail) if _is_other(part, letter)]
    named = [part for part in files if letter.number in part.name.upper()]
    if not files or (letter.state is not LetterState.DRAFT and not named):
        return None
    if refusal := _refusal(unit, office, letter, actor, named or files):
        return Edited(letter, False, refusal)
    (document,) = named or files
    try:
        edited = office.editor.accept(document.content, office.archive.get(letter.draft_sha256), _must_say(letter))
    except UnfitDocument as unfit:
        return Edited(letter, False, f"Oficio {letter.number}: «{document.name}» no reemplazó el borrador. {unfit}")
    (sha256,) = office.archive.put([edited.document], ".docx")
    told = Told(actor.email, office.clock.now(), actor.source)
    replaced = replace_draft(unit, letter, sha256, edited.changes, told)
    return Edited(replaced, True, _done(replaced), edited.changes)


def is_referral(letter: Letter) -> bool:
    """Whether the letter refers cases, which then stand in its table."""
    return letter.kind.asks_a_leader


def _must_say(letter: Letter) -> tuple[str, ...]:
    return (letter.number, *(letter.cases if is_referral(letter) else ()))


def _is_other(part: Attachment, letter: Letter) -> bool:
    return hashlib.sha256(part.content).hexdigest() != letter.draft_sha256


def _refusal(unit: UnitOfWork, office: Office, letter: Letter, actor: Actor, files: list[Attachment]) -> str:
    case = unit.cases.get(letter.cases[0])
    directory = unit.books.directory().on(office.clock.today())
    if case is None or part_of(actor.email, case, directory, office.clock.now()) not in _MAY_EDIT:
        return f"El oficio {letter.number} solo lo puede cambiar el responsable del caso o la dirección."
    if letter.state is not LetterState.DRAFT or (is_referral(letter) and case.state is not State.DRAFT):
        return f"El oficio {letter.number} ya está «{letter.state}»: el documento adjunto no lo cambia."
    if not letter.draft_sha256:
        return f"El oficio {letter.number} se está elaborando de nuevo; edite la versión que llegará a su correo."
    if len(files) > 1:
        return f"Adjuntó {len(files)} documentos de Word; envíe solo el del oficio {letter.number}."
    return ""


def _done(letter: Letter) -> str:
    return f"Su documento reemplazó el borrador del oficio {letter.number} (versión {letter.version})."
