"""HTML to the text a reader sees: hidden elements go, cells of a row stand on one line, size is bounded.

A tokenizer of its own rather than a tree: a mail's HTML is judged, never shown, and 6 KB must take well under a
millisecond. Every pattern is linear or bounded, since the page is hostile.
"""

import html
import re
from dataclasses import dataclass, field

from tasks.domain.mail.reading.style import Style, class_rules, inherit

MAX_HTML = 400_000  # characters read; a longer page is a newsletter or an attack
_MAX_DEPTH = 250

# Possessive and bounded: an unclosed tag or quote costs no more than its own length.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^<>]{0,2000}>|"
    r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})((?:[^<>\"']++|\"[^\"]{0,4000}+\"|'[^']{0,4000}+'){0,60}+)>",
    re.DOTALL,
)
_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    }
)  # fmt: skip
_DROPPED = frozenset(
    {
        "head", "style", "script", "title", "template", "noscript", "svg", "math", "object", "select",
        "textarea", "button",
    }
)  # fmt: skip
_BLOCK = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt",
        "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "ul",
    }
)  # fmt: skip
_PARAGRAPH = frozenset(
    {
        "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote",
    }
)  # fmt: skip
# A new one of these ends an open one of those (HTML lets writers leave the end tags out).
_ENDS: dict[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tr": frozenset({"tr"}),
    "p": frozenset({"p"}),
    "div": frozenset({"p"}),
    "table": frozenset({"p"}),
}
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


@dataclass(slots=True)
class _Open:
    """An element not yet closed; one with `wraps` gathers its own text, put in place when it ends."""

    tag: str
    style: Style
    wraps: bool = False
    start: int = 0


@dataclass(slots=True)
class _Writer:
    """The text so far and the elements that are open."""

    classes: dict[str, str]
    out: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    @property
    def style(self) -> Style:
        return self.open[-1].style if self.open else Style()

    def text(self, raw: str) -> None:
        if not raw or self.style.hidden or (raw.isspace() and self._at_line_start()):
            return
        self.out.append(_SPACE.sub(" ", html.unescape(raw)))

    def start(self, tag: str, attributes: str) -> None:
        self._end_implied(tag)
        if tag == "br":
            self.out.append("\n")
        elif tag in _BLOCK:
            self._break(tag)
        if tag in _VOID or len(self.open) >= _MAX_DEPTH:
            return
        style = inherit(self.style, attributes, self.classes)
        if tag in _DROPPED:
            style = style.hide()
        self.open.append(_Open(tag, style, tag in ("td", "th") or _is_quote(tag, attributes), len(self.out)))

    def end(self, tag: str) -> None:
        if not any(element.tag == tag for element in reversed(self.open)):
            return
        while True:
            element = self.open.pop()
            self._close(element)
            if element.tag == tag:
                return

    def finish(self) -> str:
        while self.open:
            self._close(self.open.pop())
        return "".join(self.out)

    def _end_implied(self, tag: str) -> None:
        if self.open and self.open[-1].tag in _ENDS.get(tag, ()):
            self._close(self.open.pop())
        elif tag == "tr" and len(self.open) > 1 and self.open[-1].tag in ("td", "th"):
            self.end("tr")

    def _close(self, element: _Open) -> None:
        if element.wraps:
            inside = tidy("".join(self.out[element.start :]))
            del self.out[element.start :]
            self.out.append(_cell(inside) if element.tag in ("td", "th") else _quoted(inside))
        elif element.tag == "tr":
            self.out.append("\n")
        elif element.tag in _BLOCK:
            self._break(element.tag)

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPH:
            self.out.append("\n\n")
        elif not self._at_line_start():
            self.out.append("\n")

    def _at_line_start(self) -> bool:
        return not self.out or self.out[-1].endswith("\n")


def _is_quote(tag: str, attributes: str) -> bool:
    return tag == "blockquote" and ("cite" in attributes or "gmail_quote" in attributes)


def _quoted(text: str) -> str:
    return "\n" + "\n".join(f"> {line}" for line in text.split("\n")) + "\n" if text else ""


def _cell(text: str) -> str:
    """A cell of a few lines stays on its row; a layout table's big cell keeps its lines."""
    if not text:
        return ""
    if text.count("\n") <= 3 and len(text) <= 300:
        return " ".join(text.split()) + " | "
    return f"\n{text}\n"


def tidy(text: str) -> str:
    """Return text with no spaces at line ends, no bar after a row's last cell and at most one empty line in a row."""
    lines = [line.strip().removesuffix(" |").removesuffix("|").rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def to_text(page: str) -> str:
    """Return the visible text of an HTML page."""
    page = page[:MAX_HTML]
    writer = _Writer(class_rules(_sheets(page)))
    end = 0
    for token in _TOKEN.finditer(page):
        writer.text(page[end : token.start()])
        end = token.end()
        if token[2] is None:
            continue
        tag = token[2].lower()
        if token[1]:
            writer.end(tag)
        else:
            writer.start(tag, token[3] or "")
    writer.text(page[end:])
    return tidy(writer.finish())


def _sheets(page: str) -> str:
    """Return the contents of the page's style elements."""
    sheets: list[str] = []
    lower, at = page.lower(), 0
    while len(sheets) < 50 and (start := lower.find("<style", at)) >= 0:
        at = lower.find("</style", start)
        at = at if at >= 0 else len(page)
        sheets.append(page[start:at].partition(">")[2])
    return "\n".join(sheets)[:100_000]
