"""Messages that a server lists and does not hand out: they must not keep the others waiting, nor be forgotten."""

from tasks.ports.errors import MailboxUnavailable

_MOST = 20  # in a row; beyond that it is the server that is ill, not the messages


class Unreadable:
    """What one fetch could not read. The error comes after all that could be read, so that the cursor stays."""

    def __init__(self, mailbox: str) -> None:
        self._mailbox = mailbox
        self._why: dict[str, str] = {}
        self._in_a_row = 0

    def add(self, uid: str, why: str) -> None:
        """Note one and go on. Raises `MailboxUnavailable` when there are too many and none in between was read."""
        self._why[uid] = why
        self._in_a_row += 1
        if self._in_a_row > _MOST:
            self.tell()

    def read(self) -> None:
        """Another message could be read."""
        self._in_a_row = 0

    def tell(self) -> None:
        """Raise `MailboxUnavailable` if there were any, with the place of the first and the server's words."""
        if self._why:
            uid, why = next(iter(self._why.items()))
            raise MailboxUnavailable(
                f"{self._mailbox}: {len(self._why)} message(s) cannot be read, all others were; the first is {uid}: "
                f"{why[:200]}. Open it in a mail program, forward it to this mailbox and move it to another folder"
            )
