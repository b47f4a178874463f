"""What every `ScoreSource` does with the files an office receives."""

import pytest

from tasks.ports.errors import BadWorkbook
from tasks.ports.scores import ScoreSource

TIDY = "dane_code,vigencia,policy_slug,score\n05001,2021,gobierno-digital,61.4\n05002,2021,gobierno-digital,\n"


class ScoreSourceContract:
    """Subclass with a `source` fixture over the catalogue of `tests.tasks.domain.scores.world`."""

    def test_tidy_table_becomes_one_row_per_score(self, source: ScoreSource) -> None:
        read = source.read(TIDY.encode(), "scores.csv")
        assert [(r.dane_code, r.policy, r.vigencia, r.score) for r in read.rows] == [
            ("05001", "gobierno-digital", 2021, 61.4),
            ("05002", "gobierno-digital", 2021, None),
        ]
        assert read.vigencias == (2021,)
        assert not read.problems

    def test_missing_column_is_named(self, source: ScoreSource) -> None:
        with pytest.raises(BadWorkbook, match="Vigencia"):
            source.read(TIDY.replace("vigencia", "xx").encode(), "scores.csv")

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old", b"hola"])
    def test_what_is_no_table_is_refused_in_words(self, source: ScoreSource, content: bytes) -> None:
        with pytest.raises(BadWorkbook, match=r"datos\.xlsx"):
            source.read(content, "datos.xlsx")

    def test_assistance_days_are_read(self, source: ScoreSource) -> None:
        text = (
            "dane_code;Política;fecha;modalidad;caso\n5001;Gobierno Digital;15/06/2021;demanda;2026-0041\n"
            "05002;integridad;2021-06-15;oferta;\n05003;nada;2021-06-15;oferta;\n"
        )
        read = source.read_assistance(text.encode(), "asistencia.csv")
        assert [(r.dane_code, r.policy, r.day.isoformat(), r.modality) for r in read.rows] == [
            ("05001", "gobierno-digital", "2021-06-15", "demanda"),
            ("05002", "integridad", "2021-06-15", "oferta"),
        ]
        assert [(p.code, p.row) for p in read.problems] == [("assistance_unmatched", 4)]

    def test_windows_are_read_and_a_wrong_row_is_named(self, source: ScoreSource) -> None:
        assert (
            source.read_windows(b"vigencia,cierre\n2019,2020-06-30\n", "w.csv").closing(2019).isoformat()
            == "2020-06-30"
        )
        with pytest.raises(BadWorkbook, match="fila 2"):
            source.read_windows(b"vigencia,cierre\n2019,pronto\n", "w.csv")
