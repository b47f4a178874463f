"""A mailbox on an Exchange server: SyncFolderItems for what is new, MIME content, move and categories."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from tasks.adapters.mailbox.asking import wait_by_asking
from tasks.adapters.mailbox.exchange_changes import FolderChanges
from tasks.adapters.mailbox.unreadable import Unreadable
from tasks.clients.ews import EwsClient
from tasks.ports.errors import MailboxUnavailable
from tasks.ports.mailbox import After, Listing, MessageRef, RawMessage

T = TypeVar("T")
_GENERATION = "ews"  # an item's identifier is never given to another; it changes when the item moves
_PAGE = 10  # messages in memory at once
_MARKED = 50  # in one request
_CATEGORY = "Mesa MIPG"  # what staff see on a message that is safe


class ExchangeMailbox:
    """`Mailbox` over EWS. The cursor is the state of SyncFolderItems; one the server refuses means listing anew."""

    def __init__(
        self, client: EwsClient, *, inbox: str = "inbox", after: After = "keep", processed: str = "Procesados"
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._after = after
        self._processed = processed
        self._folders: dict[str, Any] = {}

    @property
    def name(self) -> str:
        return f"ews://{self._client.access.address}/{self._inbox}"

    def ping(self) -> str:
        def look() -> str:
            folder = self._folder(self._inbox)
            folder.refresh()
            return f'{self._client.access}, folder "{self._inbox}": {folder.total_count} messages'

        return self._ask(look)

    def listing(self, cursor: str | None) -> Listing:
        return self._ask(lambda: self._changes(cursor))

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[RawMessage]:
        mine = [ref for ref in refs if ref.generation == _GENERATION]
        unreadable = Unreadable(str(self._client.access))
        for start in range(0, len(mine), _PAGE):
            yield from self._page(mine[start : start + _PAGE], unreadable)
        unreadable.tell()

    def settle(self, refs: Sequence[MessageRef]) -> None:
        mine = [ref for ref in refs if ref.generation == _GENERATION]
        if self._after == "keep":
            return
        mark = self._flag if self._after == "flag" else self._move
        refused: list[MailboxUnavailable] = []
        for start in range(0, len(mine), _MARKED):
            page = mine[start : start + _MARKED]
            try:
                self._ask(lambda page=page: mark(page))  # type: ignore[misc]
            except MailboxUnavailable as error:
                if not _is_refusal(error):
                    raise
                refused.append(error)  # told when all the others are marked
        if refused:
            raise refused[0]

    def wait(self, cursor: str | None, seconds: float) -> bool:
        if self.listing(cursor).refs:
            return True
        try:
            return self._ask(lambda: self._notified(cursor, seconds))
        except MailboxUnavailable:  # streaming is switched off, or a proxy cuts it
            return wait_by_asking(lambda: bool(self.listing(cursor).refs), seconds)

    def close(self) -> None:
        self._folders.clear()
        self._client.close()

    def _changes(self, cursor: str | None) -> Listing:
        from exchangelib.errors import ErrorInvalidSyncStateData

        found: dict[str, datetime | None] = {}
        try:
            for change, item in (changes := FolderChanges(self._folder(self._inbox), cursor)):
                if change == FolderChanges.DELETE:
                    found.pop(item.id, None)
                elif change != FolderChanges.READ_FLAG_CHANGE:
                    found[item.id] = _moment(item.datetime_received)
        except ErrorInvalidSyncStateData:
            if not cursor:
                raise
            return self._changes(None)
        order = sorted(found, key=lambda uid: moment.timestamp() if (moment := found[uid]) else 0.0)
        return Listing(tuple(MessageRef(_GENERATION, uid) for uid in order), changes.state)

    def _notified(self, cursor: str | None, seconds: float) -> bool:
        """Listen to streaming notifications, at least a minute: the protocol counts in minutes."""
        folder = self._folder(self._inbox)
        with folder.streaming_subscription(event_types=["NewMailEvent", "CreatedEvent", "MovedEvent"]) as subscription:
            if self.listing(cursor).refs:  # came before the subscription
                return True
            minutes = max(1, min(29, round(seconds / 60)))
            told = folder.get_streaming_events(subscription, minutes, max_notifications_returned=1)
            return any(notification.events for notification in told)

    def _page(self, page: Sequence[MessageRef], unreadable: Unreadable) -> Iterator[RawMessage]:
        """Yield what is there of a page. One message that the server refuses spoils no other."""
        try:
            items = self._ask(lambda: self._items(page))
        except MailboxUnavailable as error:
            if not _is_refusal(error):
                raise
            if len(page) == 1:
                return unreadable.add(page[0].uid, str(error))
            for ref in page:
                yield from self._page([ref], unreadable)
            return None
        for ref, item in zip(page, items, strict=True):
            if isinstance(item, Exception):
                if not _is_gone(item):
                    unreadable.add(ref.uid, f"{type(item).__name__}: {item}")
            elif item.mime_content:
                unreadable.read()
                yield RawMessage(ref, bytes(item.mime_content), _moment(item.datetime_received))
            else:
                unreadable.add(ref.uid, "the server lists it and sends no MIME content")

    def _items(self, refs: Sequence[MessageRef]) -> list[Any]:
        """Return an item, or the error that stands for it, for each place."""
        return list(self._client.account.fetch(_ids(refs), only_fields=["mime_content", "datetime_received"]))

    def _flag(self, refs: Sequence[MessageRef]) -> None:
        """Mark what bears no mark of ours: a change is listed again, and what staff marked unread since stays so."""
        from exchangelib.errors import ErrorIrresolvableConflict

        try:
            self._mark_read(refs)
        except ErrorIrresolvableConflict:  # somebody changed one between our reading and writing it
            self._mark_read(refs)

    def _mark_read(self, refs: Sequence[MessageRef]) -> None:
        account = self._client.account
        items = list(account.fetch(_ids(refs), only_fields=["is_read", "categories"]))
        _raise_but_gone(items)
        there = [i for i in items if not isinstance(i, Exception) and _CATEGORY not in (i.categories or [])]
        for item in there:
            item.is_read = True
            item.categories = [*(item.categories or []), _CATEGORY]
        if there:
            _raise_but_gone(account.bulk_update([(item, ("is_read", "categories")) for item in there]))

    def _move(self, refs: Sequence[MessageRef]) -> None:
        """Move what is still where it was: an item moved before has another identifier, so it cannot move twice."""
        account = self._client.account
        _raise_but_gone(account.bulk_move(_ids(refs), to_folder=self._folder(self._processed)))

    def _folder(self, name: str) -> Any:
        if name not in self._folders:
            self._folders[name] = self._find(name)
        return self._folders[name]

    def _find(self, name: str) -> Any:
        from exchangelib.errors import ErrorFolderExists, ErrorFolderNotFound
        from exchangelib.folders import Folder

        account = self._client.account
        if name.lower() == "inbox":
            return account.inbox
        try:
            return account.msg_folder_root // name
        except ErrorFolderNotFound:
            if name != self._processed:
                raise
        try:
            return Folder(parent=account.msg_folder_root, name=name).save()
        except ErrorFolderExists:  # another worker made it meanwhile
            return account.msg_folder_root // name

    def _ask(self, work: Callable[[], T]) -> T:
        return self._client.ask(work, MailboxUnavailable)


def _ids(refs: Sequence[MessageRef]) -> list[tuple[str, None]]:
    return [(ref.uid, None) for ref in refs]


def _raise_but_gone(answers: Sequence[Any]) -> None:
    """Raise the first error among the answers that is not about an item that is no longer there."""
    for answer in answers:
        if isinstance(answer, Exception) and not _is_gone(answer):
            raise answer


def _is_refusal(error: MailboxUnavailable) -> bool:
    """Say whether the server understood and said no to a message of the request: it is neither busy nor away."""
    from exchangelib import errors

    cause = error.__cause__
    ours = (errors.ErrorAccessDenied, errors.ErrorServerBusy, errors.ErrorTimeoutExpired)
    # A ValueError is exchangelib's word for an item of a kind that it does not know.
    named = isinstance(cause, errors.ResponseMessageError | ValueError) and not isinstance(cause, ours)
    return named or "Unknown ResponseCode" in str(cause)  # one that exchangelib has no name for


def _is_gone(answer: Exception) -> bool:
    from exchangelib.errors import ErrorInvalidId, ErrorItemNotFound

    return isinstance(answer, ErrorItemNotFound | ErrorInvalidId)


def _moment(value: Any) -> datetime | None:
    """Return a plain datetime: exchangelib's own kind and zones refuse to be mixed with others."""
    return datetime.fromtimestamp(value.timestamp(), UTC) if value else None
