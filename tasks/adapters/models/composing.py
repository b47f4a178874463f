"""Puts messages together from example sentences, as people write them: one need, two, a name, a need and a mention."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.domain.catalog import Catalog
from tasks.domain.learning.examples import Example

_MESSAGES = 700  # a fold
_GREETINGS = ("Cordial saludo.", "Buenos días.", "Respetado equipo MIPG:", "Buenas tardes,", "")
_SUBJECTS = ("Solicitud de asesoría", "Solicitud", "consulta", "Apoyo", "Inquietud MIPG", "")
_CALLS = (
    "Solicitamos asesoría en la política de {}.",
    "Requerimos acompañamiento técnico en {} para nuestro municipio.",
    "Queremos agendar una capacitación sobre {} con el equipo de la alcaldía.",
    "De manera atenta solicitamos asistencia técnica en {}, pues en la última medición obtuvimos un puntaje bajo.",
    "¿Nos pueden orientar con {}? El FURAG nos dejó recomendaciones.",
    "Necesitamos apoyo en {} antes del cierre de la vigencia, según los resultados del índice de desempeño.",
)
_BOTH = ("Solicitamos asesoría en {} y en {}.", "Requerimos apoyo en dos políticas: {} y {}.")
# How often each shape comes: names outright in two of five, as in the mail of an office.
_SHAPES = (
    ("need",) * 4
    + ("two of one",) * 3
    + ("need, mention",) * 3
    + ("two needs",) * 3
    + ("name",) * 3
    + ("name, need",) * 3
    + ("name, other need",) * 3
    + ("two names",) * 2
    + ("name, mention",) * 2
    + ("mention",)
)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What messages are made of."""

    by_policy: Mapping[str, Sequence[Example]]
    mentions: Sequence[Example]  # ask about nothing
    names: Mapping[str, Sequence[str]]


def compose(texts: Sequence[Example], catalog: Catalog, seed: int) -> list[Example]:
    """Return messages made of the texts, and those texts that are whole messages themselves.

    The same texts and seed give the same messages.
    """
    simple = [text for text in texts if len(text.policies) == 1 and not text.subject]
    whole = [text for text in texts if text.subject or len(text.policies) > 1][:_MESSAGES]
    by_policy: dict[str, list[Example]] = {}
    for text in simple:
        by_policy.setdefault(text.policies[0], []).append(text)
    if not by_policy:
        return whole
    mentions = [text for text in texts if not text.policies and not text.subject] or [Example("Quedamos atentos.")]
    names: dict[str, list[str]] = {}
    for term in catalog.vocabulary:
        if term.kind == "name":
            names.setdefault(term.policy, []).append(term.phrase)
    dice = random.Random(seed)  # noqa: S311  # no secret: the same messages every time
    stock = _Stock(by_policy, mentions, names)
    return [*(_message(dice, stock) for _ in range(_MESSAGES)), *whole]


def calls(catalog: Catalog) -> list[Example]:
    """Return the sentences in which offices ask for a policy by its name: the words around the name say nothing."""
    names = [term for term in catalog.vocabulary if term.kind == "name"]
    return [
        Example(call.format(term.phrase), (term.policy,))
        for at, term in enumerate(names)
        for call in (_CALLS[at % len(_CALLS)], _CALLS[(at + 1) % len(_CALLS)])
    ]


def _message(dice: random.Random, stock: _Stock) -> Example:
    shape = dice.choice(_SHAPES)
    first, second = dice.choice(sorted(stock.by_policy)), dice.choice(sorted(stock.by_policy))
    parts = list(_parts(dice, stock, shape, first, second))
    policies = tuple(dict.fromkeys(slug for part in parts for slug in part.policies))
    text = "\n".join((dice.choice(_GREETINGS), *(part.text for part in parts)))
    return Example(text, policies, dice.choice(_SUBJECTS))


def _parts(dice: random.Random, stock: _Stock, shape: str, first: str, second: str) -> Sequence[Example]:
    need, other = dice.choice(stock.by_policy[first]), dice.choice(stock.by_policy[second])
    mention = dice.choice(stock.mentions)
    name, other_name = (dice.choice(stock.names.get(policy) or [policy]) for policy in (first, second))
    named = Example(dice.choice(_CALLS).format(name), (first,))
    both = Example(dice.choice(_BOTH).format(name, other_name), (first, second)) if first != second else named
    parts: dict[str, tuple[Example, ...]] = {
        "need": (need,),
        "two of one": (need, dice.choice(stock.by_policy[first])),
        "need, mention": (need, mention),
        "two needs": (need, other),
        "name": (named,),
        "name, need": (named, need),
        "name, other need": (named, other),
        "two names": (both,),
        "name, mention": (named, mention),
        "mention": (mention,),
    }
    return dice.sample(parts[shape], len(parts[shape]))
