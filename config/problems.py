"""What is wrong with a configuration, in words for the operator: which key, where, what is accepted."""

import difflib
import types
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from config.sections import Exchange, Graph, Imap, Login
from config.sources import Key, Raw
from config.values import is_loopback

if TYPE_CHECKING:
    from config.settings import Settings

Problem = tuple[Key, str]


def known_keys(model: type[BaseModel], prefix: Key = ()) -> dict[Key, FieldInfo]:
    """Return every leaf key of a settings model."""
    keys: dict[Key, FieldInfo] = {}
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            keys |= known_keys(info.annotation, (*prefix, name))
        else:
            keys[*prefix, name] = info
    return keys


def secret_keys(keys: dict[Key, FieldInfo]) -> frozenset[Key]:
    """Return the keys whose values may never be shown."""
    return frozenset(key for key, info in keys.items() if info.annotation is SecretStr)


def sentences(problems: Iterable[Problem], raw: Raw) -> list[str]:
    """Return one line per problem: place, key, what is wrong."""
    lines = []
    for key, words in problems:
        place = raw.place(key) or raw.places.get((), "")
        lines.append(f"{place + ': ' if place else ''}{'.'.join(key)}: {words}")
    return lines


def validation_problems(error: ValidationError, keys: dict[Key, FieldInfo], raw: Raw) -> list[Problem]:
    """Return what pydantic refused, each with what is accepted. A secret or unknown key's value is never repeated."""
    found: dict[Problem, None] = {}
    for detail in error.errors(include_url=False, include_context=False):
        location = tuple(str(part) for part in detail["loc"])
        key = _leaf(location, keys)
        item = f"item {int(location[len(key)]) + 1}: " if _numbered(location[len(key) :]) else ""
        inner = "".join(f"{part}: " for part in location[len(key) + 1 :])
        if detail["type"] == "extra_forbidden" and key not in keys:
            found[location, _unknown(location, keys)] = None
        else:
            words = _PLAIN.get(detail["type"]) or detail["msg"]
            found[key, item + inner + _refused(words, key, keys, raw)] = None
    return list(found)


_DATE = "not a date; accepted: 2026-12-24"
_NUMBER = "not a whole number; accepted: digits, such as 5"
_PLAIN = {  # what pydantic says in its own terms
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "missing": "missing; it is compulsory",
    "extra_forbidden": "unknown key",
    "string_too_short": "empty; it needs a value",
    "too_short": "empty; it needs a value",
}


def _numbered(rest: Key) -> bool:
    return bool(rest) and rest[0].isdecimal()


def _leaf(location: Key, keys: dict[Key, FieldInfo]) -> Key:
    return next((location[:n] for n in range(len(location), 0, -1) if location[:n] in keys), location)


def _unknown(key: Key, keys: dict[Key, FieldInfo]) -> str:
    above = key[:-1]
    here = list(dict.fromkeys(known[len(above)] for known in keys if known[: len(above)] == above))
    if close := difflib.get_close_matches(key[-1], here, 1, 0.6):
        return f"unknown key; did you mean {'.'.join((*above, close[0]))}?"
    if close := difflib.get_close_matches(".".join(key), [".".join(known) for known in keys], 1, 0.6):
        return f"unknown key; did you mean {close[0]}?"
    return f"unknown key; accepted here: {', '.join(here)}"


def _refused(message: str, key: Key, keys: dict[Key, FieldInfo], raw: Raw) -> str:
    words = message.removeprefix("Value error, ")
    info = keys.get(key)
    shown = f"{_shown(_value(raw.values, key))} is " if info and info.annotation is not SecretStr else ""
    if info is None:
        return f"not a section; accepted: keys under [{'.'.join(key)}]"
    if "; accepted:" in words:
        return words
    if accepted := _accepted(info.annotation):
        return f"{shown}not accepted; accepted: {accepted}" if shown else f"not accepted; accepted: {accepted}"
    return words[:1].lower() + words[1:]


def _value(values: Any, key: Key) -> Any:
    for part in key:
        values = values.get(part) if isinstance(values, dict) else None
    return values


def _shown(value: Any) -> str:
    text = str(value)
    return "the value" if "://" in text or len(text) > 60 else f'"{text}"'


def _accepted(annotation: Any) -> str:
    """Say in words what a field takes; "" when the error itself already does."""
    if get_origin(annotation) is Literal:
        return ", ".join(str(choice) for choice in get_args(annotation))
    if get_origin(annotation) in {Union, types.UnionType}:
        return next((words for part in get_args(annotation) if (words := _accepted(part))), "")
    if annotation is bool:
        return "true, false"
    return ""


def constraint_problems(settings: "Settings") -> Iterator[Problem]:
    """Yield what each value allows by itself but not together with the others."""
    yield from _missing(settings)
    yield from _unencrypted(settings)


def _missing(settings: "Settings") -> Iterator[Problem]:
    needs = {*_mail_needs(settings), *_other_needs(settings)}
    for key, why in sorted(needs):
        value = settings.value(key)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            yield key, f"missing; needed because {why}"


def _mail_needs(settings: "Settings") -> Iterator[Problem]:
    box, out = settings.mailbox, settings.outgoing
    users: dict[str, str] = {box.backend: f"mailbox.backend is {box.backend}"}
    users.setdefault(out.backend, f"outgoing.backend is {out.backend}")
    needs = {"imap": _imap_needs(box.imap), "exchange": _exchange_needs(box.exchange), "graph": _graph_needs(box.graph)}
    for backend, why in users.items():
        for name in needs.get(backend, ()):
            yield ("mailbox", backend, name), why
    if out.backend == "smtp":
        yield ("outgoing", "smtp", "host"), users["smtp"]
        if out.smtp.username or out.smtp.auth == "xoauth2":
            for name in ("username", *_proof(out.smtp)):
                yield ("outgoing", "smtp", name), f"outgoing.smtp logs in with auth {out.smtp.auth}"


def _imap_needs(imap: Imap) -> tuple[str, ...]:
    return "host", "username", *_proof(imap)


def _proof(login: Login) -> tuple[str, ...]:
    return ("password",) if login.auth == "password" else ("token_url", "client_id", "client_secret")


def _exchange_needs(exchange: Exchange) -> tuple[str, ...]:
    oauth = ("client_id", "client_secret", *(() if exchange.token_url else ("tenant",)))
    return "endpoint", *(oauth if exchange.auth == "oauth" else ("username", "password"))


def _graph_needs(_: Graph) -> tuple[str, ...]:
    return "tenant", "client_id", "client_secret"


def _other_needs(settings: "Settings") -> Iterator[Problem]:
    if settings.sheet.backend == "google":
        for name in ("spreadsheet_id", "credentials_file"):
            yield ("sheet", "google", name), "sheet.backend is google"


def _unencrypted(settings: "Settings") -> Iterator[Problem]:
    for key, server in (("mailbox", "imap"), settings.mailbox.imap), (("outgoing", "smtp"), settings.outgoing.smtp):
        if server.security == "none" and server.host and not is_loopback(server.host):
            yield (
                (*key, "security"),
                f'"none" is unencrypted, and {server.host} is another machine; accepted: ssl, starttls',
            )
