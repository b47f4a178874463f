"""Workbooks of results that come by mail."""

from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.reading.filename import safe_name
from tasks.ports.records import Fate
from tasks.reception.desk import Desk


def keep_workbooks(desk: Desk) -> Fate:
    """Keep the workbook where new results are looked for; the results flow reads it.

    Only from who is known to send them, and never when our server says that the sender is not who it claims to be:
    invented scores would close cases.
    """
    stamped = verdict(desk.arrival.mail, desk.office.settings.mailbox.trusted_authserv)
    if not desk.judgement.auto or stamped is Verdict.FAIL:
        return desk.record(Fate.REVIEW, reason="resultados de un remitente sin confianza o sin autenticar")
    kept = 0
    for attachment in desk.arrival.mail.attachments:
        suffix = attachment.name.rpartition(".")[2].lower()
        if suffix in {"xlsx", "csv", "zip"}:
            (sha,) = desk.office.archive.put([attachment.content], f".{suffix}")
            desk.office.keep_results(f"{sha[:16]}-{safe_name(attachment.name)}", attachment.content)
            kept += 1
    return desk.record(Fate.RESULTS_LOADED) if kept else desk.record(Fate.REVIEW)
