"""What the operator hears of, when, and when it is over."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tasks.domain.health import Expiry, Failing, Health, report, troubles
from tasks.domain.terms.business_days import calendar

NOW = datetime(2026, 12, 3, 9, tzinfo=ZoneInfo("America/Bogota"))  # a Thursday
HOUR = timedelta(hours=1)


def names(**measured) -> set[str]:
    return set(troubles(Health(NOW, **measured), calendar()))


def test_a_healthy_service_tells_nothing():
    assert names(waiting_since=[NOW - HOUR], last_received=NOW - 30 * HOUR) == set()
    assert report({}, {}) is None


@pytest.mark.parametrize(
    ("measured", "name"),
    [
        ({"waiting_since": [NOW - 3 * HOUR]}, "envio"),
        ({"held": 1}, "retenidos"),
        ({"last_received": NOW - timedelta(days=6)}, "silencio"),
        ({"failing": [Failing("sheet", NOW - HOUR, "SheetUnavailable: no hay red")]}, "flujo/sheet"),
        ({"failing": [Failing("digest", NOW - HOUR, "x")]}, "flujo/digest"),
        ({"free": 1_000_000_000, "total": 100_000_000_000}, "disco"),
        ({"free": 3_000_000_000, "total": 100_000_000_000}, "disco"),
    ],
)
def test_each_trouble_is_told_by_its_name(measured, name):
    assert names(**measured) == {name}


def test_a_server_that_was_away_for_a_moment_is_no_news():
    assert names(failing=[Failing("sheet", NOW - timedelta(minutes=10), "x")]) == set()


def test_what_fails_is_told_with_since_when_how_much_waits_and_what_to_do():
    failing = [Failing("intake", NOW - HOUR, "MailboxUnavailable: no la abre."), Failing("letters", NOW - HOUR, "x")]
    intake, letters = troubles(Health(NOW, failing=failing, left=2), calendar()).values()
    assert intake.startswith("Falla la recepción de correo desde las 08:00 del 3 de diciembre de 2026: Mailbox")
    assert "no la abre. 2 correos del buzón no se pudieron recibir. El correo nuevo espera en el buzón" in intake
    assert "Fallan los oficios desde las 08:00 del 3 de diciembre de 2026: x. Los oficios esperan" in letters
    assert "buzón" not in letters


def test_a_long_weekend_is_no_silence():
    tuesday = NOW.replace(day=9)  # 8 December is a holiday
    found = troubles(Health(tuesday, last_received=NOW.replace(day=4)), calendar())
    assert "silencio" not in found


@pytest.mark.parametrize(
    ("days", "told"),
    [(31, None), (30, "30"), (8, "30"), (7, "7"), (1, "1"), (0, "1"), (-1, "0")],
)
def test_an_expiry_is_announced_thirty_seven_and_one_day_before(days, told):
    found = names(expiries=[Expiry("El certificado", date(2026, 12, 3) + timedelta(days=days))])
    assert found == ({f"vence/El certificado/{told}"} if told else set())


def test_what_is_still_wrong_is_told_again_but_an_expiry_once_each_time():
    wrong = {"disco": "Quedan 0,5 GB.", "vence/x/7": "x: vence."}
    assert report(wrong, {}).lines == tuple(wrong.values())
    assert report(wrong, wrong).lines == ("Quedan 0,5 GB.",)
    assert report({"vence/x/7": "x: vence."}, wrong).recovered == ("Quedan 0,5 GB.",)
    assert report({"vence/x/7": "x: vence."}, {"vence/x/7": "x: vence."}) is None


def test_what_came_right_is_told_without_what_there_was_to_do():
    told = troubles(Health(NOW, failing=[Failing("sheet", NOW - HOUR, "no hay red")]), calendar())
    assert report(told, {}).lines == tuple(told.values())
    assert report({}, told).recovered == (
        "Falla la hoja de casos desde las 08:00 del 3 de diciembre de 2026: no hay red.",
    )


def test_what_came_right_is_told_once():
    assert report({}, {"disco": "Quedan 0,5 GB."}).recovered == ("Quedan 0,5 GB.",)
    assert report({}, {}) is None
