"""Settings: what runs out of the box, what overrides what, and how mistakes are told."""

import re
import tomllib
import traceback
from datetime import date, time
from pathlib import Path

import pytest
from pydantic import SecretStr

import config
from config.problems import known_keys
from config.settings import Settings, SettingsError, configuration_file, load

SAMPLE = config.CATALOGS.parent / "mipg.toml"


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        file = tmp_path / "mipg.toml"
        file.write_text(text, "utf-8")
        return file

    return write


def problems(file: Path | None = None, **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(file, None, environ)
    return caught.value.problems


def test_everything_runs_embedded_out_of_the_box(tmp_path):
    settings = load(None, tmp_path, {})
    assert (settings.mailbox.backend, settings.outgoing.backend, settings.sheet.backend) == (
        "folder",
        "folder",
        "excel",
    )
    assert settings.ledger_url == f"sqlite:///{tmp_path}/ledger.db"
    assert settings.sheet_path.is_relative_to(tmp_path)
    assert settings.sender == "Mesa MIPG <mesa@localhost>"
    assert settings.clock.office_hours == (time(7, 30), time(17, 30))
    assert settings.outgoing.max_per_run == 200


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(write, tmp_path):
    file = write("[terms]\nletter = 7\nplan = 8\n[mailbox]\ntrusted_authserv = ['a']\n")
    settings = load(file, tmp_path, {"MIPG_TERMS__PLAN": "9", "MIPG_MAILBOX__TRUSTED_AUTHSERV": "mx.gov.co, b"})
    assert (settings.terms.letter, settings.terms.plan, settings.terms.direct) == (7, 9, 10)
    assert settings.mailbox.trusted_authserv == ("mx.gov.co", "b")


def test_home_is_taken_from_the_option_then_the_variable_then_the_file(write, tmp_path):
    file = write('home = "from-file"')
    assert load(file, tmp_path / "a", {"MIPG_HOME": "b"}).home == tmp_path / "a"
    assert load(file, None, {"MIPG_HOME": str(tmp_path / "b")}).home == tmp_path / "b"
    assert load(file, None, {}).home == Path("from-file").absolute()


def test_the_file_is_the_one_named_or_the_one_under_home(tmp_path):
    own = tmp_path / "config" / "mipg.toml"
    assert configuration_file(None, tmp_path, {}) is None
    own.parent.mkdir()
    own.write_text("[terms]\nletter = 6\n")
    assert configuration_file(None, tmp_path, {}) == own
    assert load(None, None, {"MIPG_HOME": str(tmp_path)}).terms.letter == 6
    assert configuration_file(Path("x.toml"), tmp_path, {"MIPG_CONFIG": "y.toml"}) == Path("x.toml")
    assert configuration_file(None, tmp_path, {"MIPG_CONFIG": "y.toml"}) == Path("y.toml")


def test_relative_paths_count_from_home(write, tmp_path):
    settings = load(write('[mailbox.folder]\npath = "mail"\n[directory]\nfile = "/etc/people.json"'), tmp_path, {})
    assert settings.mailbox_path == tmp_path / "mail"
    assert settings.directory_path == Path("/etc/people.json")


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path):
    file = tmp_path / "mipg.toml"
    file.write_bytes(b"\xef\xbb\xbf[terms]\r\nletter = 7\r\n")
    assert load(file, tmp_path, {}).terms.letter == 7


def test_shutdowns_can_be_given_in_the_file_and_in_the_environment(write):
    file = write('[[clock.shutdowns]]\nfrom = 2026-12-24\nto = 2026-12-31\nact = "Resolución 1"')
    (closed,) = load(file, None, {}).clock.shutdowns
    assert (closed.first, closed.last, closed.act) == (date(2026, 12, 24), date(2026, 12, 31), "Resolución 1")
    settings = load(None, None, {"MIPG_CLOCK__SHUTDOWNS": '[{"from": "2026-12-24", "to": "2026-12-31"}]'})
    assert settings.clock.shutdowns[0].act == ""


