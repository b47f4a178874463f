"""Who belongs to a thread."""

import pytest

from tasks.domain.mail.message import Thread
from tasks.domain.mail.threading.belonging import belongs, organisation

THREAD = Thread(people=frozenset({"archivo@sonson-antioquia.gov.co", "alcalde.sonson@gmail.com"}))


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("archivo@sonson-antioquia.gov.co", True),
        ("Archivo@Sonson-Antioquia.gov.co", True),
        ("planeacion@sonson-antioquia.gov.co", True),  # of the same office
        ("alcalde.sonson@gmail.com", True),
        ("otra@gmail.com", False),  # a public provider is nobody's office
        ("x@bello.gov.co", False),
        ("x@evil-sonson-antioquia.gov.co", False),
        ("hacienda@sonson.gov.co", True),  # the municipality's other domain
        ("", False),
    ],
)
def test_who_took_part_or_is_of_an_office_that_did_belongs(address: str, answer: bool) -> None:
    assert belongs(address, THREAD, ("sonson.gov.co",)) is answer


def test_a_public_provider_is_no_organisation() -> None:
    assert organisation("x@Hotmail.com") == ""
    assert organisation("x@bello.gov.co") == "bello.gov.co"
