"""Reading what an attached document says."""

from typing import Protocol


class Documents(Protocol):
    """Extracts text from attached files, bounded in size and time. Never raises on any content."""

    def text(self, name: str, content: bytes) -> str | None:
        """Return the words of a document ("" when it has none); None when it could not be read.

        `name` tells the kind of file. A scan, an encrypted, damaged or too large file gives None: a person opens it.
        """
        ...