def test_the_port_follows_the_security_unless_given(write):
    file = write('[mailbox.imap]\nsecurity = "starttls"\n[outgoing.smtp]\nsecurity = "starttls"\nport = 2525')
    settings = load(file, None, {})
    assert (settings.mailbox.imap.port, settings.outgoing.smtp.port) == (143, 2525)
    assert (Settings().mailbox.imap.port, Settings().outgoing.smtp.port) == (993, 465)


@pytest.mark.parametrize(
    ("toml", "line", "said"),
    [
        ('[mailbox]\nbackend = "imapp"', 2, 'mailbox.backend: "imapp" is not accepted; accepted: folder, imap'),
        ("[mailbox.imap]\n\npasword = 'x'", 3, "unknown key; did you mean mailbox.imap.password?"),
        ("colour = 1", 1, "colour: unknown key; accepted here: home, office, mailbox"),
        ("[terms]\nletter = -1", 2, "terms.letter: input should be greater than or equal to 0"),
        ("[letters]\npdf = 'ja'", 2, 'letters.pdf: "ja" is not accepted; accepted: true, false'),
        ("[clock]\noffice_hours = '17:30-07:30'", 2, 'accepted: "HH:MM-HH:MM", the first before the second'),
        ("[clock]\noffice_hours = '7h-17h'", 2, 'accepted: "HH:MM-HH:MM"'),
        ("[clock]\ntimezone = 'Bogota'", 2, 'accepted: an IANA name such as "America/Bogota"'),
        ("[clock]\nholidays_off = ['2026-07-13', 'ayer']", 2, "clock.holidays_off: item 2: "),
        ("[[clock.shutdowns]]\nfrom = 2026-12-24\nto = 2026-12-01", 1, "ends before it begins"),
        ("[scores]\nblocks = '2021-2019'", 2, 'such as "2018;2019-2021"'),
        ("[scores]\nurl = 'http://example.org/x'", 2, "accepted: https://…"),
        ("[mailbox]\naddress = 'mesa'", 2, "mailbox.address: not a mail address; accepted: name@domain"),
        ('[outgoing]\nsender_name = "a\\nBcc: x@y.z"', 2, "accepted: one line of text"),
        ("mailbox = 'imap'", 1, "mailbox: not a section; accepted: keys under [mailbox]"),
        ("[mailboxx]\nbackend = 'imap'", 1, "mailboxx: unknown key; did you mean mailbox?"),
        ("[[clock.shutdowns]]\nfrom = '24 dic'\nto = 2026-12-31", 1, "item 1: from: not a date; accepted: 2026-12-24"),
        ("[mailbox]\nprocessed = ''", 2, "mailbox.processed: empty; it needs a value"),
        ("[outgoing]\nmax_per_run = 'many'", 2, "outgoing.max_per_run: not a whole number; accepted: digits"),
        ("[mailbox]\ntrusted_forwarders = ['ventanilla']", 2, "item 1: not a mail address; accepted: name@domain"),
        ("[sheet.excel]\npath = 'sheet/mesa.xls'", 2, "accepted: a file whose name ends in .xlsx"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_line_key_and_what_is_accepted(write, toml, line, said):
    file = write(toml)
    (message,) = problems(file)
    assert message.startswith(f"{file}, line {line}: ")
    assert said in message


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:secreto@db/mesa",
        "postgresql://u:secreto@db/mesa",  # SQLAlchemy would ask for a driver that is not there
        "postgresql+psycopg://u:secreto@db:puerto/mesa",
        "sqlite://",  # in memory: it would forget everything
        "mesa.db",
    ],
)
def test_an_address_that_is_no_ledger_s_is_told_by_its_key_and_never_repeated(url):
    (message,) = problems(MIPG_LEDGER__URL=url)
    assert "ledger.url: not the address of a ledger; accepted: sqlite:///FILE, postgresql+psycopg://" in message
    assert "secreto" not in message


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/mesa/ledger.db",
        "postgresql+psycopg://u:p%40ss@[::1]:5433/mesa?sslmode=require",
        "postgresql+psycopg:///mesa?host=/run/postgresql",
    ],
)
def test_a_ledger_may_be_a_file_or_a_postgresql_database(url):
    assert load(None, None, {"MIPG_LEDGER__URL": url}).ledger_url == url


