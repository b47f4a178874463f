"""Reception and sending on each kind of mail server: killed at every step, and with one request in twenty failing."""

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.bootstrap import Office
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.intake import run_intake
from tasks.operation.setup import prepare
from tasks.outbox.sending import run_outbox
from tasks.ports.errors import MailboxUnavailable, Unavailable
from tasks.ports.mailbox import MessageRef
from tasks.ports.records import Fate, OutboxState
from tests.dovecot import Dovecot
from tests.e2e.bombs import Fuse, arm
from tests.e2e.desk import SONSON, stamp
from tests.e2e.posts import ExchangePost, GraphPost, ImapPost, Post
from tests.e2e.story import BOGOTA, an_office

NOON = datetime(2026, 11, 30, 12, tzinfo=BOGOTA)
KINDS = [pytest.param("imap", marks=pytest.mark.dovecot), "exchange", "graph"]
# What an office reads from its catalogues once: shared here, for a run in a new process must cost little.
_READ_ONCE = ("catalog", "matchers", "models", "rules", "texts", "shipped_texts", "reminder_policy")


def a_mail(number: int) -> bytes:
    """Return a request unlike the others."""
    return (
        f"{stamp('sonson-antioquia.gov.co')}From: {SONSON}\r\nTo: mesa.mipg@antioquia.gov.co\r\n"
        f"Date: Mon, 30 Nov 2026 08:30:00 -0500\r\nMessage-ID: <solicitud-{number}@sonson>\r\n"
        f"Subject: Solicitud {number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Solicitamos asesoría en la política de Gestión Documental: turno {number}.\r\n"
    ).encode()


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has run once: its home is copied, its catalogues are shared."""
    office = an_office(tmp_path_factory.mktemp("warm") / "home", NOON)
    prepare(office)
    (office.settings.mailbox_path).mkdir(parents=True, exist_ok=True)
    before = office.settings.home.with_name("prepared")
    shutil.copytree(office.settings.home, before)
    (office.settings.mailbox_path / "1.eml").write_bytes(a_mail(0))
    run_intake(office)
    run_outbox(office)
    return office


@pytest.fixture
def new_post(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Post]]:
    with ExitStack() as stack:

        def make(kind: str) -> Post:
            if kind == "imap":
                dovecot: Dovecot = request.getfixturevalue("dovecot")
                return ImapPost(stack, dovecot)
            return ExchangePost(stack) if kind == "exchange" else GraphPost(stack)

        yield make


class Site:
    """A prepared home on one post; every `office` is what a new process would see."""

    def __init__(self, warm: Office, home: Path, post: Post) -> None:
        self.warm, self.home, self.post, self.now = warm, home, post, NOON
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(warm.settings.home.with_name("prepared"), home)

    def office(self) -> Office:
        office = an_office(self.home, self.now, self.post.settings | {"MIPG_MAILBOX__AFTER": "move"})
        office.__dict__.update({name: self.warm.__dict__[name] for name in _READ_ONCE if name in self.warm.__dict__})
        self.post.hurry(office)
        return office

    def run(self) -> None:
        """Let ten minutes go by and run: time enough for a copy in Sent Items to be believed missing."""
        self.now += timedelta(minutes=10)
        work(self.office())

    def state(self) -> dict[str, Any]:
        """Return what must be the same however often the runs died."""
        office = self.office()
        with office.ledger.reading() as unit:
            alerts = {row.mail.message_id for row in unit.outbox.all() if row.mail.purpose is Purpose.ALERT}
            sent = [one for one in self.post.sent() if one not in alerts]  # a repetition is told, and only then
            return {
                "messages": sorted((m.sha256, m.outcome, m.cases) for m in unit.messages.all()),
                "cases": [(case.number, case.state) for case in unit.cases.all()],
                "outbox": sorted(
                    (row.mail.key, row.state) for row in unit.outbox.all() if row.mail.purpose is not Purpose.ALERT
                ),
                "told": len(alerts),
                "sent": sorted(_without_token(one) for one in sent),
                "folders": self.post.folders(),
                "audit": office.ledger.audit(),
            }


def _without_token(message_id: str) -> str:
    """Return the part of a Message-ID that says what the mail is about."""
    return ".".join(message_id.split("@")[0].split(".")[:2])


def work(office: Office) -> None:
    """Take mail in and send what it calls for."""
    try:
        run_intake(office)
        run_outbox(office)
    finally:
        office.mailbox.close()
        office.sender.close()


def _killed(office: Office, effect: int) -> None:
    """Run in a process of its own that dies at that effect."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            work(arm(office, Fuse(effect)))
        os._exit(70)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status), f"effect {effect} never came"
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_every_step_nothing_is_lost_or_doubled_on_this_server(
    kind: str, warm: Office, new_post: Callable[[str], Post], tmp_path: Path
) -> None:
    def a_site() -> Site:
        site = Site(warm, tmp_path / "home", new_post(kind))
        for raw in (a_mail(1), b"\xff\x00 no es un correo"):
            site.post.deliver(raw)
        return site

    site, fuse = a_site(), Fuse()
    work(arm(site.office(), fuse))
    expected = site.state()
    assert expected["folders"] == (0, 2)
    for effect in range(1, fuse.count + 1):
        site = a_site()
        _killed(site.office(), effect)
        work(site.office())
        site.run()
        found = site.state()
        if site.post.resends_after_a_lost_answer:
            twice = len(found["sent"]) - len(expected["sent"])
            assert twice <= found.pop("told") <= 1
            found["sent"] = sorted(set(found["sent"]))
            found["told"] = 0
        assert found == expected, f"killed at effect {effect}: {fuse.names[effect - 1]}"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", KINDS)
