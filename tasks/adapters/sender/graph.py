"""Outgoing mail through Microsoft Graph: sendMail with the MIME message, a copy kept in Sent Items by the server."""

import base64
from datetime import timedelta
from urllib.parse import quote

import httpx

from tasks.adapters.sender.addressed import addressed, usable
from tasks.clients.graph import GraphAway, GraphClient, GraphRefusal
from tasks.ports.errors import SenderUnavailable
from tasks.ports.sender import Envelope, Outcome, Receipt

# Graph takes requests of 4 MB, and base64 makes four octets of three.
_LARGEST = 3_000_000
_UNSURE = frozenset({500, 502, 503, 504})  # it may have been taken before the answer broke, or a gateway spoke
_LATER = 429
_US = frozenset({401, 403})  # our permissions, no fault of this message


class GraphSender:
    """`Sender` over Graph: POST /users/{address}/sendMail, text/plain, base64 of the MIME content."""

    certain_after = timedelta(minutes=2)  # the transport files the copy, after the answer
    largest = _LARGEST

    def __init__(self, client: GraphClient, address: str) -> None:
        self._client = client
        self._address = address

    def ping(self) -> str:
        try:
            self._client.get(self._client.user(self._address, "/mailFolders/sentitems?$select=id"))
        except (GraphAway, GraphRefusal) as error:
            raise SenderUnavailable(f"Graph {self._address}: {error}") from error
        return f"Graph {self._address}: may send"

    def send(self, envelope: Envelope) -> Receipt:
        good, refused = usable(envelope.recipients)
        if not good:
            return Receipt(Outcome.REFUSED, "no usable recipient", refused)
        mime = base64.b64encode(addressed(envelope.raw, good))
        url = self._client.user(self._address, "/sendMail")
        try:
            self._client.call("POST", url, repeatable=False, content=mime, headers={"Content-Type": "text/plain"})
        except GraphRefusal as refusal:
            return self._answered(refusal)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, GraphAway) as error:
            raise SenderUnavailable(f"Graph {self._address}: {str(error) or type(error).__name__}") from error
        except httpx.TransportError as error:
            return Receipt(Outcome.UNKNOWN, f"the answer was lost ({type(error).__name__})")
        return Receipt(Outcome.SENT, "", refused)

    def was_sent(self, message_id: str) -> bool | None:
        """Look into Sent Items."""
        named = quote("internetMessageId eq '{}'".format(message_id.replace("'", "''")))
        query = f"$filter={named}&$select=id&$top=1"
        try:
            page = self._client.get(self._client.user(self._address, f"/mailFolders/sentitems/messages?{query}"))
        except (GraphAway, GraphRefusal) as error:
            raise SenderUnavailable(f"Graph {self._address}: {error}") from error
        return bool(page.get("value"))

    def close(self) -> None:
        self._client.close()

    def _answered(self, refusal: GraphRefusal) -> Receipt:
        if refusal.status in _US:
            advice = "the app registration needs the application permission Mail.Send, granted by an administrator"
            raise SenderUnavailable(f"Graph {self._address}: {refusal} ({advice})") from refusal
        if refusal.status == _LATER:
            return Receipt(Outcome.RETRY, str(refusal))
        if refusal.status in _UNSURE:
            return Receipt(Outcome.UNKNOWN, str(refusal))
        return Receipt(Outcome.REFUSED, str(refusal))
