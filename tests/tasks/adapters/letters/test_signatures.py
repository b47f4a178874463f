"""Pictures of signatures: which file serves, and what is said of one that does not."""

from pathlib import Path

import pytest

from tasks.adapters.letters.signatures import SignatureFiles
from tasks.ports.errors import TemplateProblem
from tests.pictures import png

WHO = "directora@example.gov.co"


def files(folder: Path, content: bytes | None) -> SignatureFiles:
    path = folder / "firma.png"
    if content is not None:
        path.write_bytes(content)
    return SignatureFiles({WHO: path})


def test_a_signature_is_found_by_its_address_and_fits_the_page(tmp_path: Path) -> None:
    wide = files(tmp_path, png(600, 150))
    picture = wide.of(WHO.upper())
    assert (picture and picture.png, picture and picture.width) == (png(600, 150), 55)
    assert wide.of("otra@example.gov.co") is None
    assert wide.check() == []
    tall = files(tmp_path, png(400, 400)).of(WHO)
    assert tall is not None
    assert tall.width == 22


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no existe"),
        (b"GIF89a", "no es una imagen PNG"),
        (png(600, 150)[:-8], "no es una imagen PNG completa"),
        (png(100, 30), "tiene 100 × 30 puntos"),
        (png(9000, 30), "tiene 9000 × 30 puntos"),
        (png(600, 150) + b"\0" * 2**20, "pesa más de 1 MB"),
    ],
)
def test_what_cannot_be_printed_is_told_with_its_file(tmp_path: Path, content: bytes | None, said: str) -> None:
    wrong = files(tmp_path, content)
    (line,) = wrong.check()
    assert line.startswith(f"firma de {WHO} (firma.png): ")
    assert said in line
    with pytest.raises(TemplateProblem):
        wrong.of(WHO)
