"""What staff are told of a field that no template has."""

from tasks.domain.template_fields import all_names, no_such_field


def test_names_are_found_at_every_level() -> None:
    values = {"oficina": {"sigla": "DSEGPP"}, "casos": ({"numero": "2026-0001"},), "asunto": ""}
    assert all_names(values) == {"oficina", "sigla", "casos", "numero", "asunto"}


def test_the_closest_field_is_named_when_one_is_close() -> None:
    known = {"municipio", "politica"}
    assert no_such_field("munisipio", known, " (línea 3)") == (
        "el campo «munisipio» (línea 3) no existe; el más parecido es «municipio»"
    )
    assert no_such_field("xyz", known) == "el campo «xyz» no existe"
