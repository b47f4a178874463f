"""Every error the service raises on purpose.

MipgError
├── UsageError              wrong use or configuration: exit 2
│   └── ConfigurationError  names file, line or key and what is accepted
├── BadInput                the sender's fault: this message, workbook or template is refused, the rest goes on
│   ├── UnreadableMessage
│   ├── BadWorkbook         which sheet, row, column; nothing half-loaded
│   ├── UnfitDocument       an edited letter that may not go out, and what to do (Spanish)
│   └── TemplateProblem     which template, which field, the closest known one
└── Unavailable             ours or the network's: work is kept, the next run recovers; exit 1
    ├── MailboxUnavailable
    ├── SenderUnavailable
    ├── TokenRefused        no login: the authority gave no access token
    ├── SheetUnavailable
    │   └── SheetBusy       somebody has the file open: caught up later
    ├── LedgerUnavailable
    ├── ArchiveUnavailable  full or read-only disk
    └── ConverterUnavailable LibreOffice missing or hung
"""

from datetime import datetime


class MipgError(Exception):
    """Base; the message is written for the person who can act on it and holds no secret."""


class UsageError(MipgError):
    """The command was called wrongly."""


class ConfigurationError(UsageError):
    """A setting or catalogue is wrong: the message names file, line or key and what is accepted."""


class BadInput(MipgError):
    """Somebody else's message or file cannot be used; the rest of the work goes on."""


class UnreadableMessage(BadInput):
    """No usable message can be made of these bytes."""


class BadWorkbook(BadInput):
    """A results or sheet file is not what it should be."""


class UnfitDocument(BadInput):
    """A Word document that somebody sent cannot stand for the letter; the message tells its author why, in Spanish."""


class TemplateProblem(BadInput):
    """A template is broken or names an unknown field."""


class Unavailable(MipgError):
    """A server, disk or file could not be used now; nothing is lost, try again."""


class MailboxUnavailable(Unavailable):
    """The mailbox could not be read."""


class SenderUnavailable(Unavailable):
    """The outgoing server could not be used; no message was refused for its own sake."""


class TokenRefused(Unavailable):
    """The authority gave no access token; the message holds its words, never the secret."""


class SheetUnavailable(Unavailable):
    """The sheet could not be read or written."""


class SheetBusy(SheetUnavailable):
    """Somebody has the file open; the run leaves it alone and catches up later.

    `owner` is the name in the lock ("" unknown), `since` when it was opened (aware; None unknown).
    """

    def __init__(self, message: str, owner: str = "", since: datetime | None = None) -> None:
        super().__init__(message)
        self.owner = owner
        self.since = since


class LedgerUnavailable(Unavailable):
    """The database could not be used."""


class ArchiveUnavailable(Unavailable):
    """Files could not be kept: full or read-only disk."""


class ConverterUnavailable(Unavailable):
    """LibreOffice is missing or hung: letters stay .docx."""
