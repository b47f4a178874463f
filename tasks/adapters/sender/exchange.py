"""Outgoing mail through an Exchange server: CreateItem with the MIME message, a copy kept in Sent Items."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from tasks.adapters.sender.addressed import addressed, usable
from tasks.clients.ews import EwsClient, never_left, words_of
from tasks.ports.errors import SenderUnavailable
from tasks.ports.sender import Envelope, Outcome, Receipt

T = TypeVar("T")


class ExchangeSender:
    """`Sender` over EWS (MessageDisposition SendAndSaveCopy)."""

    certain_after = timedelta(minutes=2)  # the transport files the copy, after the answer
    largest = None

    def __init__(self, client: EwsClient) -> None:
        self._client = client

    def ping(self) -> str:
        self._ask(lambda: self._client.account.sent)
        return f"{self._client.access}: may send"

    def send(self, envelope: Envelope) -> Receipt:
        from exchangelib.errors import EWSError
        from oauthlib.oauth2 import OAuth2Error
        from requests import RequestException

        good, refused = usable(envelope.recipients)
        if not good:
            return Receipt(Outcome.REFUSED, "no usable recipient", refused)
        sent_items = self._ask(lambda: self._client.account.sent)
        try:
            self._hand_over(addressed(envelope.raw, good), sent_items)
        except OAuth2Error as error:  # no token, so nothing was asked
            raise SenderUnavailable(f"{self._client.access}: {words_of(error)}") from error
        except (EWSError, RequestException) as error:
            return self._answered(error)
        return Receipt(Outcome.SENT, "", refused)

    def was_sent(self, message_id: str) -> bool | None:
        return self._ask(lambda: bool(self._client.account.sent.filter(message_id=message_id).exists()))

    def close(self) -> None:
        self._client.close()

    def _hand_over(self, raw: bytes, sent_items: object) -> None:
        from exchangelib import Message

        with self._client.once() as account:
            Message(account=account, folder=sent_items, mime_content=raw).send_and_save()

    def _answered(self, error: Exception) -> Receipt:
        from exchangelib import errors

        words = words_of(error)
        ours = (errors.UnauthorizedError, errors.ErrorAccessDenied, errors.ErrorSendAsDenied)
        if isinstance(error, ours) or never_left(error):
            raise SenderUnavailable(f"{self._client.access}: {words}") from error
        # exchangelib also calls a server busy whose answer broke off or came from a gateway before it.
        broken = any(sign in words for sign in ("Reraised from", "Caused by"))
        busy = (errors.ErrorServerBusy, errors.ErrorExceededConnectionCount, errors.RateLimitError)
        if isinstance(error, busy) and not broken:
            return Receipt(Outcome.RETRY, words)
        doubtful = (
            errors.ErrorServerBusy,
            errors.ErrorTimeoutExpired,  # exchangelib's name for a connection that broke, too
            errors.ErrorInternalServerError,
            errors.ErrorInternalServerTransientError,
        )
        if isinstance(error, errors.ResponseMessageError) and not isinstance(error, doubtful):
            return Receipt(Outcome.REFUSED, words)  # the server read it and said no
        return Receipt(Outcome.UNKNOWN, words)

    def _ask(self, work: Callable[[], T]) -> T:
        return self._client.ask(work, SenderUnavailable)
