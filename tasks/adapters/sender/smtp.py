"""Outgoing mail through a submission server (RFC 6409), with smtplib one command at a time.

`SMTP.sendmail` would do, but its exceptions do not tell "the answer was lost after the bytes left" from "nothing left",
and on that hangs whether a message may be sent again.
"""

import base64
import contextlib
import smtplib
import socket
import ssl
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

from tasks.adapters.sender.wire import data_lines, has_utf8_header, seven_bit, wire_address
from tasks.clients.patience import LONGEST, cut_after, opened_within
from tasks.ports.endpoint import Credentials, Endpoint, tls_trouble
from tasks.ports.errors import SenderUnavailable, TokenRefused
from tasks.ports.sender import Envelope, Outcome, Receipt

_NO_LOGIN = Credentials("")
# RFC 5321 §4.5.3.2.6 grants the server 10 minutes to answer the final dot; giving up early makes an outcome unknown.
_FINAL_PATIENCE = 600.0
# Authentication required, failed, too weak, encryption required (RFC 4954 §6): not this message's fault.
_ABOUT_US = frozenset({454, 530, 534, 535, 538})
# The sender is not taken, and it is the same in every message: to refuse each would empty the queue into failures.
_NOT_FROM_US = frozenset({550, 553, 554})
_AWAY = (smtplib.SMTPException, OSError, TokenRefused)  # up to here nothing of the message has left


class _Refusal(Exception):
    """The server refused this message; the receipt says how."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.detail)
        self.receipt = receipt


class SmtpSender:
    """`Sender` over SMTP. One connection is kept for all messages of a run; `close` ends it.

    A recipient the server does not take stands in `Receipt.refused` with the code and words ("450 4.2.0 …"), while the
    others get the message. `final_patience` (seconds) bounds the wait for the answer to the message itself, `longest`
    everything before it.
    """

    certain_after = timedelta()
    largest = None

    def __init__(
        self,
        endpoint: Endpoint,
        credentials: Credentials = _NO_LOGIN,
        *,
        final_patience: float = _FINAL_PATIENCE,
        longest: float = LONGEST,
    ) -> None:
        self._endpoint = endpoint
        self._credentials = credentials
        self._final_patience = final_patience
        self._longest = longest
        self._server: smtplib.SMTP | None = None

    def ping(self) -> str:
        try:
            server = self._fresh()
            with self._limited(self._longest):
                self._require(server.noop())
        except _AWAY as error:
            raise self._unavailable(error) from error
        who = f", logged in as {self._credentials.username}" if self._credentials.username else ""
        return f"SMTP {self._endpoint}{who}"

    def send(self, envelope: Envelope) -> Receipt:
        if not envelope.recipients:
            return Receipt(Outcome.REFUSED, "no recipients")
        try:
            server = self._fresh()
            if not (server.has_extn("8bitmime") or envelope.raw.isascii()):
                envelope = replace(envelope, raw=seven_bit(envelope.raw))
            with self._limited(self._longest):
                refused = self._announce(server, envelope)
                self._open_data(server)
        except _Refusal as refusal:
            self._reset()
            return refusal.receipt
        except _AWAY as error:
            raise self._unavailable(error) from error
        return self._hand_over(server, envelope.raw, refused)

    def was_sent(self, message_id: str) -> bool | None:
        return None  # SMTP cannot be asked

    def close(self) -> None:
        server, self._server = self._server, None
        if server:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _announce(self, server: smtplib.SMTP, envelope: Envelope) -> tuple[tuple[str, str], ...]:
        """Give MAIL FROM and RCPT TO; return the recipients not taken. Raises `_Refusal` when none was."""
        options = _options(server, envelope)
        utf8 = "SMTPUTF8" in options
        sender = wire_address(envelope.sender, utf8)
        if sender is None:
            raise _Refusal(Receipt(Outcome.REFUSED, f"the server cannot be told the sender {envelope.sender!r}"))
        answer = server.docmd("MAIL", " ".join((f"FROM:<{sender}>", *options)))
        if answer[0] in _NOT_FROM_US:
            raise smtplib.SMTPResponseException(answer[0], _line(answer[1]))
        self._demand(answer)
        refused: list[tuple[str, str]] = []
        temporary = False
        for recipient in envelope.recipients:
            code, words = _recipient_answer(server, recipient, utf8)
            if code in (421, *_ABOUT_US) or not _is_answer(code):
                raise smtplib.SMTPResponseException(code, words)
            if not 200 <= code < 300:
                refused.append((recipient, f"{code} {words}"))
                temporary = temporary or code < 500
        if len(refused) == len(envelope.recipients):
            detail = "no recipient was taken: " + "; ".join(words for _, words in refused)
            raise _Refusal(Receipt(Outcome.RETRY if temporary else Outcome.REFUSED, detail[:600], tuple(refused)))
        return tuple(refused)

    def _open_data(self, server: smtplib.SMTP) -> None:
        code, words = server.docmd("DATA")
        if code != 354:
            self._demand((code, words))
            raise smtplib.SMTPResponseException(code, _line(words))  # 2xx here: the server lost its way

    def _hand_over(self, server: smtplib.SMTP, raw: bytes, refused: tuple[tuple[str, str], ...]) -> Receipt:
        """Send the message itself. From the first byte on, a lost connection leaves the outcome unknown."""
        try:
            if server.sock:
                server.sock.settimeout(self._final_patience)
            with self._limited(self._longest + self._final_patience):
                server.send(data_lines(raw))
                code, words = server.getreply()
            if server.sock:
                server.sock.settimeout(self._endpoint.timeout)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Receipt(Outcome.UNKNOWN, f"the answer was lost after the message left: {_reason(error)}", refused)
        if code == 421 or not _is_answer(code):
            self._drop()
        return Receipt(_outcome(code), f"{code} {_line(words)}", refused)

    def _demand(self, answer: tuple[int, bytes]) -> None:
        """Let a positive answer pass. Raises `_Refusal`, or the server's answer when it concerns us as a whole."""
        code, words = answer
        if 200 <= code < 400:
            return
        if code in (421, *_ABOUT_US) or not _is_answer(code):
            raise smtplib.SMTPResponseException(code, _line(words))
        raise _Refusal(Receipt(_outcome(code), f"{code} {_line(words)}"))

    def _require(self, answer: tuple[int, bytes]) -> None:
        if not 200 <= answer[0] < 300:
            raise smtplib.SMTPResponseException(answer[0], _line(answer[1]))

    def _fresh(self) -> smtplib.SMTP:
        """Return the open connection, or a new one when there is none or the server hung up while we were idle."""
        if self._server:
            with contextlib.suppress(smtplib.SMTPException, OSError), self._limited(self._longest):
                if self._server.rset()[0] == 250:
                    return self._server
            self._drop()
        self._server = opened_within(self._longest, self._connected, smtplib.SMTP.close)
        return self._server

    def _limited(self, seconds: float) -> AbstractContextManager[object]:
        return cut_after(seconds, lambda: self._server.sock if self._server else None)

    def _connected(self) -> smtplib.SMTP:
        endpoint = self._endpoint
        # The plain host name: smtplib's default asks the DNS for the full one, which may hang where there is none.
        name = socket.gethostname()
        if endpoint.security == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                endpoint.host, endpoint.port, name, timeout=endpoint.timeout, context=endpoint.tls()
            )
        else:
            server = smtplib.SMTP(endpoint.host, endpoint.port, name, timeout=endpoint.timeout)
        try:
            if endpoint.security == "starttls":
                server.starttls(context=endpoint.tls())
            server.ehlo_or_helo_if_needed()
            _log_in(server, self._credentials)
        except BaseException:
            server.close()
            raise
        return server

    def _reset(self) -> None:
        try:
            if self._server:
                with self._limited(self._longest):
                    self._require(self._server.rset())
        except (smtplib.SMTPException, OSError):
            self._drop()  # the next message finds a new connection

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server:
            server.close()

    def _unavailable(self, error: Exception) -> SenderUnavailable:
        self._drop()
        return SenderUnavailable(f"SMTP {self._endpoint}: {_reason(error)}")