def test_with_one_request_in_twenty_failing_everything_converges(
    kind: str, warm: Office, new_post: Callable[[str], Post], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchangelib.protocol.FaultTolerance.DEFAULT_BACKOFF", 0)
    monkeypatch.setattr("exchangelib.protocol.BaseProtocol.RETRY_WAIT", 0.01)
    site = Site(warm, tmp_path / "home", new_post(kind))
    site.post.misbehave(random.Random(kind))
    for turn in range(12):
        if turn < 8:
            site.post.deliver(a_mail(turn))
        with suppress(Unavailable):
            site.run()
    site.post.misbehave(None)
    site.run()
    site.run()
    found = site.state()
    assert [outcome for _, outcome, _ in found["messages"]] == [Fate.CASE_OPENED] * 8
    assert {state for _, state in found["outbox"]} == {OutboxState.SENT}
    assert len(found["sent"]) == len(set(found["sent"])) == len(found["outbox"])
    assert found["folders"] == (0, 8)
    assert found["audit"] == []


def test_what_was_read_before_a_message_that_cannot_be_is_taken_in(
    warm: Office, new_post: Callable[[str], Post], tmp_path: Path
) -> None:
    post = new_post("graph")
    assert isinstance(post, GraphPost)
    site = Site(warm, tmp_path / "home", post)
    post.deliver(a_mail(1))
    post.server.poison.add(post.server.deliver(a_mail(2)))
    post.deliver(a_mail(3))
    for _ in range(2):
        with pytest.raises(MailboxUnavailable, match="1 message"):
            site.run()
    assert len(site.state()["messages"]) == 2
    post.server.poison.clear()
    site.run()
    found = site.state()
    assert len(found["messages"]) == len(found["cases"]) == 3
    assert sum(key.startswith(Purpose.ACKNOWLEDGEMENT) for key, _ in found["outbox"]) == 3


@pytest.mark.parametrize("kind", ["exchange", "graph"])
def test_a_server_that_lets_nothing_be_moved_keeps_no_new_mail_waiting(
    kind: str, warm: Office, new_post: Callable[[str], Post], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = new_post(kind)
    site = Site(warm, tmp_path / "home", post)
    office = site.office()
    settle = type(office.mailbox).settle

    def refuse(_mailbox: object, refs: Sequence[MessageRef]) -> None:
        if refs:
            raise MailboxUnavailable("the mailbox is over its quota")

    monkeypatch.setattr(type(office.mailbox), "settle", refuse)
    for turn in range(3):
        post.deliver(a_mail(turn))
        with pytest.raises(MailboxUnavailable, match="quota"):
            site.run()
        assert len(site.state()["cases"]) == turn + 1
    monkeypatch.setattr(type(office.mailbox), "settle", settle)
    site.run()
    assert site.state()["folders"] == (0, 3)
