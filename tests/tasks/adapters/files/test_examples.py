"""Example sentences are files that staff edit: what is wrong is named by file and line."""

from pathlib import Path

import pytest

import config
from tasks.adapters.files.catalogs import load_catalog
from tasks.adapters.files.examples import load_examples
from tasks.domain.catalog import MIPG_GENERAL, Catalog
from tasks.ports.errors import ConfigurationError


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog([config.CATALOGS])


def test_every_policy_has_sixty_varied_sentences(catalog: Catalog) -> None:
    examples = load_examples([config.CATALOGS], catalog)
    for slug in (*(policy.slug for policy in catalog.policies), MIPG_GENERAL):
        sentences = {example.text for example in examples if example.policies == (slug,)}
        assert len(sentences) >= 60, slug


def test_a_file_of_the_office_stands_before_the_shipped_one(tmp_path: Path, catalog: Catalog) -> None:
    own = tmp_path / "examples"
    own.mkdir()
    (own / "integridad.txt").write_text("# nuestras\n\nQueremos un taller de valores.\n", encoding="utf-8")
    examples = load_examples([tmp_path, config.CATALOGS], catalog)
    assert [e.text for e in examples if e.policies == ("integridad",)] == ["Queremos un taller de valores."]
    assert any(e.policies == ("transparencia",) for e in examples)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("several.csv", b"text,policies\nuna,integridad|transparencia\notra,integrida\n", "several.csv, line 3"),
        ("several.csv", b"text;policies\nuna; dos;integridad\n", "several.csv, line 2"),
        (
            "several.csv",
            b'text,policies\n"' + b"x" * 140_000 + b'",integridad\n',
            "several.csv, line 2: not readable",
        ),
        ("none.txt", b"hola\n\xff\xfe\n", "none.txt, line 2"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(
    tmp_path: Path, catalog: Catalog, name: str, content: bytes, said: str
) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / name).write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        load_examples([tmp_path, config.CATALOGS], catalog)