def _log_in(server: smtplib.SMTP, credentials: Credentials) -> None:
    if credentials.token:
        answer = f"user={credentials.username}\1auth=Bearer {credentials.token()}\1\1"
        # After a refusal the server sends a challenge (its reason) that an empty line answers.
        try:
            server.auth("XOAUTH2", lambda challenge=None: answer if challenge is None else "")
        except smtplib.SMTPAuthenticationError:
            credentials.forget()
            raise
    elif not (credentials.username + credentials.password).isascii():
        # smtplib's login knows ASCII only; PLAIN is UTF-8 (RFC 4616 §2).
        secret = base64.b64encode(f"\0{credentials.username}\0{credentials.password}".encode()).decode()
        code, words = server.docmd("AUTH", f"PLAIN {secret}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, words)
    elif credentials.username:
        server.login(credentials.username, credentials.password)


def _options(server: smtplib.SMTP, envelope: Envelope) -> list[str]:
    """Return the MAIL parameters this message needs. Raises `_Refusal` when it is over the announced size."""
    options = []
    limit = server.esmtp_features.get("size", "").strip()
    if server.has_extn("size"):
        if limit.isdigit() and 0 < int(limit) < len(envelope.raw):
            detail = f"552 the message has {len(envelope.raw)} bytes, the server takes {limit}"
            raise _Refusal(Receipt(Outcome.REFUSED, detail))
        options.append(f"SIZE={len(envelope.raw)}")
    if server.has_extn("8bitmime") and not envelope.raw.isascii():
        options.append("BODY=8BITMIME")
    addresses = envelope.sender + "".join(envelope.recipients)
    if server.has_extn("smtputf8") and (not addresses.isascii() or has_utf8_header(envelope.raw)):
        options.append("SMTPUTF8")
        server.command_encoding = "utf-8"
    else:
        server.command_encoding = "ascii"
    return options


def _recipient_answer(server: smtplib.SMTP, recipient: str, utf8: bool) -> tuple[int, str]:
    address = wire_address(recipient, utf8)
    if address is None:
        return 553, "5.1.3 not an address this server can be given"
    code, words = server.docmd("RCPT", f"TO:<{address}>")
    return code, _line(words)


def _is_answer(code: int) -> bool:
    """Say whether that ends a command (RFC 5321 §4.2.1); smtplib makes -1 of a line that is no answer at all."""
    return 200 <= code < 300 or 400 <= code < 600


def _outcome(code: int) -> Outcome:
    if not _is_answer(code):
        return Outcome.UNKNOWN
    if code < 300:
        return Outcome.SENT
    return Outcome.RETRY if code < 500 else Outcome.REFUSED


def _line(words: bytes | str) -> str:
    """Return the server's words as one bounded line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())[:300]


def _reason(error: Exception) -> str:
    """Say what happened in one line, without what we sent."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"login refused, check username and password: {error.smtp_code} {_line(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_line(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return tls_trouble(error)
    return _line(str(error)) or type(error).__name__
