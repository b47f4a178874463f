"""Text models: where their examples are, how one is fitted, where the fitted ones are kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from tasks.domain.catalog import Catalog
from tasks.domain.learning.examples import Example

if TYPE_CHECKING:  # it brings numpy, and most commands judge nothing
    from tasks.domain.learning.model import TextModel


class Models(Protocol):
    """The fitted models: the office's own, the one before it, and the shipped one behind them."""

    def current(self) -> "TextModel":
        """Return the model in use: the office's own if it can be read, else the shipped one."""
        ...

    def previous(self) -> "TextModel | None":
        """Return the office's own model before the one in use, None when none was kept or it cannot be read."""
        ...

    def keep(self, model: "TextModel") -> None:
        """Put a model in use; the one that was in use is kept as the previous one. Whole or not at all."""
        ...


class Trainer(Protocol):
    """Fits models. Slow (seconds) and heavy: never on the way of a message."""

    def version(self, examples: Sequence[Example], catalog: Catalog) -> str:
        """Return the version that fitting on these would give: the same texts, the same version. Quick."""
        ...

    def fit(self, examples: Sequence[Example], catalog: Catalog) -> "TextModel":
        """Return the model fitted on the examples and the catalog's vocabulary; the same input gives the same model."""
        ...
