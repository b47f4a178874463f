"""HTML to what a reader sees."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.reading.html import MAX_HTML, to_text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Uno</p><p>Dos<br>Tres</p>", "Uno\n\nDos\nTres"),
        ("a<script>if (a<b) x()</script>b<style>p{}</style>c<!-- no -->d", "abcd"),
        ("&iquest;Asesor&iacute;a?&nbsp;S&#237;", "¿Asesoría?\xa0Sí"),
        ("<ul><li>uno<li>dos</ul>", "uno\ndos"),
        (
            "<table><tr><td><p>PAC</p></td><td></td><td>35,4</td></tr><tr><td>SUIT<td>SI</table>",
            "PAC | 35,4\nSUIT | SI",
        ),
        ("<p>Sí</p><blockquote type='cite'>¿Vienen?<br>Gracias</blockquote>", "Sí\n\n> ¿Vienen?\n> Gracias"),
        ("<a href='http://x.co'>enlace</a> sin cerrar <b", "enlace sin cerrar <b"),
    ],
)
def test_visible_text_keeps_its_lines_and_rows(page: str, text: str) -> None:
    assert to_text(page) == text


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display: none">X</div>',
        "<span style='visibility:hidden'>X</span>",
        '<p style="font-size:0">X</p>',
        '<p style="font-size: 1px; line-height:1">X</p>',
        '<p style="color:#fff">X</p>',
        "<font color=white>X</font>",
        '<p style="color: rgb(254, 254, 254)">X</p>',
        '<div style="background:#003366;color:#003366">X</div>',
        '<p style="opacity:0">X</p>',
        '<p style="mso-hide:all">X</p>',
        "<p hidden>X</p>",
        '<div style="display:none"><p style="display:block;color:black">X</p></div>',
        "<style>.o{display:none}</style><p class='a o'>X</p>",
        '<p style="color:transparent">X</p>',
    ],
)
def test_text_that_nobody_can_see_is_dropped(hidden: str) -> None:
    assert to_text(f"<p>A</p>{hidden}<p>B</p>") == "A\n\nB"


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="background-color:navy;color:white">X</div>',
        '<table bgcolor="#003366"><tr><td style="color:#ffffff">X</td></tr></table>',
        '<div style="color:#fff"><span style="color:#000">X</span></div>',
        '<p style="font-size:1.1em">X</p>',
        "<style>@media print{.o{display:none}}</style><p class=o>X</p>",
        '<p style="background:url(x.png);color:#fff">X</p>',
    ],
)
def test_text_that_is_only_unusual_stays(shown: str) -> None:
    assert to_text(f"<p>A</p>{shown}<p>B</p>").split() == ["A", "X", "B"]


@given(st.text(alphabet="<>/\"'=ab pdivtable!-&;#\n ", max_size=400))
def test_any_page_becomes_text(page: str) -> None:
    assert isinstance(to_text(page), str)


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        '<a href="',
        "<!--",
        "<!",
        "<div><table><tr><td>",
        "<style>",
        "<script>",
        "&#x",
        "<p style='a",
        "'\"<a b=c ",
        "</p>",
    ],
)
def test_hostile_page_costs_little(piece: str) -> None:
    started = time.perf_counter()
    to_text(piece * (MAX_HTML // len(piece)))
    assert time.perf_counter() - started < 4
