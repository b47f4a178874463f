"""An IMAP server of one mailbox on loopback that does what RFC 3501, 2177, 2342 and 6851 allow and Dovecot does not do.

Names of folders are as IMAP writes them. `instead` and `before` change the answer to a command: the first takes its
place, the second is said ahead of it.
"""

import base64
import re
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

Answer = Callable[[str, str], bytes]  # (tag, arguments) to the bytes said, the tagged line included


@dataclass
class Stored:
    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self.mail = self.server.mail
        self.wfile.write(self.mail.greeting)
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            name, _, arguments = command.partition(" ")
            if name.upper() == "UID":
                second, _, arguments = arguments.partition(" ")
                name = f"UID {second}"
            name = name.upper()
            with self.mail.lock:
                self.mail.calls.append(f"{name} {arguments}".strip())
                self._say(self.mail.before.get(name, b""))
                instead = self.mail.instead.get(name)
                answer = instead(tag, arguments) if instead else self._answer(tag, name, arguments)
            if answer == b"":  # it hangs up
                return
            self._say(answer)

    def _say(self, words: bytes) -> None:
        self.wfile.write(words)
        self.wfile.flush()

    def _answer(self, tag: str, name: str, arguments: str) -> bytes:
        method = getattr(self, f"_{name.lower().replace(' ', '_')}", None)
        untagged, ending = method(arguments) if method else (b"", f"OK {name} done")
        return untagged + f"{tag} {ending}\r\n".encode()

    def _capability(self, _: str) -> tuple[bytes, str]:
        return f"* CAPABILITY IMAP4rev1 {self.mail.capability}\r\n".encode(), "OK done"

    def _authenticate(self, mechanism: str) -> tuple[bytes, str]:
        self._say(b"+ \r\n")
        said = base64.b64decode(self.rfile.readline())
        if mechanism != "XOAUTH2":
            return b"", "OK welcome"
        user, bearer, *rest = said.decode().split("\1")
        if rest == ["", ""] and bearer.removeprefix("auth=Bearer ") in self.mail.tokens:
            return b"", f"OK welcome {user}"
        self._say(b"+ " + base64.b64encode(b'{"status": "401", "schemes": "bearer"}') + b"\r\n")
        self.rfile.readline()
        return b"", "NO [AUTHENTICATIONFAILED] token refused"

    def _namespace(self, _: str) -> tuple[bytes, str]:
        return f'* NAMESPACE (("{self.mail.prefix}" ".")) NIL NIL\r\n'.encode(), "OK done"

    def _list(self, arguments: str) -> tuple[bytes, str]:
        name = arguments.split(" ", 1)[1].strip('"')
        if not name:
            return b'* LIST (\\Noselect) "." ""\r\n', "OK done"
        flags = self.mail.folders.get(name)
        return (f'* LIST ({flags}) "." "{name}"\r\n'.encode() if flags is not None else b""), "OK done"

    def _create(self, arguments: str) -> tuple[bytes, str]:
        name = arguments.strip('"')
        if not name.startswith(self.mail.prefix):
            return b"", "NO [CANNOT] outside of your namespace"
        self.mail.folders[name] = ""
        return b"", "OK made"

    def _select(self, arguments: str) -> tuple[bytes, str]:
        if arguments.strip('"') not in self.mail.folders:
            return b"", "NO [NONEXISTENT] no such folder"
        said = f"* {len(self.mail.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.mail.validity}] ok\r\n"
        return said.encode() + b"* OK [UIDNEXT 4294967295] ok\r\n", "OK [READ-WRITE] selected"

    _examine = _select

    def _uid_search(self, arguments: str) -> tuple[bytes, str]:
        uids = [str(one.uid) for one in self._named(arguments.split()[1])]
        return f"* SEARCH {' '.join(uids)}\r\n".encode(), "OK done"

    def _uid_fetch(self, arguments: str) -> tuple[bytes, str]:
        said = b""
        for one in self._named(arguments.split()[0]):
            said += f"* {self._number(one)} FETCH (UID {one.uid} RFC822.SIZE {len(one.raw)}".encode()
            if "BODY" in arguments:
                said += b" BODY[] {%d}\r\n%b" % (len(one.raw), one.raw)
            said += b")\r\n"
        return said, "OK done"

    def _uid_move(self, arguments: str) -> tuple[bytes, str]:
        uids, name = arguments.split(" ", 1)
        if self.mail.folders.get(name.strip('"'), "\\Noselect") == "\\Noselect":
            return b"", "NO [TRYCREATE] no such folder"
        named = self._named(uids)
        if self.mail.stuck & {one.uid for one in named}:
            return b"", "NO [CANNOT] one of them stays"
        said = b"* OK [COPYUID 1 1 1] moved\r\n"
        for one in named:
            said += f"* {self._number(one)} EXPUNGE\r\n".encode()
            self.mail.messages.remove(one)
            self.mail.moved.append(one.raw)
        return said, "OK done"

    def _idle(self, _: str) -> tuple[bytes, str]:
        self._say(b"+ idling\r\n")
        self.rfile.readline()
        return b"", "OK done"

    def _number(self, one: Stored) -> int:
        return self.mail.messages.index(one) + 1

    def _named(self, uids: str) -> list[Stored]:
        found = []
        for part in uids.split(","):
            first, _, last = part.partition(":")
            end = max(int(first), self.mail.messages[-1].uid if self.mail.messages else 0) if last == "*" else 0
            found += [one for one in self.mail.messages if int(first) <= one.uid <= (end or int(last or first))]
        return found


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    mail: "OddImapServer"


class OddImapServer:
    """Context manager. `folders` are names with their LIST attributes; only what begins with `prefix` can be made."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = [Stored(number, raw) for number, raw in enumerate(messages, 1)]
        self.moved: list[bytes] = []
        self.stuck: set[int] = set()  # UIDs that cannot be moved
        self.folders: dict[str, str] = {"INBOX": ""}
        self.prefix = ""
        self.validity = 1
        self.greeting = b"* OK ready\r\n"
        self.capability = "MOVE UIDPLUS IDLE NAMESPACE"
        self.instead: dict[str, Answer] = {}
        self.before: dict[str, bytes] = {}
        self.tokens: set[str] = set()  # that XOAUTH2 lets in
        self.calls: list[str] = []
        self.lock = threading.RLock()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.mail = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def called(self, command: str) -> list[str]:
        """Return the arguments of the calls of a command."""
        return [re.sub(f"^{command} ?", "", call) for call in self.calls if call.startswith(command)]
