"""Who a trusted server vouches for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.authentication import Verdict, aligned, read, verdict
from tasks.domain.mail.reading.parsing import parse

TRUSTED = ("mx.antioquia.gov.co",)
ANA = "Ana <ana@antioquia.gov.co>"


def judged(*headers: str, sender: str = ANA, trusted: tuple[str, ...] = TRUSTED) -> Verdict:
    lines = [*(f"Authentication-Results: {header}" for header in headers), f"From: {sender}"]
    return verdict(parse("\r\n".join((*lines, "", "hola")).encode()), trusted)


@pytest.mark.parametrize(
    "header",
    [
        "mx.antioquia.gov.co; dmarc=pass header.from=antioquia.gov.co",
        "MX.Antioquia.gov.co 1; dmarc=pass (p=reject (sp=none) dis=none) header.from=antioquia.gov.co",
        "mx.antioquia.gov.co; dkim=pass header.d=antioquia.gov.co; spf=fail smtp.mailfrom=x.co; dmarc=none",
        "mx.antioquia.gov.co; dkim=pass header.d=mail.antioquia.gov.co header.s=s1 header.b=AbC+/=; dmarc=temperror",
        "mx.antioquia.gov.co; dkim=fail header.d=antioquia.gov.co; dkim=pass header.i=@antioquia.gov.co",
        'mx.antioquia.gov.co; dmarc=pass reason="lista; dmarc=fail" header.from=antioquia.gov.co',
        "mx.antioquia.gov.co;\r\n\tdkim=pass header.d=antioquia.gov.co;\r\n dmarc=pass header.from=antioquia.gov.co",
    ],
)
def test_dmarc_or_aligned_dkim_passes(header: str) -> None:
    assert judged(header) is Verdict.PASS


@pytest.mark.parametrize(
    "header",
    [
        "mx.antioquia.gov.co; spf=pass smtp.mailfrom=antioquia.gov.co",
        "mx.antioquia.gov.co; dmarc=fail header.from=antioquia.gov.co; dkim=pass header.d=antioquia.gov.co",
        "mx.antioquia.gov.co; dmarc=pass header.from=antioquia.gov.co; dmarc=fail header.from=antioquia.gov.co",
        "mx.antioquia.gov.co; dkim=pass header.d=gmail.com; dmarc=none",
        "mx.antioquia.gov.co; dkim=pass header.d=gov.co; dmarc=none",
        "mx.antioquia.gov.co; dkim=pass header.d=evilantioquia.gov.co; dmarc=none",
        "mx.antioquia.gov.co; dmarc=pass header.from=otro.co",
        "mx.antioquia.gov.co; dkim=none; spf=none; dmarc=none",
        "mx.antioquia.gov.co; dmarc=pass (sin cerrar",
        'mx.antioquia.gov.co; spf=fail smtp.mailfrom="; dmarc=pass header.from=antioquia.gov.co"@evil.co; dmarc=none',
        "mx.antioquia.gov.co; spf=fail smtp.mailfrom=a;dmarc=pass@evil.co",
        "mx.antioquia.gov.co; spf=fail (dmarc=pass header.from=antioquia.gov.co)",
        "mx.antioquia.gov.co; dmarc=bestguesspass header.from=antioquia.gov.co",
    ],
)
def test_anything_less_than_a_pass_fails(header: str) -> None:
    assert judged(header) is Verdict.FAIL


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("mail.atacante.example; dmarc=pass header.from=antioquia.gov.co",),
        ("spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=antioquia.gov.co; dkim=pass header.d=x.co;dmarc=pass",),
        ("mx.antioquia.gov.co; none",),
        ("mx.antioquia.gov.co; auth=pass smtp.auth=ana@antioquia.gov.co",),
        ("mx.antioquia.gov.co.evil.example; dmarc=pass header.from=antioquia.gov.co",),
    ],
)
def test_no_word_of_a_trusted_server_is_no_stamp(headers: tuple[str, ...]) -> None:
    assert judged(*headers) is Verdict.NONE_STAMPED


def test_topmost_trusted_header_wins_over_forged_ones_below() -> None:
    failed = "mx.antioquia.gov.co; dmarc=fail header.from=antioquia.gov.co"
    passed = "mx.antioquia.gov.co; dmarc=pass header.from=antioquia.gov.co"
    assert judged(failed, passed) is Verdict.FAIL
    assert judged(passed, failed) is Verdict.PASS
    assert judged("otro.example; dmarc=fail", passed) is Verdict.PASS
    assert judged("mx.antioquia.gov.co; dmarc=((", passed) is Verdict.FAIL


@pytest.mark.parametrize(
    "sender",
    [
        "Ana <ana@antioquia.gov.co>, Eva <eva@evil.example>",
        "<ana@antioquia.gov.co> <eva@evil.example>",
        "ana@antioquia.gov.co (<eva@evil.example>)",
        "ana@antioquia.gov.co <eva@evil.example>",
        "Ana\r\nFrom: ana@antioquia.gov.co",
        "ana@antioquia.gov.co\r\nFrom: eva@evil.example",
        "",
        "Ana",
    ],
)
def test_from_that_is_not_exactly_one_address_fails(sender: str) -> None:
    assert judged("mx.antioquia.gov.co; dmarc=pass", sender=sender) is Verdict.FAIL


def test_display_name_changes_nothing() -> None:
    passed = "mx.antioquia.gov.co; dmarc=pass header.from=evil.example"
    mail = parse(
        f'Authentication-Results: {passed}\r\nFrom: "ana@antioquia.gov.co" <eva@evil.example>\r\n\r\nx'.encode()
    )
    assert mail.sender.email == "eva@evil.example"
    assert verdict(mail, TRUSTED) is Verdict.PASS


def test_domain_with_ñ_matches_its_dns_form() -> None:
    header = "mx.antioquia.gov.co; dmarc=pass header.from=xn--nario-antioquia-1nb.gov.co"
    domain = "nariño-antioquia.gov.co".encode("idna").decode()
    assert (
        judged(header.replace("xn--nario-antioquia-1nb.gov.co", domain), sender="a@nariño-antioquia.gov.co")
        is Verdict.PASS
    )


@given(st.text(alphabet='mx.;=() "\\pasdrckithe@1\t-', max_size=120))
def test_no_text_without_a_whole_pass_clause_passes(noise: str) -> None:
    found = read(noise)
    stamped = judged(f"mx.antioquia.gov.co; {noise}")
    if stamped is Verdict.PASS:
        assert "dmarc=pass" in noise.replace(" ", "") or "dkim" in noise
    assert found is None or isinstance(found[0], str)


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=2, max_size=5))
def test_alignment_is_symmetric_and_needs_a_shared_end(labels: list[str]) -> None:
    domain = ".".join(labels)
    assert aligned(f"mail.{domain}", domain) == aligned(domain, f"mail.{domain}")
    assert not aligned(f"x{domain}", domain)
