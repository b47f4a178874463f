"""The message that goes over the wire says what was written, in parts that every mail program reads."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.writing.outgoing import Enclosure, OutgoingMail, Purpose, as_bytes, build_message

NOW = datetime(2026, 11, 30, 14, tzinfo=UTC)
PICTURE = Enclosure(name="etapas.png", sha256="ab", content_type="image/png", inline_id="etapas@mesa-mipg")
_WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029"), max_size=300)


def wire(html: str, *enclosures: Enclosure) -> bytes:
    mail = OutgoingMail(
        key="digest/2026-W49",
        message_id="<resumen-2026-W49@antioquia.gov.co>",
        purpose=Purpose.DIGEST,
        to=("Natalia Quiroz <natalia@antioquia.gov.co>",),
        subject="Resumen semanal: señales y años",
        text="Sonsón",
        html=html,
        enclosures=enclosures,
    )
    return as_bytes(build_message(mail, "Mesa MIPG <mesa@antioquia.gov.co>", NOW, {"ab": b"\x89PNG"}))


@given(st.lists(_WORDS, min_size=1, max_size=8).map("\n".join))
def test_the_html_arrives_as_it_was_written_in_short_lines(html: str) -> None:
    raw = wire(html)
    assert max(len(line) for line in raw.splitlines()) <= 998  # RFC 5322 §2.1.1
    body = message_from_bytes(raw, policy=policy.default).get_body(["html"])
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip("\n") == html.rstrip("\n")


def test_text_html_and_a_picture_stand_as_alternatives_with_the_picture_beside_the_html() -> None:
    message = message_from_bytes(wire("<p>año</p>", PICTURE), policy=policy.default)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert [part["Content-ID"] for part in message.walk()][-1] == "<etapas@mesa-mipg>"
    assert str(message["Subject"]) == "Resumen semanal: señales y años"


@given(st.lists(st.text("abcñéí", min_size=1, max_size=14), min_size=1, max_size=20).map(" ".join))
def test_a_subject_arrives_with_single_blanks_wherever_it_was_folded(subject: str) -> None:
    mail = OutgoingMail(
        key="k",
        message_id="<k@antioquia.gov.co>",
        purpose=Purpose.ALERT,
        to=("a@b.co",),
        subject=subject,
        text="",
        html="",
    )
    raw = as_bytes(build_message(mail, "Mesa MIPG <mesa@antioquia.gov.co>", NOW, {}))
    assert b" \r\n" not in raw.partition(b"\r\n\r\n")[0]
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject
