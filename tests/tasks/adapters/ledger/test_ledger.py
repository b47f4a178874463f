"""The ledger contract on SQLite and on PostgreSQL, and what only one of them can show."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, inspect, text

from tasks.adapters.ledger import schema, unit_of_work
from tasks.adapters.ledger.migrate import upgrade
from tasks.adapters.ledger.outbox import SqlOutbox
from tasks.adapters.ledger.transaction import Transaction
from tasks.adapters.ledger.unit_of_work import SqlLedger
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.ports.errors import LedgerUnavailable
from tasks.ports.ledger import Ledger
from tests.contracts.ledger import BOGOTA, NOW, LedgerContract


class TestSqliteLedger(LedgerContract):
    @pytest.fixture
    def new_ledger(self, tmp_path: Path) -> Callable[[], Ledger]:
        return lambda: SqlLedger(f"sqlite:///{tmp_path / 'ledger.db'}", BOGOTA)


@pytest.mark.postgres
class TestPostgresLedger(LedgerContract):
    @pytest.fixture
    def new_ledger(self, postgres: str) -> Callable[[], Ledger]:
        return lambda: SqlLedger(postgres, BOGOTA)


def test_the_migrations_make_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    SqlLedger(url, BOGOTA).upgrade()
    made = inspect(create_engine(url))
    for table in schema.metadata.tables.values():
        assert {column["name"] for column in made.get_columns(table.name)} == set(table.columns.keys())


def test_a_mail_the_server_had_put_off_before_an_upgrade_still_waits_after_it(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    upgrade(engine, "0003")
    row = "insert into outbox (key, message_id, purpose, state, attempts, queued, detail, document) values "
    with engine.begin() as connection:
        for key, detail in (("a", "aplazado por el servidor: 450"), ("b", "250 ok")):
            connection.execute(text(f"{row} ('{key}', '', 'alert', 'queued', 1, '2026-12-01', '{detail}', '')"))
    upgrade(engine)
    with engine.connect() as connection:
        assert dict(connection.execute(text("select key, standing from outbox")).all()) == {"a": "put off", "b": ""}


@pytest.mark.parametrize(
    ("question", "ask"),
    [
        ("who was acknowledged lately", lambda box: box.written_to(Purpose.ACKNOWLEDGEMENT, NOW)),
        ("what was queued lately", lambda box: box.queued_since(Purpose.BOUNCE, NOW)),
        ("how much was tried lately", lambda box: box.tried_since(NOW)),
        ("which mail a token is of", lambda box: box.with_token("0123456789")),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_each_mail_asks_of_the_outbox_reads_no_more_of_it_than_an_index(
    tmp_path: Path, question: str, ask: Callable[[SqlOutbox], object]
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    upgrade(engine)
    asked: list[tuple[str, object]] = []
    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
        ask(SqlOutbox(Transaction(connection)))
        ((statement, values),) = asked
        plan = connection.exec_driver_sql(f"explain query plan {statement}", values).all()
    steps = [row[3] for row in plan]
    assert not [step for step in steps if step == "SCAN outbox" or "ix_outbox_state" in step], (question, steps)


def test_the_migrations_stand_in_one_row() -> None:
    files = sorted(
        path.name[:4] for path in (Path(unit_of_work.__file__).parent / "migrations" / "versions").glob("[0-9]*.py")
    )
    assert files == [f"{number:04d}" for number in range(1, len(files) + 1)]


def test_a_ledger_that_cannot_be_opened_is_named_without_its_password() -> None:
    ledger = SqlLedger("postgresql+psycopg://mesa:secreto@127.0.0.1:1/mesa", BOGOTA)
    with pytest.raises(LedgerUnavailable, match=r"127\.0\.0\.1:1") as caught:
        ledger.ping()
    assert "secreto" not in str(caught.value)


def test_a_full_or_broken_file_is_reported_as_unavailable(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(LedgerUnavailable):
        SqlLedger(f"sqlite:///{tmp_path / 'ledger.db'}", BOGOTA).upgrade()


@pytest.mark.postgres
def test_a_database_user_without_rights_is_told_what_it_needs(postgres: str) -> None:
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    poor = f"pobre_{engine.url.database}"
    with engine.connect() as connection:
        connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        connection.execute(text(f"CREATE ROLE {poor} LOGIN"))
    try:
        with pytest.raises(LedgerUnavailable, match=r"permission denied for schema public; .* CREATE on its schema"):
            SqlLedger(postgres.replace("mipg@", f"{poor}@", 1), BOGOTA).upgrade()
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP ROLE {poor}"))
        engine.dispose()
