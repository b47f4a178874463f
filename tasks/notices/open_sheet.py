"""A word to whoever keeps the .xlsx sheet open so long that nothing can be written into it."""

from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.names import find_named
from tasks.domain.mail.writing.contexts.team import AlertContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.notices.notice import Notice, operator_addresses, queue
from tasks.ports.errors import SheetBusy
from tasks.ports.ledger import UnitOfWork

_PATIENCE = timedelta(minutes=30)


def ask_to_close(unit: UnitOfWork, office: Office, busy: SheetBusy) -> bool:
    """Ask the editor named in the lock, else the operator, to close the sheet: once per opening, after half an hour."""
    if busy.since is None or office.clock.now() - busy.since < _PATIENCE:
        return False
    directory = unit.books.directory().on(office.clock.today())
    editor = find_named(busy.owner, directory.people, lambda person: (person.name, person.email)).match
    since = busy.since.astimezone(office.zone)
    text = (
        f"La hoja está abierta desde las {since:%H:%M}"
        f"{f' en el equipo de {busy.owner}' if busy.owner else ''} y mientras tanto no se actualiza. "
        "Guárdela y ciérrela cuando pueda: lo que llegó entre tanto está registrado y aparecerá en unos minutos."
    )
    to = [editor.email] if editor else operator_addresses(directory, office)
    about = f"hoja-abierta/{since:%Y-%m-%dT%H:%M}"
    return queue(unit, office, Notice(Purpose.ALERT, about, "alerta", AlertContext(lines=(text,)), to))
