"""The shipped reference tables are sound; a mistake in an edited one is named by file, line and column."""

from pathlib import Path

import pytest

import config
from tasks.adapters.files.catalogs import load_catalog
from tasks.ports.errors import ConfigurationError

SHIPPED = Path(config.__file__).parent / "catalogs"
POLICIES = "slug,name,dimension,dimension_name\n"
DATED = "slug,name,dimension,dimension_name,valid_from,valid_to,successor\n"
TOWNS = "dane,name,subregion,aliases,domains,typology,ambiguous\n"
WORDS = "phrase,policy,weight,kind\n"


def write(folder: Path, **files: str | bytes) -> list[Path]:
    """Write the named tables and return the search path: the operator's folder, then the shipped one."""
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.csv").write_bytes(raw)
    return [folder, SHIPPED]


def test_shipped_catalog_has_the_nineteen_policies_and_the_125_municipalities() -> None:
    catalog = load_catalog([SHIPPED])
    assert len(catalog.policies) == 19
    assert len(catalog.municipalities) == 125
    assert {town.dane[:2] for town in catalog.municipalities} == {"05"}


def test_every_policy_has_names_and_terms_in_the_shipped_vocabulary() -> None:
    catalog = load_catalog([SHIPPED])
    for kind in ("name", "term"):
        spoken = {term.policy for term in catalog.vocabulary if term.kind == kind}
        assert {policy.slug for policy in catalog.policies} <= spoken


def test_the_operators_file_replaces_the_shipped_one_and_leaves_the_others(tmp_path: Path) -> None:
    catalog = load_catalog(write(tmp_path, vocabulary=WORDS + "SUIT,racionalizacion-tramites,4,term\n"))
    assert [term.phrase for term in catalog.vocabulary] == ["SUIT"]
    assert len(catalog.policies) == 19


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    "line", ["gestión de archivo;gestion-documental;2,5;term", '"gestión de archivo";gestion-documental;2.5;']
)
def test_a_table_saved_by_a_spanish_spreadsheet_is_read(tmp_path: Path, mark: str, line: str) -> None:
    text = mark + WORDS.replace(",", ";") + line + "\r\n\r\n"
    (term,) = load_catalog(write(tmp_path, vocabulary=text)).vocabulary
    assert (term.phrase, term.weight, term.kind) == ("gestión de archivo", 2.5, "term")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"policies": DATED + "a,A,1,D,2026-07-01,2026-06-30,\n"},
            ["policies.csv, line 2, column 'valid_to'", "2026-07-01 (its valid_from) or later"],
        ),
        ({"policies": DATED + "a,A,1,D,,,a\n"}, ["line 2, column 'successor'", "another policy's slug"]),
        ({"municipalities": TOWNS}, ["municipalities.csv: no rows", "at least one"]),
        (
            {"vocabulary": WORDS + "x,archivos,4,term\n"},
            ["vocabulary.csv, line 2, column 'policy'", "gestion-documental"],
        ),
        ({"vocabulary": WORDS + "x,integridad,alto,term\n"}, ["line 2, column 'weight'", "'alto'", "a number"]),
        ({"vocabulary": WORDS + "x,integridad,nan,term\n"}, ["line 2, column 'weight'", "a number"]),
        ({"vocabulary": WORDS + "x,integridad,4,alias\n"}, ["column 'kind'", "name or term"]),
        ({"vocabulary": WORDS + ",integridad,4,term\n"}, ["column 'phrase'", "some text"]),
        ({"vocabulary": "phrase,weight\nx,4\n"}, ["line 1", "'policy' is missing"]),
        ({"vocabulary": "phrase,policy,weight,peso\n"}, ["line 1", "unknown column 'peso'"]),
        ({"vocabulary": WORDS + "a,b,integridad,4,term\n"}, ["line 2", "5 cells", "double quotes"]),
        ({"vocabulary": (WORDS + "\nintegración,integridad,4,term\n").encode("cp1252")}, ["line 3", "UTF-8"]),
        ({"municipalities": TOWNS + "5001,Medellín,Centro,,,,1\n"}, ["column 'dane'", "five digits", "05001"]),
        (
            {"municipalities": TOWNS + "05001,A,Sur,,,,0\n05001,B,Sur,,,,0\n"},
            ["municipalities.csv, line 3, column 'dane'", "already on line 2"],
        ),
        ({"municipalities": TOWNS + "05001,A,Sur,,,,quizá\n"}, ["column 'ambiguous'", "sí or no"]),
        (
            {"policies": POLICIES.strip() + ",valid_from\nintegridad,I,2,Talento,31/01/2026\n"},
            ["policies.csv, line 2, column 'valid_from'", "2026-01-31"],
        ),
        ({"policies": POLICIES + "integridad,I,segunda,Talento\n"}, ["column 'dimension'", "1 to 7"]),
        (
            {"policies": POLICIES.strip() + ",successor\nintegridad,I,2,Talento,etica\n"},
            ["column 'successor'", "'etica'"],
        ),
    ],
)
def test_a_mistake_is_named_by_file_line_and_column(
    tmp_path: Path, files: dict[str, str | bytes], expected: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_catalog(write(tmp_path, **files))
    for words in expected:
        assert words in str(caught.value)


def test_a_missing_table_names_the_folders_looked_in(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"policies\.csv is missing"):
        load_catalog([tmp_path])


def test_rules_of_a_phrase_are_read_and_a_wrong_one_is_named_by_its_line(tmp_path: Path) -> None:
    header = "phrase,policy,weight,kind,unless,instead_of\n"
    good = "PAA,compras-contratacion,3,term,auditoría|OCI,control-interno\n"
    (term,) = load_catalog(write(tmp_path, vocabulary=header + good)).vocabulary
    assert (term.unless, term.instead_of) == (("auditoría", "OCI"), ("control-interno",))
    with pytest.raises(ConfigurationError, match=r"line 3, column 'instead_of'.*accepted: .*control-interno"):
        load_catalog(write(tmp_path, vocabulary=header + good + "x,integridad,3,term,,control\n"))
