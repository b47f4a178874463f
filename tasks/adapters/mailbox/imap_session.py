"""One logged-in IMAP connection with one folder selected. Errors go up as they are; `imap.py` gives them a meaning."""

import contextlib
import imaplib
import selectors
import socket
from datetime import datetime

from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError
from imap_tools.mailbox import BaseMailBox
from imap_tools.utils import encode_folder

from tasks.adapters.mailbox import imap_answers as answers
from tasks.ports.endpoint import Credentials, Endpoint

# One answer line may hold this many UIDs; more are asked for in stretches.
_SEARCH_SPAN = 50_000
# UIDs named in one command: a command line should stay under 8,192 octets (RFC 7162 §4).
COMMAND_UIDS = 500
# Messages at the end of a folder among which copies of an interrupted run are looked for.
_LAST_COPIES = 2 * COMMAND_UIDS
_NO_FOLDER = frozenset({"\\noselect", "\\nonexistent"})


class ImapRefusal(Exception):
    """The server said NO or BAD; the message holds its words."""


class ImapSession:
    """What can be asked of the selected folder. `generation` is its UIDVALIDITY, `read_only` forbids any mark."""

    def __init__(self, box: BaseMailBox, folder: str, writable: bool) -> None:
        self._box = box
        self._writable = writable
        self._made: dict[str, str] = {}  # folders of the settings by what the server calls them
        self._refresh_capabilities()
        self._folder = self._path(folder)
        self.select()

    def select(self) -> None:
        """Select the folder (again), which also brings the view of it up to date."""
        self.read_only = not self._writable
        try:
            self._box.folder.set(self._folder, readonly=self.read_only)
        except imaplib.IMAP4.readonly:
            self.read_only = True
            self._box.folder.set(self._folder, readonly=True)
        self.messages = int(self._code("EXISTS") or 0)
        self.generation = self._code("UIDVALIDITY")
        self._next_uid = int(self._code("UIDNEXT") or 0)
        if not self.generation:
            raise ImapRefusal(f'folder "{self._folder}" has no UIDVALIDITY: its messages cannot be told apart')

    def uids_after(self, last: int) -> list[int]:
        """Return the UIDs above `last`, in order."""
        if self._code("EXISTS") == "0":  # to some servers "n:*" is an error then
            return []
        if self.messages <= _SEARCH_SPAN or not self._next_uid:
            # "n:*" always names the last message, even when its UID is below n (RFC 9051 §9, seq-range).
            return [uid for uid in self._search(f"UID {last + 1}:*") if uid > last]
        spans = range(last + 1, self._next_uid, _SEARCH_SPAN)
        return [uid for start in spans for uid in self._search(f"UID {start}:{start + _SEARCH_SPAN - 1}")]

    def sizes(self, uids: list[int]) -> dict[int, int]:
        """Return the size of each message that is still there."""
        return answers.sizes(self._uid("FETCH", answers.uid_set(uids), "(RFC822.SIZE)"))

    def bodies(self, uids: list[int]) -> dict[int, tuple[bytes, datetime | None]]:
        """Return the bytes and reception date of each message that is still there; marks nothing."""
        return answers.bodies(self._uid("FETCH", answers.uid_set(uids), "(UID INTERNALDATE BODY.PEEK[])"))

    def flag(self, uids: list[int]) -> None:
        """Mark the messages as read."""
        self._look()
        self._uid("STORE", answers.uid_set(uids), "+FLAGS.SILENT", r"(\Seen)")

    def move(self, uids: list[int], folder: str) -> None:
        """Put the messages into the other folder, made if missing. Erases nothing that is not named.

        imap-tools' own `move` ends in a plain EXPUNGE, which also erases what other people had marked as deleted.
        """
        folder = self._folder_for(folder)
        self._look()
        if "MOVE" in self._capabilities:
            self._uid("MOVE", answers.uid_set(uids), encode_folder(folder))
            return
        # What is already marked as deleted was put there by an interrupted run, or its owner threw it away: left alone.
        left = self._search(f"UID {answers.uid_set(uids)} UNDELETED")
        if not left:
            return
        copied = self._copied(left, folder)
        if missing := [uid for uid in left if uid not in copied]:
            self._uid("COPY", answers.uid_set(missing), encode_folder(folder))
        self._uid("STORE", answers.uid_set(left), "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._capabilities:
            self._uid("EXPUNGE", answers.uid_set(left))

    def _copied(self, uids: list[int], folder: str) -> set[int]:
        """Return which of them the other folder already ends with: an interrupted run copied and did not mark them."""
        mine, generation = self._identities(uids), self.generation
        self._box.folder.set(folder, readonly=True)
        try:
            count = int(self._code("EXISTS") or 0)
            last = self._search(f"{max(1, count - _LAST_COPIES)}:*") if count else []
            theirs = set(self._identities(last).values()) if last else set()
        finally:
            self.select()
        if self.generation != generation:
            raise ImapRefusal(f'folder "{self._folder}" was renumbered meanwhile')
        return {uid for uid, one in mine.items() if one in theirs}

    def _identities(self, uids: list[int]) -> dict[int, tuple[bytes, int]]:
        """Return the Message-ID line and the size of each message that has one: what a copy has in common."""
        line = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        heads = answers.bodies(self._uid("FETCH", answers.uid_set(uids), line))
        sizes = self.sizes(uids)
        return {uid: (head.strip(), sizes.get(uid, 0)) for uid, (head, _) in heads.items() if head.strip()}

    def idle(self, seconds: float) -> bool | None:
        """Wait until the server says anything (RFC 2177), at most so long. None: it has no IDLE, or refuses it now."""
        if "IDLE" not in self._capabilities:
            return None
        client = self._box.client
        tag = client._command("IDLE")
        while client._get_response() is not None:  # imaplib returns None for "+"; before it may come what is new
            if client.tagged_commands[tag]:
                del client.tagged_commands[tag]
                return None
        try:
            return self._said_before_idle() or _readable(client, seconds)
        finally:
            client.send(b"DONE\r\n")
            self._box.consume_until_tagged_response(tag)

    def _said_before_idle(self) -> bool:
        """Say whether the number of messages changed since the folder was looked at."""
        return int(self._code("EXISTS") or 0) != self.messages

    def leave(self) -> None:
        """Say goodbye and close; a connection already lost is no error."""
        with contextlib.suppress(imaplib.IMAP4.error, OSError, ImapToolsError):
            self._box.logout()
        self.drop()

    def connection(self) -> socket.socket:
        """Return the connection itself, for who must break it off: `drop` would wait for the answer."""
        return self._box.client.sock

    def drop(self) -> None:
        """Close without a word."""
        with contextlib.suppress(OSError):
            self._box.client.shutdown()

    def _look(self) -> None:
        # Lets the server say what was deleted meanwhile: a command that names such a message is refused as a whole.
        self._box.client.noop()

    def _search(self, criteria: str) -> list[int]:
        return answers.searched_uids(self._uid("SEARCH", criteria))

    def _uid(self, command: str, *arguments: str | bytes) -> answers.Answer:
        # imaplib takes bytes for any argument; its stubs do not know
        status, data = self._box.client.uid(command, *arguments)  # type: ignore[arg-type]
        if status != "OK":
            words = b" ".join(line for line in data if isinstance(line, bytes)).decode("utf-8", "replace")
            raise ImapRefusal(f"{command}: {words[:300]}")
        return data

    def _code(self, name: str) -> str:
        values = [value for value in self._box.client.untagged_responses.get(name, []) if isinstance(value, bytes)]
        return values[-1].decode("ascii", "replace") if values else ""

    def _refresh_capabilities(self) -> None:
        # imaplib asks before login only, and servers announce MOVE and UIDPLUS after it.
        status, data = self._box.client.capability()
        words = data[-1].decode("ascii", "replace").upper().split() if status == "OK" and data[-1] else []
        self._box.client.capabilities = tuple(words)  # imap-tools itself reads it
        self._capabilities = frozenset(words)

    def _path(self, folder: str) -> str:
        """Return the folder's name as the server writes it: "/" in settings is whatever parts its levels.

        What is not there by that name lies, or is to be made, in the user's own namespace (RFC 2342): "INBOX.".
        """
        if folder.upper() == "INBOX":
            return folder
        if "/" in folder:
            root = self._box.folder.list("", "")
            folder = folder.replace("/", root[0].delim) if root and root[0].delim != "NIL" else folder
        prefix = answers.own_namespace(self._box.client.namespace()[1]) if "NAMESPACE" in self._capabilities else ""
        is_told = not prefix or folder.startswith(prefix) or self._is_there(folder)
        return folder if is_told else prefix + folder

    def _folder_for(self, folder: str) -> str:
        """Return the server's name of a folder, which is made if it is not there."""
        if folder not in self._made:
            path = self._path(folder)
            if not self._is_there(path):
                self._make(path)
            self._made[folder] = path
        return self._made[folder]

    def _is_there(self, path: str) -> bool:
        """Say whether messages can lie in it: some names only hold other folders."""
        found = self._box.folder.list("", path)
        return any(not _NO_FOLDER & {flag.lower() for flag in one.flags} for one in found)

    def _make(self, path: str) -> None:
        try:
            self._box.folder.create(path)
            self._box.folder.subscribe(path, True)
        except UnexpectedCommandStatusError:
            if not self._is_there(path):  # another worker may have made it meanwhile
                raise


def _readable(client: imaplib.IMAP4, seconds: float) -> bool:
    """Say whether the server sends something within the time; also what lies already in a buffer of ours counts."""
    sock, waiting = client.sock, client.sock.gettimeout()
    sock.settimeout(0)
    try:
        if client.file.peek(1):  # type: ignore[union-attr]
            return True
    except OSError:  # TLS says so when there is nothing yet
        pass
    finally:
        sock.settimeout(waiting)
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(seconds))


