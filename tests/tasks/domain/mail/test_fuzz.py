"""A short run of tests/benchmarks/fuzz_mail.py: no mutation of a real mail breaks reading or judging."""

from tests.benchmarks.fuzz_mail import _SAMPLES, a_view, fuzz


def test_mutated_mails_are_read_and_judged_or_refused_with_a_reason() -> None:
    broken, _, _ = fuzz(150, 3, list(_SAMPLES), a_view())
    assert broken == []
