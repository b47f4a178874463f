"""Which files a mail has no room for."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.writing.fitting import overweight, place_of
from tasks.domain.mail.writing.outgoing import Enclosure


def file(number: int, picture: bool = False) -> Enclosure:
    name = f"{number}.pdf"
    return Enclosure(name=name, sha256=str(number), content_type="application/pdf", inline_id="c" if picture else "")


@given(st.lists(st.integers(0, 50), max_size=8), st.integers(0, 120))
def test_what_stays_fits_and_what_goes_had_no_room(sizes: list[int], room: int) -> None:
    files = [file(number) for number in range(len(sizes))]
    octets = {str(number): size for number, size in enumerate(sizes)}
    gone = overweight(files, octets, room)
    kept = [octets[part.sha256] for part in files if part not in gone]
    assert sum(kept) <= room
    assert all(octets[part.sha256] > room - sum(kept) for part in gone)


def test_pictures_of_the_text_stay() -> None:
    assert overweight([file(1, picture=True), file(2)], {"1": 99, "2": 5}, 5) == []


def test_a_file_of_no_case_is_named_by_its_key_in_the_archive() -> None:
    assert place_of((), "ab" * 32) == "en el archivo de la mesa, con la clave abababababababab"
    assert place_of(("2026-0001", "2026-0002"), "") == "en las carpetas de los casos 2026-0001 y 2026-0002"
