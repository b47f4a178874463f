"""What the text model sees of a text: words, pairs of words, and pieces of words that survive a slip of the finger."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, pairwise

_PIECE = 4  # letters; pieces of three and five beside them told no more (cross-validated on the examples)
PIECE_MARK = "#"
_LONGEST = 30  # letters of a word; longer ones are links and keys
_MAX_WORDS = 1_500  # a need is said sooner; keeps a megabyte of text from costing seconds
_SILENT = frozenset(
    """a al algo ante asi aun cada como con cual cuando de del desde donde el ella ellos en entre era es esa ese eso
    esta este esto fue ha han hay la las le les lo los mas me mi muy nos o os para pero por que se ser si sin sobre son
    su sus tan te un una uno unos y ya""".split()  # noqa: SIM905
)  # words that stand in every text and say nothing


def grams(tokens: Iterable[str]) -> list[str]:
    """Return the features of folded singular words: "presupuesto", "plan accion", "#supu" (a piece inside a word)."""
    spoken = [word for word in islice(tokens, _MAX_WORDS) if word not in _SILENT]
    found = spoken + [f"{first} {second}" for first, second in pairwise(spoken)]
    for word in spoken:
        found += _pieces(word)
    return found


@lru_cache(maxsize=20_000)  # a language has few words: most of a mail's were met before
def _pieces(word: str) -> tuple[str, ...]:
    if len(word) < _PIECE:
        return ()
    framed = f"_{word[:_LONGEST]}_"
    return tuple(PIECE_MARK + framed[at : at + _PIECE] for at in range(len(framed) - _PIECE + 1))


def counted(tokens: Iterable[str]) -> Counter[str]:
    """Return how often each feature stands in the words (as `stems` gives them)."""
    return Counter(grams(tokens))
