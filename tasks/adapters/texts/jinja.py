"""Mails from Jinja templates in a sandbox: values are escaped in HTML and evaluated nowhere."""

import re
import traceback
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tasks.domain.letters.fields import OfficeFields, field_names
from tasks.domain.mail.reading.characters import clean, one_line
from tasks.domain.mail.writing.contexts.mails import MAILS
from tasks.domain.mail.writing.links import mailto, order_label, token_line
from tasks.domain.spanish import of, to, with_article
from tasks.domain.template_fields import all_names, no_such_field
from tasks.ports.errors import TemplateProblem
from tasks.ports.texts import MailText

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SUBJECT = re.compile(r"\s*Asunto:([^\n]*)(?:\n|$)")
_SUBJECT_LINE = re.compile(r"^Asunto:", re.MULTILINE)
_COMMENTS = re.compile(r"\{#.*?#\}", re.DOTALL)
_BLANK_LINES = re.compile(r"\n{3,}")
_MISSING = re.compile(r"'([^']+)' is undefined|attribute '([^']+)'")
_ALWAYS = frozenset({"oficina", "token", "asunto_correo"})  # besides the mail's own fields


class JinjaTexts:
    """Implements `Texts`. The first folder that has a template gives it; edited files count at once."""

    def __init__(self, folders: Sequence[Path], office: OfficeFields | None = None) -> None:
        self._folders = tuple(folders)
        self._office = (office or OfficeFields()).fields()
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            autoescape=lambda name: name is not None and name.endswith(".html"),
            undefined=StrictUndefined,
            finalize=_cleaned,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        del self._environment.filters["safe"]  # nothing in a mail may pass as markup
        self._environment.globals |= {"mailto": mailto, "linea_clave": token_line, "rotulo": order_label}
        self._environment.filters |= {"con_a": _with_to, "con_de": of, "numeros": _numbers}

    def mail(self, name: str, context: Mapping[str, Any]) -> MailText:
        """Return the mail `name` filled with `context`; see `Texts`."""
        values = {"token": "", "oficina": self._office, **context}
        written = self._render(f"mail/{name}.txt", values)
        found = _SUBJECT.match(written)
        if found is None:
            raise TemplateProblem(f"plantilla mail/{name}.txt: su primera línea debe ser «Asunto: …»")
        subject = one_line(found[1])
        text = _BLANK_LINES.sub("\n\n", written[found.end() :]).strip() + "\n"
        page = self._render(f"mail/{name}.html", {**values, "asunto_correo": subject})
        return MailText(subject, text, self._inliner.inline(page))

    def page(self, name: str, context: Mapping[str, Any]) -> str:
        """Return the page `name` filled with `context`; see `Texts`."""
        return self._render(f"{name}.html", context)

    def check(self) -> list[str]:
        """Return one line per problem: a template that does not compile, lacks its twin or names an unknown field."""
        return [line for name in self._names() for line in self._problems(name)]

    def _render(self, template: str, values: Mapping[str, Any]) -> str:
        if not _NAME.fullmatch(Path(template).stem):
            raise TemplateProblem(f"plantilla «{template[:80]}»: nombre no admitido")
        try:
            return self._environment.get_template(template).render(values)
        except TemplateNotFound as error:
            raise TemplateProblem(f"plantilla {error.name}: no existe en la carpeta de plantillas") from error
        except TemplateSyntaxError as error:
            raise _syntax(error) from error
        except UndefinedError as error:
            raise _unknown_field(template, error, values) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, OSError) as error:
            where = _line(template, error)
            raise TemplateProblem(f"plantilla {template}{where}: no se pudo llenar ({error})") from error

    def _names(self) -> list[str]:
        """Return every template of mail there is or should be; a name without a mail of ours is a shared part."""
        files = (path for folder in self._folders for path in (folder / "mail").glob("*.*"))
        there = {path.name for path in files if path.suffix in {".txt", ".html"}}
        return sorted(there | {f"{mail}{suffix}" for mail in MAILS for suffix in (".txt", ".html")})

    def _problems(self, filename: str) -> list[str]:
        template = f"mail/{filename}"
        try:
            source = self._source(template)
            parsed = self._environment.parse(source, template, template)
            self._environment.get_template(template)  # parsing alone does not see an unknown filter
        except TemplateSyntaxError as error:
            return [str(_syntax(error))]
        except (TemplateNotFound, OSError, UnicodeDecodeError) as error:
            return [f"plantilla {template}: no se puede leer ({error})"]
        problems = []
        if filename.endswith(".txt") and Path(filename).stem in MAILS and not _SUBJECT_LINE.search(source):
            problems.append(f"plantilla {template}: su primera línea debe ser «Asunto: …»")
        known = self._known(Path(filename).stem)
        unknown = sorted(meta.find_undeclared_variables(parsed) - known - _own_names(parsed)) if known else []
        return problems + [_unknown_line(template, field, source, known) for field in unknown]

    def _source(self, template: str) -> str:
        loader = self._environment.loader
        if loader is None:
            raise TemplateNotFound(template)
        return loader.get_source(self._environment, template)[0]

    def _known(self, mail: str) -> set[str]:
        """Return what a template of this mail may name; nothing for a shared part, which any mail may include."""
        if mail not in MAILS:
            return set()
        return {*field_names(MAILS[mail]), *_ALWAYS, *self._environment.globals}

    @cached_property
    def _inliner(self) -> CSSInliner:
        # Nothing is fetched; the rules of @media (phone, dark mode) stay in the head.
        return CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def _own_names(parsed: nodes.Template) -> set[str]:
    """Return what the template itself brings: macros and what it sets, which Jinja does not see from every place."""
    names = {macro.name for macro in parsed.find_all(nodes.Macro)}
    for assigned in parsed.find_all(nodes.Assign):
        names |= {name.name for name in assigned.find_all(nodes.Name) if name.ctx == "store"}
    for imported in parsed.find_all(nodes.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in imported.names}
    return names


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _with_to(name: str) -> str:
    """Return whom a paper goes to as it stands after its verb: "a la Secretaría de Hacienda", "a Marta Correa"."""
    return to(with_article(str(name)))