def test_a_ledger_file_counts_from_home_too(tmp_path):
    settings = load(None, tmp_path, {"MIPG_LEDGER__URL": "sqlite:///data/ledger.db"})
    assert settings.ledger_url == f"sqlite:///{tmp_path}/data/ledger.db"


def test_all_mistakes_are_told_at_once_each_with_its_place(write):
    told = problems(write("[terms]\nletter = 'x'\nplan = 'y'"), MIPG_TERMS__CLASIFY="3", MIPG_DIGEST__HOUR="25:00")
    assert len(told) == 4
    assert any(t == "environment variable MIPG_TERMS__CLASIFY: terms.clasify: unknown key; did you mean terms.classify?"
               for t in told)  # fmt: skip


def test_a_section_with_one_underscore_is_told_how_to_be_written():
    (message,) = problems(MIPG_MAILBOX_BACKEND="imap")
    assert message.endswith("MIPG_MAILBOX__BACKEND")
    load(None, None, {"MIPG_TEST_ALL": "1"})


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"[terms\nletter", "is not valid TOML"), (b"a = '\xf1'", "is not UTF-8 text; save it again as UTF-8")],
)
def test_a_file_that_cannot_be_parsed_is_told_so(tmp_path, content, said):
    file = tmp_path / "mipg.toml"
    file.write_bytes(content)
    assert said in problems(file)[0]


def test_a_named_file_that_is_not_there_is_an_error(tmp_path):
    assert "cannot be read" in problems(tmp_path / "none.toml")[0]


def test_a_backend_needs_its_connection(write):
    told = problems(write('[mailbox]\nbackend = "imap"\n[outgoing]\nbackend = "graph"\n[sheet]\nbackend = "google"'))
    keys = {re.search(r": ([a-z_.]+): missing", line)[1] for line in told}
    assert keys == {
        "mailbox.imap.host", "mailbox.imap.username", "mailbox.imap.password",
        "mailbox.graph.tenant", "mailbox.graph.client_id", "mailbox.graph.client_secret",
        "sheet.google.spreadsheet_id", "sheet.google.credentials_file",
    }  # fmt: skip
    assert any("needed because outgoing.backend is graph" in line for line in told)


IMAP = {"MIPG_MAILBOX__BACKEND": "imap", "MIPG_MAILBOX__IMAP__USERNAME": "u", "MIPG_MAILBOX__IMAP__PASSWORD": "p"}


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "::ffff:127.0.0.1", "mail.localhost"]
)
def test_no_encryption_is_fine_on_this_machine(host):
    load(None, None, IMAP | {"MIPG_MAILBOX__IMAP__HOST": host, "MIPG_MAILBOX__IMAP__SECURITY": "none"})


@pytest.mark.parametrize(
    "host",
    [
        "correo.gov.co",
        "127.0.0.1.evil.co",
        "localhost.evil.co",
        "10.0.0.1",
        "0.0.0.0",
        "128.0.0.1",
        "::",
        "mylocalhost",
    ],
)
def test_no_encryption_is_refused_to_another_machine(host):
    environ = IMAP | {"MIPG_MAILBOX__IMAP__HOST": host, "MIPG_MAILBOX__IMAP__SECURITY": "none"}
    assert "another machine; accepted: ssl, starttls" in problems(**environ)[0]


def test_a_secret_can_come_from_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("clave larga\n")
    settings = load(
        None, None, {"MIPG_MAILBOX__IMAP__PASSWORD_FILE": str(secret), "MIPG_MAILBOX__IMAP__CA_FILE": "ca.pem"}
    )
    assert settings.mailbox.imap.password.get_secret_value() == "clave larga"
    assert settings.mailbox.imap.ca_file == Path("ca.pem")
    both = {"MIPG_LEDGER__URL": "sqlite://", "MIPG_LEDGER__URL_FILE": str(secret)}
    assert "ledger.url is also given directly" in problems(**both)[0]
    assert "cannot be read" in problems(MIPG_LEDGER__URL_FILE=str(tmp_path / "none"))[0]


