"""Which elements of an HTML mail a reader cannot see: not shown, no size, off the page, the paper's colour."""

import re
from dataclasses import dataclass, replace

# Possessive wherever blanks may be taken in two ways: a strange mail with half a megabyte of them must cost no minutes.
_ATTRIBUTE = re.compile(
    r"(?:^|[\s\"'/])(style|class|color|bgcolor|hidden|background)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|"
    r"font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|em|rem|%)?\s*+(?:!\s*important\s*)?(?:;|$)|"
    r"opacity\s*:\s*+0?(?:\.0\d*)?\s*+(?:;|$)|(?:max-)?height\s*:\s*0(?:px|pt|em|%)?\s*;[^}]{0,200}overflow\s*:\s*hidden|"
    r"(?:max-)?width\s*:\s*0(?:px|pt|em|%)?\s*;[^}]{0,200}overflow\s*:\s*hidden|"
    r"(?:text-indent|left|right|top|bottom)\s*:\s*-\d{3,}|margin(?:-left|-top)?\s*:\s*-\d{4,}|"
    r"clip\s*:\s*rect\(\s*[01]\D|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0)|"
    r"transform\s*:[^;]{0,60}(?:scale[xy]?\(\s*0(?:\.0\d*)?\s*[,)]|translate[xy]?\(\s*-\d{3,}))",
    re.IGNORECASE,
)
_SIZE_IN_EM = re.compile(r"font-size\s*:\s*1(?:\.\d+)?r?em", re.IGNORECASE)
_COLOR = re.compile(r"(?:^|[;\s])color\s*:\s*([^;]+)", re.IGNORECASE)
_PAPER = re.compile(r"(?:^|[;\s])background(?:-color)?\s*:\s*([^;]+)", re.IGNORECASE)
_BETWEEN = r"(?:\s*+,\s*+|\s++)"
_RGB = re.compile(rf"rgba?\(\s*(\d{{1,3}}){_BETWEEN}(\d{{1,3}}){_BETWEEN}(\d{{1,3}})\s*+(?:[,/]\s*+([\d.]++%?)\s*+)?\)")
_NAMES = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "whitesmoke": (245, 245, 245),
    "azure": (240, 255, 255),
    "black": (0, 0, 0),
}
_NEAR = 24  # of 255 in each channel: nobody reads #f0f0f0 on white
_CLASS_RULE = re.compile(r"\.([\w-]{1,80})\s*\{([^{}]{0,2000})\}")
_MEDIA = re.compile(r"@media[^{]{0,500}\{(?:[^{}]{0,500}\{[^{}]{0,2000}\}){0,300}[^{}]{0,500}\}")

_SUSPECT = re.compile(  # in lower case: ignoring case would take three times as long
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide|font-size\s*:\s*[01](?:px|pt)?\s*[;\"']|"
    r"opacity\s*:\s*0[;\"'. ]|(?:indent|left|right|top|bottom|margin)\s*:\s*-\d{3}|"
    r"\shidden[\s>]|clip(?:-path)?\s*:|(?:scale|translate)[xy]?\(\s*[-0]|"
    r"color\s*[:=]\s*+[\"']?\s*+(?:white|#f{3,6}\b|#f[a-f0-9]f[a-f0-9]f[a-f0-9]|transparent|rgba?\(\s*2[45])",
)

Colour = tuple[int, int, int]
_WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Style:
    """What an element inherits. `ink` and `paper` are None when unknown, which counts as readable."""

    gone: bool = False  # not shown at all, nor anything inside
    ink: Colour | None = (0, 0, 0)
    paper: Colour | None = _WHITE

    @property
    def hidden(self) -> bool:
        """Whether text in this style cannot be seen."""
        if self.gone or self.ink is None or self.paper is None:
            return self.gone
        return all(abs(a - b) <= _NEAR for a, b in zip(self.ink, self.paper, strict=True))

    def hide(self) -> "Style":
        """Return the same style, not shown."""
        return replace(self, gone=True)


def class_rules(sheet: str) -> dict[str, str]:
    """Return the declarations of the simple class rules of a style sheet; rules for other media are left out."""
    return dict(_CLASS_RULE.findall(_MEDIA.sub(" ", sheet))[:500])


def inherit(parent: Style, attributes: str, classes: dict[str, str]) -> Style:
    """Return the style of an element with these attributes inside `parent`."""
    if parent.gone or not attributes or attributes.isspace():
        return parent
    given = {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(attributes)}
    if not given:
        return parent
    if "hidden" in given:
        return parent.hide()
    return _painted(parent, given, _declarations(given, classes))


def _declarations(given: dict[str, str], classes: dict[str, str]) -> str:
    ours = (classes[name] for name in given.get("class", "").split()[:20] if name in classes)
    return ";".join((*ours, given.get("style", "")))


def _painted(parent: Style, given: dict[str, str], declared: str) -> Style:
    if _GONE.search(declared) and not _SIZE_IN_EM.search(declared):
        return parent.hide()
    ink, paper = parent.ink, parent.paper
    if colour := _last(_COLOR, declared) or given.get("color", ""):
        if colour.strip().lower() == "transparent":
            return parent.hide()
        ink = _rgb(colour)
    if background := _last(_PAPER, declared) or given.get("bgcolor", "") or given.get("background", ""):
        named = _rgb(background)
        paper = parent.paper if "transparent" in background or background.strip() in ("none", "inherit") else named
    return Style(False, ink, paper)


def _last(pattern: re.Pattern[str], declared: str) -> str:
    found = pattern.findall(declared)
    return str(found[-1]) if found else ""


def _rgb(value: str) -> Colour | None:
    """Return the colour that a value names; None when it names none that we know."""
    text = value.strip().lower().partition("!")[0].strip()
    head = text.split(" ")[0]
    if head in _NAMES:
        return _NAMES[head]
    if match := re.fullmatch(r"#?([0-9a-f]{3}|[0-9a-f]{6})", head):
        digits = match[1] if len(match[1]) == 6 else "".join(c * 2 for c in match[1])
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    if match := _RGB.search(text):
        return (int(match[1]), int(match[2]), int(match[3]))
    return None


def may_hide(page: str) -> bool:
    """Whether the page has marks of hidden text, so that its visible text must be preferred to the plain twin."""
    return _SUSPECT.search(page.lower()) is not None
