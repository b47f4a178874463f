"""Folding, plurals, sentences and the phrase matcher."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.classification.text import PhraseBook, fold, sentences, singular, stems

SPANISH = st.text(alphabet="abcdeghilmnoprstuvxyzáéíóúüñÁÉÍÓÚÑ .,;:()\n-0123456789", max_size=300)


@given(SPANISH)
def test_case_and_the_form_of_accents_make_no_difference(text: str) -> None:
    assert stems(unicodedata.normalize("NFD", text)) == stems(text)
    assert stems(text.upper()) == stems(text)


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(), max_size=400))
def test_sentences_lose_no_word(text: str) -> None:
    assert [w for s in sentences(text) for w in s.split()] == text.split()


@pytest.mark.parametrize(
    ("one", "many"),
    [("trámite", "trámites"), ("acción", "acciones"), ("plan", "planes"), ("actividad", "actividades"),
     ("interés", "intereses"), ("servidor", "servidores"), ("control", "controles"), ("papel", "papeles")],
)  # fmt: skip
def test_singular_and_plural_meet(one: str, many: str) -> None:
    assert stems(one) == stems(many)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_taking_the_plural_off_never_empties_a_word(word: str) -> None:
    assert singular(word)


def test_the_longest_phrase_hides_the_shorter_ones_inside_it() -> None:
    book = PhraseBook([("presupuesto", "money"), ("presupuesto participativo", "people")])
    assert [hit.value for hit in book.find(stems("el presupuesto participativo y el presupuesto"))] == [
        "people",
        "money",
    ]


def test_a_phrase_is_found_at_word_boundaries_only() -> None:
    book = PhraseBook([("PAC", "pac")])
    assert not list(book.find(stems("el impacto del paquete")))
    assert list(book.find(stems("programar el P.A.C. mensual")))


@pytest.mark.parametrize("typed", ["particpación ciudadana", "participasion ciudadana", "PARTICIPACION CIUDADANAS"])
def test_one_slip_in_a_long_word_is_forgiven(typed: str) -> None:
    book = PhraseBook([("participación ciudadana", 1)], typos=True)
    assert list(book.find(stems(typed)))


@pytest.mark.parametrize("correct", ["comparar ofertas", "la distancia", "un extraño", "la radiación", "lo callado"])
def test_a_common_word_is_no_slip_of_another(correct: str) -> None:
    book = PhraseBook([(word, 1) for word in ("comprar", "instancia", "externo", "radicación", "fallado")], typos=True)
    assert not list(book.find(stems(correct)))


def test_lines_wrapped_by_a_mail_program_are_one_sentence() -> None:
    wrapped = "Solicitamos asesoría para actualizar las tablas de retención de la\nalcaldía y su archivo.\nGracias"
    assert sentences(wrapped) == [wrapped.split("\nGracias")[0].replace("\n", " "), "Gracias"]
