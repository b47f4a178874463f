"""A Microsoft 365 mailbox through Microsoft Graph: delta query for what is new, MIME content, move and categories."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from tasks.adapters.mailbox.asking import wait_by_asking
from tasks.adapters.mailbox.unreadable import Unreadable
from tasks.clients.graph import GraphAway, GraphClient, GraphRefusal
from tasks.ports.errors import MailboxUnavailable
from tasks.ports.mailbox import After, Listing, MessageRef, RawMessage

T = TypeVar("T")
_PAGE = 200
_GENERATION = "immutable"  # Graph promises that these identifiers stay for as long as the message does
_CATEGORY = "Mesa MIPG"  # what staff see on a message that is safe
# Names that Graph takes in place of a folder's id, in any language of the mailbox.
_WELL_KNOWN = frozenset({"inbox", "archive", "junkemail", "sentitems"})
_GONE = frozenset({404, 410})
_NO_SUCH_ITEM = frozenset({"erroritemnotfound", "itemnotfound"})  # other 404s: no mailbox, no user, no such address
_US = frozenset({401, 403})  # our permissions, no fault of a message


class GraphMailbox:
    """`Mailbox` over Graph. Identifiers are immutable ones, so they hold when a message is moved.

    The cursor is the delta link; one that Graph has forgotten (410) means listing everything again.
    """

    def __init__(
        self,
        client: GraphClient,
        address: str,
        *,
        inbox: str = "inbox",
        after: After = "keep",
        processed: str = "Procesados",
    ) -> None:
        self._client = client
        self._address = address
        self._inbox = inbox
        self._after = after
        self._processed = processed
        self._folders: dict[str, str] = {}
        self._received: dict[str, datetime] = {}

    @property
    def name(self) -> str:
        return f"graph://{self._address}/{self._inbox}"

    def ping(self) -> str:
        def look() -> str:
            folder = self._client.get(self._folder(self._inbox))
            return f'Graph {self._address}, folder "{self._inbox}": {folder.get("totalItemCount", "?")} messages'

        return self._ask(look)

    def listing(self, cursor: str | None) -> Listing:
        return self._ask(lambda: self._delta(cursor if cursor and self._client.is_ours(cursor) else None))

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[RawMessage]:
        unreadable = Unreadable(f"Graph {self._address}")
        for ref in refs:
            if ref.generation != _GENERATION:
                continue
            raw = self._ask(lambda uid=ref.uid: self._content(uid, unreadable))  # type: ignore[misc]
            if raw is not None:
                unreadable.read()
                yield RawMessage(ref, raw, self._received.pop(ref.uid, None))
        unreadable.tell()

    def settle(self, refs: Sequence[MessageRef]) -> None:
        if self._after == "keep":
            return
        refused: list[GraphRefusal] = []
        for ref in refs:
            if ref.generation == _GENERATION:
                self._ask(lambda uid=ref.uid: self._mark(uid, refused))  # type: ignore[misc]
        if refused:  # told when all the others are marked
            raise self._unavailable(refused[0])

    def wait(self, cursor: str | None, seconds: float) -> bool:
        """Ask again now and then: Graph's own notifications need an address of ours that it can reach."""
        return wait_by_asking(lambda: bool(self.listing(cursor).refs), seconds)

    def close(self) -> None:
        self._client.close()

    def _delta(self, link: str | None) -> Listing:
        start = self._folder(self._inbox) + "/messages/delta?$select=id,receivedDateTime"
        found: dict[str, datetime | None] = {}
        cursor = ""
        try:
            for page in self._pages(link or start, Prefer=f'IdType="ImmutableId", odata.maxpagesize={_PAGE}'):
                for item in page.get("value", ()):
                    uid = str(item.get("id") or "")
                    if "@removed" in item:
                        found.pop(uid, None)
                    elif uid:
                        found[uid] = _moment(item.get("receivedDateTime"))
                cursor = str(page.get("@odata.deltaLink") or "")
        except GraphRefusal as refusal:
            if link is None or refusal.status not in {400, *_GONE}:
                raise
            return self._delta(None)  # the link has lapsed: everything once more, the ledger knows what is old
        return self._listed(found, cursor)

    def _pages(self, url: str, **headers: str) -> Iterator[dict[str, Any]]:
        """Yield the pages from a link on. Raises `GraphAway` when they go round in circles, or elsewhere."""
        seen: set[str] = set()
        while url:
            if url in seen:
                raise GraphAway("the service names the same next page again and again")
            seen.add(url)
            yield (page := self._client.get(url, **headers))
            url = self._next(page)

    def _next(self, page: dict[str, Any]) -> str:
        """Return the link to the next page, "" after the last. Raises `GraphAway` for one that leads elsewhere."""
        link = str(page.get("@odata.nextLink") or "")
        if link and not self._client.is_ours(link):
            # To stop there would leave out what is new; to follow would hand our token to somebody else.
            raise GraphAway(
                f"the next page is on another server, {urlsplit(link).netloc}: check mailbox.graph.base_url"
            )
        return link

    def _listed(self, found: dict[str, datetime | None], cursor: str) -> Listing:
        self._received |= {uid: moment for uid, moment in found.items() if moment}
        # Delta answers come in no promised order.
        order = sorted(found, key=lambda uid: found[uid].timestamp() if found[uid] else 0.0)  # type: ignore[union-attr]
        return Listing(tuple(MessageRef(_GENERATION, uid) for uid in order), cursor)

    def _content(self, uid: str, unreadable: Unreadable) -> bytes | None:
        try:
            content = self._client.call("GET", self._message(uid, "/$value")).content
        except GraphRefusal as refusal:
            if refusal.status in _US:
                raise
            if refusal.status not in _GONE or refusal.code.lower() not in _NO_SUCH_ITEM:
                unreadable.add(uid, str(refusal))
            return None
        if not content:
            unreadable.add(uid, "the service lists it and sends nothing of it")
        return content or None

    def _mark(self, uid: str, refused: list[GraphRefusal]) -> None:
        try:
            message = self._client.get(self._message(uid, "?$select=parentFolderId,categories"))
            if self._after == "flag":
                self._flag(uid, message.get("categories") or [])
            elif message.get("parentFolderId") == self._id_of(self._inbox):  # else it was moved before, or by someone
                destination = {"destinationId": self._id_of(self._processed)}
                self._client.call("POST", self._message(uid, "/move"), repeatable=False, json=destination)
        except GraphRefusal as refusal:
            if refusal.status in _US:
                raise
            if refusal.status not in _GONE:
                refused.append(refusal)

    def _flag(self, uid: str, categories: list[str]) -> None:
        """Mark it unless it bears our mark: a change is listed again, and what staff marked unread since stays so."""
        if _CATEGORY not in categories:
            marks = {"isRead": True, "categories": [*categories, _CATEGORY]}
            self._client.call("PATCH", self._message(uid), json=marks)

    def _message(self, uid: str, rest: str = "") -> str:
        return self._client.user(self._address, f"/messages/{quote(uid, safe='')}{rest}")

    def _folder(self, name: str) -> str:
        known = name.lower() if name.lower() in _WELL_KNOWN else self._id_of(name)
        return self._client.user(self._address, f"/mailFolders/{quote(known, safe='')}")

    def _id_of(self, name: str) -> str:
        """Return a folder's id; one that is to take processed mail is made if it is not there."""
        if name not in self._folders:
            if name.lower() in _WELL_KNOWN:
                found = self._client.get(self._folder(name) + "?$select=id").get("id")
            else:
                found = self._named(name) or (self._make(name) if name == self._processed else None)
            if not found:
                raise GraphRefusal(404, "ErrorFolderNotFound", f'there is no folder "{name}"')
            self._folders[name] = str(found)
        return self._folders[name]

    def _named(self, name: str) -> str | None:
        folders = self._client.user(self._address, f"/mailFolders?$select=id,displayName&$top={_PAGE}")
        for page in self._pages(folders):
            for folder in page.get("value", ()):
                if str(folder.get("displayName", "")).casefold() == name.casefold():
                    return str(folder["id"])
        return None

    def _make(self, name: str) -> str | None:
        url = self._client.user(self._address, "/mailFolders")
        try:
            made: Any = self._client.call("POST", url, repeatable=False, json={"displayName": name}).json()
        except GraphRefusal as refusal:
            if refusal.status != 409:  # another worker made it meanwhile
                raise
            return self._named(name)
        return str(made.get("id") or "") or None

    def _ask(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except (GraphAway, GraphRefusal, httpx.HTTPError) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> MailboxUnavailable:
        return MailboxUnavailable(f"Graph {self._address}: {str(error) or type(error).__name__}{_advice(error)}")


def _advice(error: Exception) -> str:
    if isinstance(error, GraphRefusal) and error.status in _US:
        return " (the app registration needs the application permission Mail.ReadWrite, granted by an administrator)"
    return ""


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
