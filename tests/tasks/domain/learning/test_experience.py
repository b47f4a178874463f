"""What people corrected is found again by its wording, whatever the rest of the office ever asked."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.learning.experience import Corrected, Experience
from tasks.domain.learning.trial import Score, not_worse, score, set_aside

LETTER = "Necesitamos que nos ayuden con el inventario de las carpetas viejas que tenemos en la bodega del parque"


def corrected(case: str = "2026-0001", text: str = LETTER, **more: object) -> Corrected:
    values: dict[str, object] = {"subject": "", "email": "x@y.co", "policies": ("gestion-documental",), "request": case}
    return Corrected(case=case, text=text, **(values | more))  # type: ignore[arg-type]


def test_the_same_wording_is_the_same_whatever_its_accents_and_capitals() -> None:
    near = Experience([corrected()]).nearest("", LETTER.upper())
    assert near is not None
    assert near.share == 1


def test_a_short_text_inside_a_long_one_is_not_the_same_wording() -> None:
    near = Experience([corrected()]).nearest("", LETTER + ". " + "Además pedimos otra cosa muy distinta. " * 5)
    assert near is not None
    assert near.share < 0.8


def test_of_equally_near_ones_the_newest_counts() -> None:
    near = Experience([corrected("2026-0002"), corrected("2026-0001")]).nearest("", LETTER)
    assert near is not None
    assert near.of.case == "2026-0002"


def test_thin_texts_prove_nothing() -> None:
    assert Experience([corrected(text="Solicito asesoría")]).nearest("", "Solicito asesoría") is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_a_share(one: str, other: str) -> None:
    near = Experience([corrected(text=one)]).nearest("", other)
    assert near is None or 0 < near.share <= 1


def test_a_correction_is_always_on_the_same_side() -> None:
    many = [corrected(f"S-2026-{n:04}") for n in range(400)]
    learnt, aside = set_aside(many)
    assert len(learnt) + len(aside) == 400
    assert 0.1 < len(aside) / 400 < 0.3
    assert set_aside(reversed(many))[1] == tuple(reversed(aside))


def test_a_wrong_decision_weighs_more_than_many_questions() -> None:
    aside = [corrected(f"S-{n}") for n in range(20)]
    careful = score(lambda one: (), aside)
    bold = score(lambda one: ("gestion-documental",) if one.case != "S-3" else ("integridad",), aside)
    assert (bold.right, bold.wrong, careful.asked) == (19, 1, 20)
    assert not_worse(bold, careful)
    assert not not_worse(Score(right=19, wrong=2), Score(right=5))
