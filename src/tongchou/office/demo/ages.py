"""Ages that fit a status: retired only from the month of retirement on that the law names, at work only before it."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg

from tongchou.law.days import first_day, month_of
from tongchou.rules.reckoning import Reckoning
from tongchou.rules.retirement.age import retirement_month

from ..frame import lawbook
from ..registry.rows import figures
from .made import Maker, settings

EARLIEST, LATEST = "worker", "cadre"
"""The categories of women whose age comes first and last; for men there is one age."""


class Ages:
    """Draws birth days by the law that counts in the office."""

    def __init__(self, conn: psycopg.Connection, maker: Maker, on: date) -> None:
        self.maker, self.on = maker, on
        self.figures = figures(conn, lawbook.in_force(conn), settings()["nation"])

    def retires(self, born: date, sex: str, category: str) -> date:
        """The first day of the month in which somebody comes of age."""
        month = retirement_month(Reckoning(self.figures), month_of(born.toordinal()), sex, category)[2]
        return date.fromordinal(first_day(month))

    def may_retire(self, born: date, sex: str, on: date) -> bool:
        """Whether somebody is of age by a day, in whichever category comes first."""
        return self.retires(born, sex, EARLIEST) <= on

    def born(self, status: str, sex: str, by: date) -> date:
        """A birth day that fits a status: retired by a day, or not of age today in any category."""
        youngest, oldest = settings()["ages"][status]
        while True:
            born = self.maker.born(youngest, oldest)
            if status == "retired" and self.may_retire(born, sex, by):
                return born
            if (status == "active" and self.retires(born, sex, LATEST) > self.on) or status == "resident":
                return born

    def first_day(self, status: str, born: date, sex: str) -> date:
        """The first day on which somebody may be enrolled with a status."""
        if status == "resident":
            return born
        return self.retires(born, sex, EARLIEST) if status == "retired" else born + timedelta(days=19 * 366)
