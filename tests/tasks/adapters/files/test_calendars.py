"""Calendar and terms out of settings and catalogues."""

from datetime import date

import pytest

import config
from config.settings import load
from tasks.adapters.files.calendars import load_calendar, load_holidays, load_legal_terms, load_rules
from tasks.domain.cases.case import Petition
from tasks.ports.errors import ConfigurationError


def test_the_shipped_terms_are_those_of_the_law(tmp_path):
    rules = load_rules(load(None, tmp_path, {"MIPG_TERMS__AFTER_HOURS": "same_day", "MIPG_TERMS__PLAN": "12"}))
    assert {petition.value: rules.legal.of(petition).days for petition in Petition} == {
        "": 15, "documentos": 10, "entre autoridades": 10, "consulta": 30,
    }  # fmt: skip
    assert rules.legal.transfer.days == 5
    assert all(rules.legal.of(petition).source.startswith("Ley 1755 de 2015") for petition in Petition)
    assert (rules.terms.plan, rules.office.after_hours_next_day) == (12, False)


def test_settings_and_the_own_catalogue_correct_the_holidays(tmp_path):
    own = tmp_path / "config" / "holidays.toml"
    own.parent.mkdir()
    own.write_text("off = [2026-07-13]\n")
    environ = {
        "MIPG_CLOCK__HOLIDAYS_OFF": "2027-07-12",
        "MIPG_CLOCK__HOLIDAYS_EXTRA": "2026-08-11",
        "MIPG_CLOCK__SHUTDOWNS": '[{"from": "2026-12-28", "to": "2026-12-31", "act": "Resolución 1"}]',
    }
    calendar = load_calendar(load(None, tmp_path, environ))
    assert calendar.is_business_day(date(2026, 7, 13))
    assert calendar.is_business_day(date(2027, 7, 12))
    assert not calendar.is_business_day(date(2026, 8, 11))
    assert not calendar.for_legal_terms().is_business_day(date(2026, 12, 29))


def test_the_shipped_catalogue_switches_nothing_off():
    corrections = load_holidays(config.CATALOGS / "holidays.toml")
    assert (corrections.off, corrections.extra) == ((), ())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("days = 15", "days = 0", "general.days: input should be greater than or equal to 1"),
        ("[general]", "[genral]", "general: missing; it is compulsory"),
        ("days = 15", "dayz = 15", "general.dayz: unknown key; accepted: days, label, source"),
        ("[general]", "[general", "is not valid TOML"),
    ],
)
def test_a_wrong_catalogue_is_told_by_key(tmp_path, before, after, said):
    file = tmp_path / "terms.toml"
    file.write_text((config.CATALOGS / "terms.toml").read_text("utf-8").replace(before, after), "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_legal_terms(file)
    assert f"{file}: {said}" in str(caught.value)
