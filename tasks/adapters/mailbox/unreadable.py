"""Messages that a server lists and does not hand out: they must not keep the others waiting, nor be forgotten."""

from tasks.ports.errors import MailboxUnavailable

_MOST = 20  # in one fetch; beyond that it is the server that is ill, not the messages


class Unreadable:
    """What one fetch could not read. The error comes after all that could be read, so that the cursor stays."""

    def __init__(self, mailbox: str) -> None:
        self._mailbox = mailbox
        self._why: dict[str, str] = {}

    def add(self, uid: str, why: str) -> None:
        """Note one and go on. Raises `MailboxUnavailable` when there are too many."""
        self._why[uid] = why
        if len(self._why) > _MOST:
            self.tell()

    def tell(self) -> None:
        """Raise `MailboxUnavailable` if there were any, with the place of the first and the server's words."""
        if self._why:
            uid, why = next(iter(self._why.items()))
            raise MailboxUnavailable(
                f"{self._mailbox}: {len(self._why)} message(s) cannot be read, all others were; the first is {uid}: "
                f"{why[:200]}. Open it in a mail program, forward it to this mailbox and move it to another folder"
            )
