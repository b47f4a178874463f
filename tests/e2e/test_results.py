"""Results on their way in: folder, .zip, watched address; versions, history, and what of a file was not used."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from openpyxl import load_workbook

from deployments.demo_scores import scores_csv
from tasks.adapters.web import results_page
from tasks.adapters.web.results_page import HttpResultsPage, ResultsPageUnavailable
from tasks.domain.mail.writing.outgoing import Purpose, as_bytes
from tasks.ports.records import Fate, LoadedFile
from tasks.results.loading import run_results
from tasks.results.versions import announcements
from tests.e2e.desk import Desk, stamp
from tests.e2e.story import BOGOTA

POLICIES = ["gestion-documental", "gobierno-digital", "integridad"]


@pytest.fixture(name="desk")
def desk_fixture(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home", now=datetime(2027, 7, 12, 9, tzinfo=BOGOTA))


def csv_of(desk: Desk, *vigencias: int) -> bytes:
    return scores_csv([m.dane for m in desk.office().catalog.municipalities], POLICIES, vigencias)


def put(desk: Desk, name: str, content: bytes) -> None:
    folder = desk.office().settings.scores_path
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def files(desk: Desk) -> list[LoadedFile]:
    with desk.office().ledger.reading() as unit:
        return unit.books.score_files()


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, content in parts.items():
            out.writestr(f"carpeta/{name.replace('_', '.')}", content)
    return made.getvalue()


def test_workbooks_inside_a_zip_are_loaded_once_each(desk: Desk) -> None:
    put(desk, "resultados.zip", zipped(a_csv=csv_of(desk, 2025), b_csv=csv_of(desk, 2026), leame_txt=b"hola"))
    assert run_results(desk.office()) == {"loaded": 2, "known": 0, "refused": 0}
    assert [(f.name, f.vigencias) for f in files(desk)] == [("a.csv", (2025,)), ("b.csv", (2026,))]
    assert run_results(desk.office())["loaded"] == 0


@pytest.mark.parametrize("content", [b"PK\x03\x04 roto", zipped(leame_txt=b"hola")])
def test_a_zip_without_results_is_told_once(desk: Desk, content: bytes) -> None:
    put(desk, "resultados.zip", content)
    assert run_results(desk.office())["refused"] == 1
    assert run_results(desk.office())["refused"] == 0


def test_a_workbook_of_another_format_in_the_folder_is_told_and_not_passed_over(desk: Desk) -> None:
    put(desk, "resultados.xls", b"\xd0\xcf\x11\xe0 antiguo")
    assert run_results(desk.office())["refused"] == 1
    (alert,) = [row.mail for row in desk.outbox() if row.mail.purpose is Purpose.ALERT]
    assert ".xls antiguo" in alert.text


def test_vigencias_that_arrive_together_are_one_announcement(desk: Desk) -> None:
    for vigencia in (2024, 2025, 2026):
        put(desk, f"{vigencia}.csv", csv_of(desk, vigencia))
    run_results(desk.office())
    assert [told["vigencia"] for told in announcements(desk.office())] == [2026]


def test_an_older_vigencia_is_history_and_a_correction_is_a_version(desk: Desk) -> None:
    put(desk, "2026.csv", csv_of(desk, 2026))
    run_results(desk.office())
    put(desk, "2023.csv", csv_of(desk, 2023))
    put(desk, "corregido.csv", csv_of(desk, 2026).replace(b",gestion-documental,5", b",gestion-documental,6", 1))
    put(desk, "igual.csv", csv_of(desk, 2026) + b"\n")
    run_results(desk.office())
    found = {f.name: (f.version, f.announced) for f in files(desk)}
    assert found["2023.csv"] == (1, True)
    assert found["corregido.csv"] == (2, False)
    assert found["igual.csv"][1] is False  # it takes the correction back


def test_what_could_not_be_used_is_told_to_the_operator_and_kept(desk: Desk) -> None:
    broken = csv_of(desk, 2026).replace(b"05002,2026,integridad,", b"05002,2026,integridad,1", 1)
    put(desk, "resultados.csv", broken)
    run_results(desk.office())
    (file,) = files(desk)
    assert any("puntaje ilegible" in text and "fila" in text for text in file.findings)
    assert set(file.headings.values()) == set(POLICIES)
    (alert,) = [row.mail for row in desk.outbox() if row.mail.purpose is Purpose.ALERT]
    assert file.findings[0] in alert.text


def test_a_vigencia_to_come_is_refused(desk: Desk) -> None:
    put(desk, "futuro.csv", csv_of(desk, 2031))
    assert run_results(desk.office())["refused"] == 1


def scores_tab(desk: Desk) -> dict[str, tuple[object, object]]:
    rows = load_workbook(desk.office().settings.sheet_path)["Puntajes"].iter_rows(min_row=2, values_only=True)
    return {str(key): (vigencia, score) for key, vigencia, _, _, _, score in rows if key}


def test_the_tab_shows_the_newest_vigencia_in_the_rows_of_the_one_before(desk: Desk) -> None:
    put(desk, "2025.csv", csv_of(desk, 2025))
    run_results(desk.office())
    desk.cycle()
    before = scores_tab(desk)
    assert {vigencia for vigencia, _ in before.values()} == {2025}
    unmeasured = re.sub(rb"(?m)^(05002,2026,integridad,).*$", rb"\1", csv_of(desk, 2026))
    put(desk, "2026.csv", unmeasured)
    run_results(desk.office())
    desk.cycle()
    after = scores_tab(desk)
    assert after.keys() == before.keys()
    assert {vigencia for vigencia, _ in after.values()} == {2026}
    assert after["05002/integridad"] == (2026, None)  # not measured, and not what it was
    assert all(score is not None for key, (_, score) in after.items() if key != "05002/integridad")


def test_results_that_came_first_without_proof_are_taken_when_their_sender_proves_it(tmp_path: Path) -> None:
    sender = "resultados@funcionpublica.gov.co"
    settings = {"MIPG_SCORES__TRUSTED_SENDERS": json.dumps([sender])}
    desk = Desk(tmp_path / "home", settings, datetime(2027, 7, 12, 9, tzinfo=BOGOTA))
    content = zipped(Resultados_vig2026_csv=csv_of(desk, 2026))
    for proof in ("fail", "pass"):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "mesa.mipg@antioquia.gov.co", "Resultados MDI 2026"
        mail["Message-ID"] = f"<{len(desk.messages())}@funcionpublica.gov.co>"
        mail.set_content("Adjunto los resultados de la medición del desempeño institucional.")
        mail.add_attachment(content, maintype="application", subtype="zip", filename="../resultados.zip")
        desk.deliver(stamp("funcionpublica.gov.co", proof).encode() + as_bytes(mail))
        desk.cycle()
    assert desk.fates() == [Fate.REVIEW, Fate.RESULTS_LOADED]
    assert run_results(desk.office())["loaded"] == 1
    assert [file.vigencias for file in files(desk)] == [(2026,)]


class Publisher(BaseHTTPRequestHandler):
    """Serves one file with an ETag, as web servers do."""

    content = b""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers.get("If-None-Match", ""))
        tag = f'"{len(self.content)}"'
        same = self.headers.get("If-None-Match") == tag
        self.send_response(304 if same else 200)
        if not same:
            self.send_header("Content-Type", "text/html" if self.path == "/pagina" else "text/csv")
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(0 if same else len(self.content)))
        self.end_headers()
        if not same:
            self.wfile.write(self.content)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(name="site")
def site_fixture() -> Iterator[str]:
    Publisher.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_the_watched_address_is_asked_rarely_and_loaded_when_it_changes(tmp_path: Path, site: str) -> None:
    now = datetime(2027, 7, 12, 9, tzinfo=BOGOTA)
    desk = Desk(tmp_path / "home", {"MIPG_SCORES__URL": f"{site}/Resultados_vig2026.csv"}, now)
    Publisher.content = csv_of(desk, 2026)
    assert run_results(desk.office())["loaded"] == 1
    assert run_results(desk.office())["loaded"] == 0
    assert Publisher.asked == [""]
    desk.now += timedelta(hours=7)
    assert run_results(desk.office())["loaded"] == 0
    assert Publisher.asked == ["", f'"{len(Publisher.content)}"']
    assert files(desk)[0].name == "Resultados_vig2026.csv"


def test_an_address_that_sends_for_ever_is_given_up_on(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_page, "_LONGEST", -1.0)
    Publisher.content = b"dane_code,vigencia"
    with pytest.raises(ResultsPageUnavailable, match="no terminó de llegar"):
        HttpResultsPage().fetch(f"{site}/x.csv", "")


def test_the_operator_hears_of_an_address_that_gives_nothing_for_days(tmp_path: Path, site: str) -> None:
    desk = Desk(tmp_path / "home", {"MIPG_SCORES__URL": f"{site}/pagina"}, datetime(2027, 7, 12, 9, tzinfo=BOGOTA))
    Publisher.content = b"<html>"
    for _ in range(9):
        assert run_results(desk.office())["loaded"] == 0
        desk.now += timedelta(hours=7)
    (alert,) = desk.outbox(Purpose.ALERT)
    assert "no entrega ningún archivo desde el 12 de julio de 2027: la dirección muestra una página" in alert.mail.text


def test_an_address_that_shows_a_page_or_is_silent_is_unavailable(site: str) -> None:
    with pytest.raises(ResultsPageUnavailable, match="una página"):
        HttpResultsPage().fetch(f"{site}/pagina", "")
    with pytest.raises(ResultsPageUnavailable, match="no se pudo consultar"):
        HttpResultsPage().fetch("http://127.0.0.1:9/x.csv", "")
