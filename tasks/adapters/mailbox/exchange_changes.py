"""What changed in an Exchange folder, page by page: SyncFolderItems ([MS-OXWSSYNC] §3.1.4.2)."""

from collections.abc import Iterator
from typing import Any

from exchangelib.fields import FieldPath
from exchangelib.folders import BaseFolder
from exchangelib.items import ID_ONLY, Item
from exchangelib.services import SyncFolderItems
from exchangelib.services.common import EWSService
from exchangelib.util import TNS

_WHOLE = frozenset({f"{{{TNS}}}Create", f"{{{TNS}}}Update"})  # these enclose the item itself


class _Service(SyncFolderItems):  # type: ignore[misc]
    """exchangelib looks for a SyncState in every answer and trips over a refusal, which need not have one."""

    def _get_element_container(self, message: Any, name: str | None = None) -> Any:
        if message.get("ResponseClass") == "Error":
            return EWSService._get_element_container(self, message=message, name=name)
        return super()._get_element_container(message=message, name=name)

    def _elem_to_obj(self, elem: Any) -> Any:
        """A kind of item that exchangelib does not know is one all the same: the others must not wait for it."""
        if elem.tag in _WHOLE and elem[0].tag not in BaseFolder.ITEM_MODEL_MAP:
            elem[0].tag = Item.response_tag()
        return super()._elem_to_obj(elem)


class FolderChanges:
    """Iterable of (kind, item with its reception date) since `state`, which afterwards is the new one.

    Raises exchangelib's errors as they are, `ErrorInvalidSyncStateData` for a state that the server no longer knows.
    """

    DELETE = _Service.DELETE
    READ_FLAG_CHANGE = _Service.READ_FLAG_CHANGE

    def __init__(self, folder: Any, state: str | None) -> None:
        self._folder = folder
        self.state = state or ""

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        service = _Service(account=self._folder.account)
        fields = {FieldPath(field=self._folder.get_item_field_by_fieldname("datetime_received"))}
        while True:
            asked = {"ignore": None, "max_changes_returned": 512, "sync_scope": None}
            yield from service.call(self._folder, ID_ONLY, fields, self.state or None, **asked)
            stuck, self.state = service.sync_state == self.state, service.sync_state or ""
            if stuck or service.includes_last_item_in_range:
                return
