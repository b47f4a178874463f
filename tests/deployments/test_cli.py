"""`mipg` as operators and programs use it: a process of its own, its output, its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployments.cli import reading
from deployments.cli.command import Desk
from deployments.cli.paper import print_table

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "deployments" / "demo_data"
NOW = "2026-12-01T08:00"
HEAVY = {
    "prefect", "sqlalchemy", "alembic", "pydantic", "pydantic_settings", "openpyxl", "numpy", "scipy", "rich",
    "structlog", "jinja2", "docxtpl", "imap_tools", "exchangelib", "gspread", "holidays", "vl_convert", "lxml",
}  # fmt: skip


def mipg(*arguments: str, home: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a clean environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MIPG_", "PREFECT_"))}
    command = [sys.executable, "-m", "deployments.cli.main", *arguments, *(["--home", str(home)] if home else [])]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=clean | {"MIPG_LETTERS__PDF": "false"} | environ,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
    )


def imported(*arguments: str, home: Path | None = None, **environ: str) -> set[str]:
    """Return the top-level modules that a command imports."""
    script = (
        "import sys\nfrom deployments.cli.main import app\n"
        "try:\n    app(sys.argv[1:])\nfinally:\n"
        "    sys.__stderr__.write('\\nIMPORTED ' + ' '.join({m.partition('.')[0] for m in sys.modules}))"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MIPG_", "PREFECT_"))}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments, *(["--home", str(home)] if home else [])],
        cwd=ROOT, env=clean | environ, check=False, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    return set(done.stderr.rpartition("IMPORTED ")[2].split())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose mailbox went through one cycle."""
    home = tmp_path_factory.mktemp("home")
    (home / "mailbox").mkdir()
    for mail in sorted((DEMO / "mail").glob("m00*.eml")):
        (home / "mailbox" / mail.name).write_bytes(mail.read_bytes())
    done = mipg("run", "cycle", "--now", NOW, "--json", home=home, MIPG_DIRECTORY__FILE=str(DEMO / "directory.json"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["intake.case_opened"] >= 1
    return home


def lines(*arguments: str, home: Path) -> list[dict[str, Any]]:
    """Return the JSON Lines that a command prints."""
    done = mipg(*arguments, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_help_loads_nothing_heavy() -> None:
    assert not imported("--help") & HEAVY


def test_a_cycle_without_prefect_never_imports_it(tmp_path: Path) -> None:
    modules = imported("run", "cycle", home=tmp_path)
    assert "sqlalchemy" in modules
    assert "prefect" not in modules


def test_an_unchanged_sheet_is_read_without_the_library_that_writes_it(tmp_path: Path) -> None:
    runs = [imported("run", "sheet", "--now", NOW, home=tmp_path) for _ in range(3)]
    assert "openpyxl" in runs[0]
    assert "openpyxl" not in runs[2]


def test_judging_mail_never_imports_what_fits_models(tmp_path: Path) -> None:
    mail = tmp_path / "a.eml"
    mail.write_bytes(b"From: a@sonson-antioquia.gov.co\nSubject: x\n\nSolicitamos asesoria en control interno.\n")
    modules = imported("classify", str(mail), "--json", home=tmp_path)
    assert "numpy" in modules
    assert not modules & {"sklearn", "scipy"}
    assert not imported("run", "intake", home=tmp_path) & {"sklearn", "scipy"}


def test_classify_explains_what_speaks_for_each_policy(tmp_path: Path) -> None:
    mail = tmp_path / "a.eml"
    mail.write_text(
        "From: a@sonson-antioquia.gov.co\nSubject: x\n\nSolicitamos asesoria con el PETI y los datos abiertos.\n"
    )
    done = mipg("classify", str(mail), "--json", "--explain", home=tmp_path)
    first = json.loads(done.stdout)["evidence"][0]
    assert first["policy"] == "gobierno-digital"
    assert first["probability"] > 0.9
    assert "PETI" in first["words"]
    told = mipg("classify", str(mail), "--explain", home=tmp_path).stdout
    assert "gobierno-digital: " in told
    assert "PETI" in told


def test_cases_have_exactly_the_keys_that_programs_read(played: Path) -> None:
    keys = (
        "case, request, origin, received, entity, entity_type, municipality, policy, state, requester, email, subject, "
        "summary, confidence, reasons, leader, officer, leader_email, officer_email, incoming_ref, letter, "
        "letter_date, due, legal_due, light, reminders, plan_received, plan_date, assistance_dates, evidence, "
        "score_before, score_after, request_message_id, history"
    )
    found = lines("cases", home=played)
    assert found
    assert all(set(case) == set(keys.split(", ")) for case in found)
    assert {case["light"] for case in found} <= {"verde", "amarillo", "rojo", "gris"}


def test_messages_and_outgoing_mail_have_their_keys(played: Path) -> None:
    messages, outbox = lines("messages", home=played), lines("outbox", home=played)
    assert {"id", "message_id", "sha256", "kind", "outcome", "cases", "received"} <= set(messages[0])
    wanted = {"id", "message_id", "to", "cc", "purpose", "cases", "letter", "state", "attempts"}
    assert wanted <= set(outbox[0])
    assert {mail["state"] for mail in outbox} == {"sent"}


def test_one_state_can_be_asked_for_by_its_word_on_screen(played: Path) -> None:
    every, some = lines("cases", home=played), lines("cases", "--state", "por asignar", home=played)
    assert [case for case in every if case["state"] == "por asignar"] == some


def test_a_case_tells_how_its_dates_were_counted(played: Path) -> None:
    number = lines("cases", home=played)[0]["case"]
    done = mipg("case", number, "--json", home=played)
    found = json.loads(done.stdout)
    assert found["due_explanation"].startswith("vence el")
    assert found["messages"][0]["cases"] == [number]


def test_status_tells_backlog_success_states_and_errors(played: Path) -> None:
    found = json.loads(mipg("status", "--json", home=played).stdout)
    assert set(found) == {"backlog", "last_success", "states", "outbox", "errors"}
    assert found["last_success"]["cycle"] == found["last_success"]["intake"] == "2026-12-01T08:00:00-05:00"


def test_a_digest_in_json_is_its_figures(played: Path) -> None:
    found = json.loads(mipg("run", "digest", "--dry-run", "--json", "--now", "2026-12-07T07:05", home=played).stdout)
    assert {"from", "to", "received", "fates", "opened", "closed", "overdue", "unassigned", "review"} <= set(found)
    assert [mail["purpose"] for mail in found["mails"]] == ["digest"]
    assert found["received"] == sum(found["fates"].values())


def test_people_get_a_table_of_plain_text(played: Path) -> None:
    done = mipg("cases", home=played)
    assert "Semáforo" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_narrow_terminal_shows_fewer_columns_and_whole_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    columns = {"case": "Caso", "state": "Estado", "entity": "Entidad", "summary": "Resumen"}
    row = {"case": "2026-0041", "state": "oficio en borrador", "entity": "Alcaldía de El Carmen", "summary": "x" * 90}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("deployments.cli.paper._PAPER", 60)
        print_table(columns, [row], "")
    shown = capsys.readouterr().out
    assert "2026-0041" in shown
    assert "oficio en borrador" in shown
    assert "no room here for: Resumen" in shown
    assert max(map(len, shown.splitlines()[:5])) <= 60


def test_a_narrow_list_of_messages_still_tells_their_fate(played: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("deployments.cli.paper._PAPER", 80)
        reading.messages(Desk(home=played))
    shown = capsys.readouterr().out
    assert "case_opened" in shown
    assert "2026-0001" in shown


def test_a_dry_run_shows_the_mails_and_changes_nothing(played: Path, tmp_path: Path) -> None:
    (tmp_path / "mailbox").mkdir()
    mail = next((DEMO / "mail").glob("m001.eml"))
    (tmp_path / "mailbox" / mail.name).write_bytes(mail.read_bytes())
    environ = {"MIPG_DIRECTORY__FILE": str(DEMO / "directory.json")}
    assert mipg("init", home=tmp_path, **environ).returncode == 0
    done = mipg("run", "cycle", "--dry-run", "--json", "--now", NOW, home=tmp_path, **environ)
    shown = json.loads(done.stdout)
    assert [mail["purpose"] for mail in shown["mails"]].count("acknowledgement") == 1
    assert lines("cases", home=tmp_path) == lines("outbox", home=tmp_path) == []
    assert not (tmp_path / "outgoing").exists()


def test_a_failed_run_is_remembered_with_its_reason(tmp_path: Path) -> None:
    environ = {
        "MIPG_MAILBOX__BACKEND": "imap",
        "MIPG_MAILBOX__IMAP__HOST": "127.0.0.1",
        "MIPG_MAILBOX__IMAP__PORT": "1",
    }
    environ |= {"MIPG_MAILBOX__IMAP__SECURITY": "none", "MIPG_MAILBOX__IMAP__USERNAME": "a"}
    done = mipg("run", "intake", home=tmp_path, MIPG_MAILBOX__IMAP__PASSWORD="secreto", **environ)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "secreto" not in done.stderr
    (error,) = json.loads(mipg("status", "--json", home=tmp_path).stdout)["errors"]
    assert error["flow"] == "intake"
    assert "MailboxUnavailable" in error["error"]


def test_what_a_person_forwards_to_the_terminal_cannot_drive_it() -> None:
    from deployments.cli.paper import shown

    assert shown("a\x1b[31mb\r\n\u202ec\ud800") == "a [31mb c"


def test_term_counts_and_explains() -> None:
    found = json.loads(mipg("term", "--from", "2026-11-30", "--days", "10", "--json").stdout)
    assert found["due"] == "2026-12-15"  # 8 December is a holiday
    assert "8 de diciembre" in found["explanation"]


def test_a_shut_down_without_its_act_stops_no_term_of_the_law(tmp_path: Path) -> None:
    settings = tmp_path / "mipg.toml"
    settings.write_text("[clock]\nshutdowns = [{ from = 2026-12-21, to = 2027-01-08 }]\n", "utf-8")
    asked = ("term", "--from", "2026-12-11", "--days", "15", "--json", "--config", str(settings))
    assert json.loads(mipg(*asked).stdout)["due"] == "2027-01-25"
    assert json.loads(mipg(*asked, "--legal").stdout)["due"] == "2027-01-05"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "nothing"], 2, "accepted: intake"),
        (["run", "results", "--file", "no/such.csv"], 2, "no such file"),
        (["run", "cycle", "--file", str(DEMO / "directory.json")], 2, "results only"),
        (["run", "results", "--file", str(DEMO / "directory.json")], 2, ""),
        (["cases", "--now", "mañana"], 2, "2026-12-01T08:00"),
        (["cases", "--state", "abierta"], 2, "por clasificar"),
        (["case", "2026-9999"], 2, "no case 2026-9999"),
        (["do", "2026-9999", "aprobado", "--as", "a@b.co"], 2, "2026-9999"),
        (["do", "2026-0001", "buenos días", "--as", "a@b.co"], 2, "no es una orden"),
        (["nothing"], 2, "No such command"),
        (["forget", "ana"], 2, "not a mail address"),
        (["import", str(DEMO / "directory.json")], 2, "no es un libro .xlsx"),
        (["compare", "--scores", "no.csv", "--assistance", "no.csv"], 2, "no.csv"),
    ],
)
def test_wrong_use_is_told_in_words_and_exits_with_its_code(
    arguments: list[str], code: int, words: str, played: Path
) -> None:
    done = mipg(*arguments, home=played)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_home_without_ledger_is_no_empty_office(tmp_path: Path) -> None:
    done = mipg("cases", home=tmp_path / "typo")
    assert done.returncode == 2
    assert "mipg init" in done.stderr
    assert not (tmp_path / "typo").exists()


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    done = mipg("run", "cycle", home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is a file: name a folder with --home" in done.stderr


def test_a_bad_setting_is_named_with_what_is_accepted(tmp_path: Path) -> None:
    done = mipg("status", home=tmp_path, MIPG_MAILBOX__BACKEND="pop3")
    assert done.returncode == 2
    assert "mailbox.backend" in done.stderr
    assert "imap" in done.stderr


def test_a_database_that_is_away_exits_with_one(tmp_path: Path) -> None:
    done = mipg("status", home=tmp_path, MIPG_LEDGER__URL="postgresql+psycopg://a:secreto@127.0.0.1:1/x")
    assert done.returncode == 1
    assert "127.0.0.1:1" in done.stderr
    assert "secreto" not in done.stderr


def test_audit_tells_a_sound_ledger_from_a_broken_one(played: Path, tmp_path: Path) -> None:
    import shutil
    import sqlite3

    assert mipg("audit", home=played).returncode == 0
    copy = tmp_path / "copy"
    shutil.copytree(played, copy)
    with sqlite3.connect(copy / "ledger.db") as ledger:
        ledger.execute("update case_file set state = 'cerrada' where number = '2026-0001'")
    done = mipg("audit", home=copy)
    assert done.returncode == 1
    assert "2026-0001" in done.stdout


def test_doctor_says_what_works_and_what_to_do(played: Path) -> None:
    done = mipg("doctor", home=played, MIPG_MAILBOX__FOLDER__PATH="/dev/null/mail")
    assert done.returncode == 1
    marks = {line.split(":")[0].split(maxsplit=1)[1]: line.split()[0] for line in done.stdout.splitlines()}
    assert marks["ledger"] == marks["people"] == "ok"
    assert marks["mailbox"] == "FAIL"
    assert "set mailbox.folder.path" in done.stdout
    assert f"at {played}/ledger.db" in done.stdout
    (model,) = [line for line in done.stdout.splitlines() if "text model:" in line]
    assert "as shipped; none before it is kept" in model
    assert "classified alone" in model


def test_doctor_tells_mistakes_that_only_a_later_run_would_meet(tmp_path: Path) -> None:
    examples = tmp_path / "config" / "examples"
    examples.mkdir(parents=True)
    (examples / "gobierno-digital.txt").write_bytes("Necesitamos asesoría".encode("latin-1"))
    done = mipg("doctor", home=tmp_path, MIPG_DIRECTORY__FILE="config/people.json")
    assert done.returncode == 1
    assert "gobierno-digital.txt, line 1: not UTF-8 text" in done.stdout
    assert f"people: {tmp_path}/config/people.json: cannot be read" in done.stdout
    done = mipg("doctor", home=tmp_path, MIPG_LETTERS__AUTO_SEND="gobierno-digitall")
    assert 'letters.auto_send: "gobierno-digitall": unknown policy; did you mean gobierno-digital?' in done.stdout


def test_the_log_covers_addresses_and_counts_each_run(played: Path) -> None:
    log = (played / "logs" / "mipg.log").read_text("utf-8")
    runs = [event for line in log.splitlines() if (event := json.loads(line))["event"] == "run"]
    assert runs[0]["flow"] == "cycle"
    assert runs[0]["outbox.sent"] >= 1


def test_compare_takes_several_files_and_writes_the_contract(tmp_path: Path) -> None:
    from tests.tasks.domain.scores.world import POLICIES, World

    world = World(seed=3).assist_lowest(effect=4)
    half = len(world.rows()) // 2
    header = "dane_code,vigencia,policy_slug,score"
    for name, rows in (("one.csv", world.rows()[:half]), ("two.csv", world.rows()[half:])):
        table = [f"{r.dane_code},{r.vigencia},{r.policy},{'' if r.score is None else r.score}" for r in rows]
        (tmp_path / name).write_text("\n".join([header, *table]), encoding="utf-8")
    days = [f"{a.dane_code},{a.policy},{a.day}" for a in world.assistance]
    (tmp_path / "days.csv").write_text("\n".join(["dane_code,policy_slug,fecha", *days]), encoding="utf-8")
    scores = ["--scores", str(tmp_path / "one.csv"), str(tmp_path / "two.csv")]
    out = tmp_path / "out.json"
    done = mipg("compare", *scores, "--assistance", str(tmp_path / "days.csv"), "--json", str(out), "--seed", "7")
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text("utf-8"))
    assert found["schema"] == "mipg-compare/1"
    assert found["options"]["seed"] == 7
    assert {row["policy"] for row in found["policies"]} <= set(POLICIES)
    refused = mipg("compare", *scores, "--assistance", str(tmp_path / "days.csv"), "--after", "2035")
    assert refused.returncode == 2
    assert "2035" in refused.stderr


def test_classify_prints_a_line_per_file_whatever_it_holds(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "noise.eml").write_bytes(bytes(range(256)) * 20)
    found = [
        json.loads(line)
        for line in mipg(
            "classify",
            str(DEMO / "mail" / "m001.eml"),
            str(tmp_path / "empty.eml"),
            str(tmp_path / "noise.eml"),
            str(tmp_path / "missing.eml"),
            "--json",
        ).stdout.splitlines()
    ]
    assert [row["file"] for row in found] == ["m001.eml", "empty.eml", "noise.eml", "missing.eml"]
    assert found[-1]["reasons"] == ["no existe el archivo"]
    assert set(found[0]) == {"file", "kind", "policies", "municipality", "entity_type", "confidence", "auto", "reasons"}
