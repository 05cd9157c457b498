"""People and units made up for the demo: valid numbers, names of the lists, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..registry.numbers import CHECK_SIGNS, CODE_SIGNS, WEIGHTS, code_sign

FILE = Path(__file__).parent / "demo.yaml"


@cache
def settings() -> dict[str, Any]:
    """What ``demo.yaml`` says."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Unit:
    """A unit as it will be registered."""

    area: str
    name: str
    code: str
    kind: str
    origin: str
    standing: str


class Maker:
    """Makes what is asked for, each number once."""

    def __init__(self, seed: int, today: date) -> None:
        self.draw, self.today = random.Random(seed), today
        self.counties = [c for c in settings()["counties"] if c["weight"]]
        self.serials: dict[str, int] = {}

    def county(self) -> str:
        """A county, the large ones more often."""
        return str(self.draw.choices(self.counties, [c["weight"] for c in self.counties])[0]["code"])

    def name(self) -> str:
        """A person's name of two or three signs."""
        names = settings()["names"]
        given = self.draw.choices(names["given"], k=self.draw.choice((1, 2, 2, 2)))
        return "".join([self.draw.choice(names["family"]), *given])

    def born(self, youngest: int, oldest: int) -> date:
        """A birth day that makes somebody so many years old today."""
        return self.today - timedelta(days=self.draw.randrange(youngest * 365, oldest * 365))

    def number(self, county: str, born: date, sex: str) -> str:
        """A resident ID number that nobody else got here."""
        begin = f"{county}{born:%Y%m%d}"
        serial = self.serials.get(begin + sex, 1 if sex == "M" else 0)
        self.serials[begin + sex] = serial + 2
        digits = f"{begin}{serial:03d}"
        return digits + CHECK_SIGNS[sum(w * int(d) for w, d in zip(WEIGHTS, digits, strict=True)) % 11]

    def units(self, n: int) -> Iterator[Unit]:
        """Units of every kind and standing, in the shares of ``demo.yaml``; custodial ones stand."""
        told, names, seen = settings()["employers"], settings()["names"], set()
        for i in range(n):
            # One of every kind and standing first, so that a small demo has them too.
            if i < len(told["kinds"]):
                kind, standing = list(told["kinds"])[i], "normal"
            elif i < len(told["kinds"]) + len(told["standings"]):
                kind, standing = "employer", list(told["standings"])[i - len(told["kinds"])]
            else:
                kind = _share(told["kinds"], i, "employer")
                standing = "normal" if kind != "employer" else _share(told["standings"], i // 3, "normal")
            while True:
                parts = (
                    self.draw.choice(names["unit"]),
                    self.draw.choice(names["trade"]),
                    self.draw.choice(names["form"]),
                )
                name = f"{parts[0]}{self.draw.choice(names['given'])}{parts[1]}{parts[2]}"
                if name not in seen:
                    seen.add(name)
                    break
            county = self.county()
            seventeen = f"91{county}" + "".join(self.draw.choices(CODE_SIGNS, k=9))
            origin = _share(told["origins"], i // 2, "ordinary")
            yield Unit(county, name, seventeen + code_sign(seventeen), kind, origin, standing)


def _share(shares: dict[str, int], i: int, otherwise: str) -> str:
    """Which of some shares of a hundred the i-th falls into."""
    place = i * 37 % 100  # spreads neighbours over the hundred
    for code, share in shares.items():
        if place < share:
            return code
        place -= share
    return otherwise
