"""Which fund may pass money to which, where and when: brought from an approved law version into the books (L02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg

from tongchou.law import Law
from tongchou.law.constants import NO_END
from tongchou.law.figures import Figures
from tongchou.law.figures_of import figures_of
from tongchou.ledger.chart import ALWAYS, link, read_chart, unlink

from ..frame import lawbook
from ..frame.areas import WHEN_ADDED, areas
from ..frame.calendar import ZONE


@dataclass(frozen=True)
class Link:
    """``pair`` may pass money in an area from a day on, until a day (the first no longer) or for good, by a clause."""

    pair: tuple[str, str]
    area: str
    since: date
    until: date | None
    clause: str


def links_of(conn: psycopg.Connection, law: Law) -> list[Link]:
    """Every link that ``funds.<a>_to_<b>`` gives, for each area of the office; a county has those of its prefecture."""
    funds, found = read_chart()["funds"], []
    for area in areas(conn):
        code = next((c for c in reversed(area.path) if c in law.areas), None)
        if code is None:
            continue
        figures = figures_of(law, code)
        for name in figures.names("funds"):
            one, to, other = name.partition("_to_")
            if to and one in funds and other in funds:
                for start, end, clause in _true_days(figures, f"funds.{name}"):
                    until = None if end is None or end >= NO_END else date.fromordinal(end)
                    found.append(Link((one, other), area.code, date.fromordinal(start), until, clause))
    return found


def bring(conn: psycopg.Connection, law: Law, counts_from: datetime | None = None) -> int:
    """Bring the links of a law into the books. How many changed.

    New ones let money pass from the moment at which the version counts. Those it no longer has end on the day after:
    what was booked on that day under the law before stays explained.
    """
    wanted, now = links_of(conn, law), lawbook.moment_of(conn)
    starts = counts_from if counts_from and counts_from > now else ALWAYS
    changed = sum(link(conn, w.pair, [w.area], w.since, w.clause, w.until, starts) for w in wanted)
    open_ones = conn.execute(
        "SELECT from_fund, to_fund, area FROM ledger.fund_link_period "
        "WHERE in_force @> current_date AND from_fund <> to_fund"
    ).fetchall()
    today = max(now, counts_from or now).astimezone(ZONE).date() + timedelta(days=1)
    lasting = {(*w.pair, w.area) for w in wanted if w.since <= today and (w.until is None or w.until > today)}
    for one, other, where in open_ones:
        if (one, other, where) not in lasting:
            changed += unlink(conn, (one, other), where, today)
    return changed


def _true_days(figures: Figures, name: str) -> list[tuple[int, int | None, str]]:
    """(start, end, document and clause) of the stretches on which a flag is true."""
    found = []
    for start in figures.starts(name):
        figure = figures.at(name, start)
        if figure.true:
            found.append((start, figure.end, f"{figure.document} {figure.clause}"))
    return found


def bring_counted(conn: psycopg.Connection) -> int:
    """Bring the links of the version that counts, as a new area needs them; 0 before there is one."""
    counts = lawbook.current(conn)
    return bring(conn, lawbook.load_version(conn, counts.version)) if counts else 0


lawbook.WHEN_ADOPTED.append(bring)
WHEN_ADDED.append(bring_counted)
