"""What Prefect's artifact shows of the weekly digest."""

import pytest

pytest.importorskip("prefect")

from flows.digest import as_markdown


@pytest.mark.prefect
def test_the_artifact_has_headings_and_no_key() -> None:
    text = "Cordial saludo:\n\nLA SEMANA (del 3 al 9 de noviembre)\n- Nuevos: 1.\n\nPOR POLÍTICA\n- MIPG: 1 abierto\n"
    assert as_markdown(f"{text}\n-- \nMesa MIPG\nClave de respuesta: 0123456789abcdef0123\n") == (
        "Cordial saludo:\n\n\n## La semana (del 3 al 9 de noviembre)\n\n- Nuevos: 1.\n\n\n## Por política\n\n"
        "- MIPG: 1 abierto\n"
    )