def test_only_secrets_are_read_from_files(tmp_path):
    settings = load(
        None, None, {"MIPG_DIRECTORY__FILE": "people.json", "MIPG_SHEET__GOOGLE__CREDENTIALS_FILE": "key.json"}
    )
    assert settings.directory.file == Path("people.json")
    assert settings.sheet.google.credentials_file == Path("key.json")
    assert "unknown key" in problems(MIPG_MAILBOX__ADDRESS_FILE="x")[0]


SECRET = "hunter2-never-shown"


def test_no_secret_shows_in_repr_or_dump():
    secrets = [key for key, info in known_keys(Settings).items() if info.annotation is SecretStr]
    assert len(secrets) == 8
    url = f"postgresql+psycopg://mesa:{SECRET}@db/mesa"
    environ = {"MIPG_" + "__".join(key).upper(): SECRET for key in secrets} | {"MIPG_LEDGER__URL": url}
    settings = load(None, None, environ)
    assert settings.ledger_url == url
    assert SECRET not in repr(settings) + str(settings) + str(settings.model_dump()) + settings.model_dump_json()


@pytest.mark.parametrize(
    "toml",
    [
        f"[mailbox.imap]\npassword = ['{SECRET}']",
        f"[mailbox.imap]\npasword = '{SECRET}'",
        f"[mailbox]\nimap = '{SECRET}'",
        f"ledger = '{SECRET}'",
        f"[ledger]\nurl = {{ x = '{SECRET}' }}",
        f"[scores]\nurl = 'http://user:{SECRET}@host/'",
        f"[mailbox.exchange]\nendpoint = 'ftp://user:{SECRET}@host/'",
    ],
)
def test_no_secret_shows_in_an_error_or_its_traceback(write, toml):
    with pytest.raises(SettingsError) as caught:
        load(write(toml), None, {})
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Settings().terms.letter = 3


def test_the_real_environment_is_read_only_through_load(monkeypatch):
    monkeypatch.setenv("MIPG_TERMS__LETTER", "9")
    assert Settings().terms.letter == 5
    assert load(None, None, {}).terms.letter == 5


def uncommented() -> str:
    """The sample with every commented key in force, except those that only show a form."""
    keys = (re.sub(r"^# (?=[a-z_]+ = )", "", line) for line in SAMPLE.read_text("utf-8").splitlines())
    return "\n".join(line for line in keys if "…" not in line)


def test_the_sample_is_valid_and_changes_nothing(tmp_path):
    assert load(SAMPLE, tmp_path, {}) == load(None, tmp_path, {})


def test_the_sample_shows_every_key_but_the_secrets():
    shown = set(known_keys_of(tomllib.loads(re.sub(r"(?m)^# (?=[a-z_]+ = )", "", SAMPLE.read_text("utf-8")))))
    known = known_keys(Settings)
    secret = {key for key, info in known.items() if info.annotation is SecretStr}
    assert shown | secret == set(known)


def known_keys_of(values, prefix=()):
    for key, value in values.items():
        if isinstance(value, dict):
            yield from known_keys_of(value, (*prefix, key))
        else:
            yield (*prefix, key)


def test_the_values_that_the_sample_shows_are_the_defaults(write, tmp_path):
    settings = load(write(uncommented()), tmp_path, {})
    default = load(None, tmp_path, {})
    shown_paths = {"mailbox", "outgoing", "sheet", "scores", "directory", "clock"}
    for section in set(Settings.model_fields) - shown_paths:
        assert getattr(settings, section) == getattr(default, section)
    assert settings.mailbox_path == default.mailbox_path
    assert settings.outgoing_path == default.outgoing_path
    assert settings.sheet_path == default.sheet_path
    assert settings.scores_path == default.scores_path
    assert settings.mailbox.imap == default.mailbox.imap
    assert settings.outgoing.smtp == default.outgoing.smtp
    assert settings.clock.office_hours == default.clock.office_hours
