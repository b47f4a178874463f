"""What a corrected publication changed in a report already issued: figures of the summary, and conclusions."""

from collections.abc import Iterator

from tasks.domain.catalog import Catalog
from tasks.domain.scores.report.wording import SIGNIFICANT, Row, figure, policy_name, unit_name
from tasks.domain.scores.report.workbook import FLAGS
from tasks.domain.spanish import counted

_MOST_NAMED = 12


def changes_between(before: Row, now: Row, catalog: Catalog) -> list[str]:
    """Return one Spanish sentence per change between two results of `compare`; one that says so when none counts."""
    found = [*_rows(before, now, catalog), *_units(before, now, catalog)]
    return found or ["Las cifras corregidas no cambian ninguna conclusión de este informe."]


def _rows(before: Row, now: Row, catalog: Catalog) -> Iterator[str]:
    if (then := _told(before["pooled"])) != (later := _told(now["pooled"])):
        yield f"El resultado del conjunto pasa de {then} a {later}."
    old = {row["policy"]: row for row in before["policies"]}
    for row in now["policies"]:
        was = old.get(row["policy"])
        if was is not None and _told(was) != _told(row):
            turned = "; cambia la conclusión" if _distinct(was) != _distinct(row) else ""
            yield f"{policy_name(row['policy'], catalog)}: pasa de {_told(was)} a {_told(row)}{turned}."


def _told(row: Row) -> str:
    return "sin estimación" if row["estimate"] is None else figure(row)


def _distinct(row: Row) -> bool:
    return row["p_value"] is not None and row["p_value"] <= SIGNIFICANT


def _units(before: Row, now: Row, catalog: Catalog) -> Iterator[str]:
    old = {(unit["dane_code"], unit["policy"]): unit for unit in before["units"]}
    turned = []
    for unit in now["units"]:
        was = old.get((unit["dane_code"], unit["policy"]))
        if was is not None and was["flag"] != unit["flag"]:
            turned.append(f"{unit_name(unit, catalog)} ({FLAGS[was['flag']]} → {FLAGS[unit['flag']]})")
    if turned:
        more = f" y {len(turned) - _MOST_NAMED} más" if len(turned) > _MOST_NAMED else ""
        many = counted(len(turned), "combinación municipio–política cambia", "combinaciones municipio–política cambian")
        yield f"{many} de lectura: {'; '.join(turned[:_MOST_NAMED])}{more}."
