"""A mail over the limit: its sender is told kindly, once a day, how to send it."""

from tasks.bootstrap import Office
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.automatic import automatic
from tasks.domain.mail.reading.parsing import MAX_BYTES, parse
from tasks.domain.mail.reading.structure import MAX_HEAD
from tasks.domain.mail.writing.contexts.municipality import OversizeContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork


def tell_too_large(unit: UnitOfWork, office: Office, raw: bytes) -> None:
    """Queue the notice to the sender of a mail that was too large to read, if a person seems to have sent it."""
    head = parse(raw[:MAX_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n")
    box = office.settings.mailbox
    sender = head.sender.email
    forged = verdict(head, box.trusted_authserv) is Verdict.FAIL
    if not sender or forged or automatic(head, (box.address,)):
        return
    fields = OversizeContext(name=head.sender.name, subject=head.subject, limit=f"{MAX_BYTES // 2**20} MB")
    about = f"{office.clock.today():%Y-%m-%d}/{sender}"
    queue(
        unit,
        office,
        Notice(Purpose.SIZE_NOTICE, about, "demasiado-grande", fields, [sender], in_reply_to=head.message_id),
    )