def open_session(endpoint: Endpoint, credentials: Credentials, folder: str, writable: bool) -> ImapSession:
    """Connect, log in and select the folder; on any failure nothing stays open."""
    box = _connect(endpoint)
    try:
        _log_in(box, credentials)
        return ImapSession(box, folder, writable)
    except BaseException:
        with contextlib.suppress(OSError):
            box.client.shutdown()
        raise


def _connect(endpoint: Endpoint) -> BaseMailBox:
    if endpoint.security == "none":
        return MailBoxUnencrypted(endpoint.host, endpoint.port, timeout=endpoint.timeout)
    kind = MailBoxStartTls if endpoint.security == "starttls" else MailBox
    return kind(endpoint.host, endpoint.port, timeout=endpoint.timeout, ssl_context=endpoint.tls())


def _log_in(box: BaseMailBox, credentials: Credentials) -> None:
    if credentials.token:
        try:
            box.xoauth2(credentials.username, credentials.token(), initial_folder=None)
        except imaplib.IMAP4.error:
            credentials.forget()
            raise
    elif _may_log_in(box, credentials):
        box.login(credentials.username, credentials.password, initial_folder=None)
    else:
        box.login_utf8(credentials.username, credentials.password, initial_folder=None)


def _may_log_in(box: BaseMailBox, credentials: Credentials) -> bool:
    """Say whether LOGIN will do: it knows ASCII only, and where LOGINDISABLED stands AUTHENTICATE takes its place."""
    return (credentials.username + credentials.password).isascii() and "LOGINDISABLED" not in box.client.capabilities