def _numbers(cases: Sequence[Mapping[str, Any]]) -> str:
    """Return the cases' numbers for a subject, which must stay short: from five on the first three and a count."""
    numbers = [str(case["numero"]) for case in cases]
    return ", ".join(numbers) if len(numbers) < 5 else f"{', '.join(numbers[:3])} y {len(numbers) - 3} más"


def _syntax(error: TemplateSyntaxError) -> TemplateProblem:
    return TemplateProblem(f"plantilla {error.name}, línea {error.lineno}: marca mal escrita ({error.message})")


def _unknown_field(template: str, error: UndefinedError, values: Mapping[str, Any]) -> TemplateProblem:
    found = _MISSING.search(error.message or "")
    field = next((name for name in found.groups() if name), "") if found else ""
    said = no_such_field(field, all_names(values)) if field else f"falta {error.message}"
    return TemplateProblem(f"plantilla {template}{_line(template, error)}: {said}")


def _unknown_line(template: str, field: str, source: str, known: set[str]) -> str:
    lines = _COMMENTS.sub(lambda comment: "\n" * comment[0].count("\n"), source).split("\n")
    number = next((n for n, line in enumerate(lines, start=1) if re.search(rf"\b{re.escape(field)}\b", line)), 1)
    return f"plantilla {template}, línea {number}: {no_such_field(field, known)}"


def _line(template: str, error: BaseException) -> str:
    """Return ", línea N" of the innermost template in the error's traceback (Jinja puts its own lines there)."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith((".html", ".txt"))]
    if not frames:
        return ""
    inner = Path(frames[-1].filename).name
    return f", línea {frames[-1].lineno}" + ("" if template.endswith(inner) else f" de {inner}")
