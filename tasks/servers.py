"""The mail servers: settings turned into what reads a mailbox and what sends."""

from functools import cached_property
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from config.sections import Imap, Smtp
from config.settings import Settings
from tasks.domain.health import Expiry
from tasks.ports.endpoint import Credentials, Endpoint
from tasks.ports.mailbox import Mailbox
from tasks.ports.sender import Sender

if TYPE_CHECKING:
    from tasks.clients.ews import EwsClient
    from tasks.clients.graph import GraphClient


class MailServers:
    """Makes the adapters of mail. What a mailbox and a sender share, a client of Exchange or Graph, is made once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def mailbox(self) -> Mailbox:
        """Return where mail is read from."""
        from tasks.adapters.mailbox.folder import FolderMailbox
        from tasks.adapters.mailbox.imap import ImapMailbox

        box = self.settings.mailbox
        if box.backend == "folder":
            return FolderMailbox(self.settings.mailbox_path, after=box.after, processed=box.processed)
        if box.backend == "imap":
            return ImapMailbox(
                self._endpoint(box.imap),
                self._credentials(box.imap),
                inbox=box.imap.inbox,
                after=box.after,
                processed=box.processed,
            )
        if box.backend == "graph":
            from tasks.adapters.mailbox.graph import GraphMailbox

            inbox = box.graph.inbox
            return GraphMailbox(self.graph, box.address, inbox=inbox, after=box.after, processed=box.processed)
        from tasks.adapters.mailbox.exchange import ExchangeMailbox

        inbox = box.exchange.inbox
        return ExchangeMailbox(self._exchange, inbox=inbox, after=box.after, processed=box.processed)

    def sender(self) -> Sender:
        """Return what mail leaves by."""
        from tasks.adapters.sender.folder import FolderSender
        from tasks.adapters.sender.smtp import SmtpSender

        outgoing = self.settings.outgoing
        if outgoing.backend == "folder":
            return FolderSender(self.settings.outgoing_path)
        if outgoing.backend == "smtp":
            return SmtpSender(self._endpoint(outgoing.smtp), self._credentials(outgoing.smtp))
        if outgoing.backend == "graph":
            from tasks.adapters.sender.graph import GraphSender

            return GraphSender(self.graph, self.settings.mailbox.address)
        from tasks.adapters.sender.exchange import ExchangeSender

        return ExchangeSender(self._exchange)

    @cached_property
    def _exchange(self) -> "EwsClient":
        from tasks.clients.ews import EwsAccess, EwsClient

        chosen = self.settings.mailbox.exchange
        access = EwsAccess(
            endpoint=chosen.endpoint,
            address=self.settings.mailbox.address,
            username=chosen.username,
            password=chosen.password.get_secret_value(),
            auth=chosen.auth,
            access=chosen.access,
            ca_file=self.settings.optional(chosen.ca_file),
            tenant=chosen.tenant,
            client_id=chosen.client_id,
            client_secret=chosen.client_secret.get_secret_value(),
            token_url=chosen.token_url,
        )
        return EwsClient(access)

    @cached_property
    def graph(self) -> "GraphClient":
        """What speaks Microsoft Graph."""
        from tasks.clients.graph import GraphAccess, GraphClient

        chosen = self.settings.mailbox.graph
        secret = chosen.client_secret.get_secret_value()
        ca_file = self.settings.optional(chosen.ca_file)
        access = GraphAccess(chosen.tenant, chosen.client_id, secret, chosen.base_url, chosen.authority, ca_file)
        return GraphClient(access)

    def expiries(self) -> tuple[Expiry, ...]:
        """Return the last days of the servers' certificates, asked of them."""
        from tasks.adapters.certificates import expiry

        box, outgoing = self.settings.mailbox, self.settings.outgoing
        found = []
        if box.backend == "imap" and (day := expiry(self._endpoint(box.imap), "imap")):
            found.append(Expiry(f"El certificado de {box.imap.host}", day))
        if outgoing.backend == "smtp" and (day := expiry(self._endpoint(outgoing.smtp), "smtp")):
            found.append(Expiry(f"El certificado de {outgoing.smtp.host}", day))
        if "exchange" in (box.backend, outgoing.backend) and (day := expiry(self._ews_endpoint(), "https")):
            found.append(Expiry(f"El certificado de {self._ews_endpoint().host}", day))
        return tuple(found)

    def _ews_endpoint(self) -> Endpoint:
        chosen = self.settings.mailbox.exchange
        parts = urlsplit(chosen.endpoint)
        security: Literal["ssl", "none"] = "ssl" if parts.scheme == "https" else "none"
        return Endpoint(parts.hostname or "", parts.port or 443, security, self.settings.optional(chosen.ca_file))

    def _endpoint(self, server: Imap | Smtp) -> Endpoint:
        return Endpoint(server.host, server.port, server.security, self.settings.optional(server.ca_file))

    def _credentials(self, server: Imap | Smtp) -> Credentials:
        if server.auth == "xoauth2":
            from tasks.clients.oauth import ClientCredentials, TokenSource

            secret, ca_file = server.client_secret.get_secret_value(), self.settings.optional(server.ca_file)
            asked = ClientCredentials(server.token_url, server.client_id, secret, server.scope, ca_file)
            tokens = TokenSource(asked)
            return Credentials(server.username, token=tokens, forget=tokens.forget)
        return Credentials(server.username, server.password.get_secret_value())
