"""What an error of an IMAP connection means: whether a new connection may help, and how it is told."""

import imaplib
import ssl
from typing import Any

from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError

from tasks.adapters.mailbox.imap_session import ImapRefusal
from tasks.ports.endpoint import tls_trouble

_PASSING = ("[UNAVAILABLE]", "[INUSE]")  # a server behind theirs is down, somebody else has the mailbox (RFC 5530)


def is_drop(error: BaseException) -> bool:
    """Say whether a new connection may help: the old one was lost, or a message went away under a command.

    It does not against a wrong password or certificate.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return False
    if isinstance(error, ImapRefusal):
        return "EXPUNGEISSUED" in str(error)
    if isinstance(error, UnexpectedCommandStatusError):  # of a login or a folder
        return any(code in _words(error.command_result) for code in _PASSING)
    return isinstance(error, imaplib.IMAP4.abort | OSError)


def reason(error: BaseException, inbox: str) -> str:
    """Say what happened in one line; server words only, never the credentials."""
    if isinstance(error, MailboxFolderSelectError):
        return f'folder "{inbox}" cannot be opened: {_words(error.command_result)}'
    if isinstance(error, MailboxLoginError) and not is_drop(error):
        return f"login refused, check username and password: {_words(error.command_result)}"
    if isinstance(error, UnexpectedCommandStatusError):
        return _words(error.command_result)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return tls_trouble(error)
    text = error.args[0] if isinstance(error, imaplib.IMAP4.error) and error.args else error
    return (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))[:300] or type(error).__name__


def _words(result: tuple[Any, ...]) -> str:
    return b" ".join(line for line in result[1] if line).decode("utf-8", "replace")[:300]
