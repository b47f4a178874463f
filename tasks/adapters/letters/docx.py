"""Word letters: docxtpl in a sandbox, where what comes from outside can only be text.

Templates lie in folders looked up in order, so that an office's own file stands in front of the shipped one.
"""

import html
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree  # type: ignore[import-untyped]
from markupsafe import Markup, escape

from tasks.adapters.letters.package import pack, unpack
from tasks.domain.letters.context import LetterContext
from tasks.domain.letters.fields import sample
from tasks.domain.letters.others import OTHER_LETTERS
from tasks.domain.mail.reading.characters import clean
from tasks.domain.template_fields import all_names, closest, no_such_field
from tasks.ports.errors import TemplateProblem
from tasks.ports.letters import Picture

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")
_PROPERTY_LIMIT = 255  # characters of a core property (python-docx refuses more)
_NOT_IN_XML = re.compile("[\ufffe\uffff]")  # XML 1.0 §2.2, besides the controls that `clean` takes away
_SHIPPED = ("default", "muestra")  # besides those of OTHER_LETTERS
_PARAGRAPH = re.compile(r"<w:p[ >]")
_BLOCK = re.compile(r"\{%-?\s*(end)?(?:if|for)\b")
_QUOTED = re.compile(r"'([^']+)' is undefined|attribute '([^']+)'")


class DocxRenderer:
    """Implements `LetterRenderer`. Compiled templates are kept while their text stays the same."""

    def __init__(
        self,
        folders: Sequence[Path],
        samples: Mapping[str, Mapping[str, Any]] | None = None,
        policies: Sequence[str] | None = None,
    ) -> None:
        """`samples` and `policies` are for `check`: the known fields of a further family, and whose letters may exist.

        A family is the folder of its templates: ("reports": {"vigencia": …}).
        """
        self._folders = tuple(folders)
        self._letters = None if policies is None else {*_SHIPPED, *OTHER_LETTERS, *policies}
        others = {f"letters/{name}": sample(fields) for name, fields in OTHER_LETTERS.items()}
        self._samples = {"letters": sample(LetterContext), **others, **(samples or {})}
        self._environment = _Environment(
            autoescape=True, undefined=StrictUndefined, finalize=_as_text, keep_trailing_newline=True
        )
        del self._environment.filters["safe"]  # nothing in a letter may pass as markup

    def template_for(self, policy: str) -> str:
        """Return the name of the policy's own letter when there is one, else "letters/default"."""
        own = f"letters/{policy}"
        return own if _NAME.fullmatch(own) and self._find(own) else "letters/default"

    def render(self, template: str, context: Mapping[str, Any]) -> bytes:
        """Return the .docx made of the template; see `LetterRenderer`."""
        document = _Document(io.BytesIO(self._read(template)))
        try:
            document.render(_drawn(document, context), self._environment, autoescape=True)
            filled = io.BytesIO()
            document.save(filled)
        except UndefinedError as error:
            raise _unknown_field(template, error, context) from error
        except TemplateError as error:
            raise TemplateProblem(f"plantilla {template}.docx: {_syntax(error, document)}") from error
        except (KeyError, ValueError, TypeError, ArithmeticError, etree.LxmlError, zipfile.BadZipFile) as error:
            raise TemplateProblem(f"plantilla {template}.docx: no se pudo llenar ({error})") from error
        return pack(unpack(filled.getvalue()))

    def check(self) -> list[str]:
        """Return one line per problem, in the order of the templates' names."""
        return [line for name in self._names() for line in self._problems(name)]

    def _problems(self, name: str) -> list[str]:
        known = self._samples.get(name, self._samples.get(name.partition("/")[0]))
        family, _, own = name.partition("/")
        if family == "letters" and self._letters is not None and own not in self._letters:
            return [f"plantilla {name}.docx: ningún oficio la usa, por su nombre{closest(own, self._letters)}"]
        try:
            unknown = self._unknown(name, known)
            if known is not None and not unknown:
                self.render(name, known)  # finds what only a nested value lacks
        except TemplateProblem as problem:
            return [str(problem)]
        return unknown

    def _unknown(self, name: str, known: Mapping[str, Any] | None) -> list[str]:
        """Compile the template; return its top-level fields that are not known, in every branch of it."""
        lines = []
        for source in _sources(_Document(io.BytesIO(self._read(name)))):
            by_paragraph = _PARAGRAPH.sub(r"\n\g<0>", source)
            try:
                self._environment.from_string(by_paragraph)
            except TemplateSyntaxError as error:
                said = f"marca mal escrita ({error.message}){_broken_at(by_paragraph, error)}"
                raise TemplateProblem(f"plantilla {name}.docx: {said}") from error
            fields = meta.find_undeclared_variables(self._environment.parse(source)) - {*self._environment.globals}
            if known is not None:
                lines += [_unknown_line(name, field, source, known) for field in sorted(fields - {*known})]
        return lines

    def _names(self) -> list[str]:
        paths = (path.relative_to(folder) for folder in self._folders for path in folder.glob("*/*.docx"))
        # Word's lock files begin with "~$".
        return sorted({path.with_suffix("").as_posix() for path in paths if not path.name.startswith("~$")})

    def _find(self, name: str) -> Path | None:
        paths = (folder / f"{name}.docx" for folder in self._folders)
        return next((path for path in paths if path.is_file()), None)

    def _read(self, name: str) -> bytes:
        path = self._find(name) if _NAME.fullmatch(name) else None
        if path is None:
            raise TemplateProblem(f"plantilla {name[:80]}.docx: no existe; carpeta: templates/{name.partition('/')[0]}")
        content = path.read_bytes()
        if not zipfile.is_zipfile(io.BytesIO(content)):
            raise TemplateProblem(
                f"plantilla {name}.docx: no es un documento de Word (.docx); ábralo y guárdelo como tal"
            )
        return content


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox that compiles the same source once: a letter's parts are the same for each letter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled = lru_cache(maxsize=256)(super().from_string)

    def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Template:
        return self._compiled(source) if globals is template_class is None else super().from_string(source, globals)


