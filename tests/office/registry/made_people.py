"""Valid people as columns of a sheet, any number of them, the same for the same seed: for tests and the benchmark.

.venv/bin/python -m tests.office.registry.made_people 1000000 people.csv
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from datetime import date, timedelta

from tongchou.office.registry.numbers import CHECK_SIGNS, CODE_SIGNS, WEIGHTS, code_sign

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳秀英娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国华红玉梅春海波志云峰鹏宇浩然子轩雨涵梓欣怡"
AREAS = ("532301",)
FIRST, DAYS = date(1945, 1, 1), 365 * 60
SERIALS = 1000


def people(
    n: int,
    seed: int = 1,
    areas: Sequence[str] = AREAS,
    employers: Sequence[str] = (),
    insurance: str = "pension_employee",
) -> dict[str, list[str]]:
    """Columns of n people with one spell each: machine name → n texts. ``employers``: credit codes of registered units.

    Numbers differ from each other whatever the seed; at most 21,900,000 of them.
    """
    draw = random.Random(seed)
    names = ["".join(draw.choices(SURNAMES, k=1) + draw.choices(GIVEN, k=draw.choice((1, 2, 2, 2)))) for _ in range(n)]
    born = [(FIRST + timedelta(days=i)) for i in range(DAYS)]
    numbers, births = [], []
    for i in range(n):
        day = born[i // 2 % DAYS]
        seventeen = f"532301{day:%Y%m%d}{i % 2 + 2 * (i // 2 // DAYS):03d}"
        total = sum(w * int(d) for w, d in zip(WEIGHTS, seventeen, strict=True))
        numbers.append(seventeen + CHECK_SIGNS[total % 11])
        births.append(day.isoformat())
    through = "employer" if employers else "flexible"
    return {
        "name": names,
        "number": numbers,
        "sex": ["男" if int(x[16]) % 2 else "女" for x in numbers],
        "born": births,
        "area": [areas[i % len(areas)] for i in range(n)],
        "insurance": [insurance] * n,
        "way": [through] * n,
        "status": ["active"] * n,
        "employer": [employers[i % len(employers)] for i in range(n)] if employers else [""] * n,
        "begins": [f"{2008 + i % 15}-{i % 12 + 1:02d}-01" for i in range(n)],
        "last_day": [""] * n,
        "source": [""] * n,
    }


def codes(n: int) -> list[str]:
    """Valid unified social credit codes."""
    found = []
    for i in range(n):
        nine = "".join(CODE_SIGNS[i // 31**k % 31] for k in reversed(range(9)))
        found.append(f"91532301{nine}" + code_sign(f"91532301{nine}"))
    return found


def main() -> None:
    """Write a CSV of so many people."""
    import csv

    n, path = int(sys.argv[1]), sys.argv[2]
    columns = people(n)
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows(zip(*columns.values(), strict=True))


if __name__ == "__main__":
    main()