class _Document(DocxTemplate):  # type: ignore[misc]
    """docxtpl, with its clean-up of the template kept, and strict where it would lose text in silence."""

    def patch_xml(self, src_xml: str) -> str:
        return _patched(src_xml)

    def fix_tables(self, xml: str) -> Any:
        etree.fromstring(xml)  # docxtpl recovers from broken XML by dropping the rest of the letter
        return super().fix_tables(xml)

    def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """Fill the document's properties: they are plain strings, so no escaping, and short."""
        properties = self.docx.core_properties
        for name in ("author", "subject", "title"):
            rendered = jinja_env.from_string(getattr(properties, name)).render(context)
            setattr(properties, name, html.unescape(rendered)[:_PROPERTY_LIMIT])


def _drawn(document: _Document, value: Any) -> Any:
    """Return the context with its pictures as docxtpl draws them."""
    if isinstance(value, Picture):
        return InlineImage(document, io.BytesIO(value.png), width=Mm(value.width))
    if isinstance(value, Mapping):
        return {key: _drawn(document, part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_drawn(document, part) for part in value]
    return value


@lru_cache(maxsize=64)
def _patched(source: str) -> str:
    return str(DocxTemplate.patch_xml(None, source))


def _as_text(value: Any) -> Any:
    """Return what an expression gives as clean, escaped text; pictures and rich text of docxtpl pass as they are."""
    if not isinstance(value, str):
        return value
    if hasattr(value, "__html__"):  # what a filter escaped
        return Markup(_NOT_IN_XML.sub("", clean(value)))  # noqa: S704
    escaped = str(escape(_NOT_IN_XML.sub("", clean(value))))
    # docxtpl would read "{_{" as its own mark.
    return Markup(escaped.replace("_", "&#95;"))  # noqa: S704


def _sources(document: _Document) -> list[str]:
    """Return the parts in which fields may stand, cleaned of Word's markup as far as docxtpl does it."""
    document.init_docx()
    parts = [document.get_xml()]
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        parts += [document.get_part_xml(part) for _, part in document.get_headers_footers(uri)]
    properties = document.docx.core_properties
    return [*map(_patched, parts), properties.title, properties.subject, properties.author]


def _unknown_field(template: str, error: UndefinedError, context: Mapping[str, Any]) -> TemplateProblem:
    found = _QUOTED.search(error.message or "")
    if found is None:
        return TemplateProblem(f"plantilla {template}.docx: falta un dato ({error.message})")
    field = next(name for name in found.groups() if name)
    return TemplateProblem(f"plantilla {template}.docx: {no_such_field(field, all_names(context))}")


def _unknown_line(template: str, field: str, source: str, known: Mapping[str, Any]) -> str:
    return f"plantilla {template}.docx: {no_such_field(field, all_names(known), _place(source, field))}"


def _place(source: str, field: str) -> str:
    """Return where the field stands, by the words around it."""
    for paragraph in re.findall(r"<w:p[ >].*?</w:p>", source, flags=re.DOTALL):
        text = _said(paragraph)
        if re.search(rf"\b{re.escape(field)}\b", text):
            return f" (en «{text[:60]}»)"
    return ""


def _broken_at(by_paragraph: str, error: TemplateSyntaxError) -> str:
    """Return where a mark is broken, by its paragraph's words: the block left open, else the line that Jinja names."""
    lines = by_paragraph.split("\n")
    left_open: list[str] = []
    for line in lines:
        for ends in _BLOCK.findall(line):
            left_open = left_open[:-1] if ends else [*left_open, line]
    line = left_open[-1] if left_open else lines[min(error.lineno, len(lines)) - 1]
    text = _said(line)
    return f", en «{text[:60]}»" if text else ""


def _said(paragraph: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", paragraph).split())


def _syntax(error: TemplateError, document: DocxTemplate) -> str:
    context = " ".join(" ".join(getattr(error, "docx_context", ())).split())
    return f"marca mal escrita ({error.message or error})" + (f", cerca de «{context[:80]}»" if context else "")
