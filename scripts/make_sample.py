"""Write a made-up year (2023) of claims of Kunming (530100), as CSV or Parquet.

    python scripts/make_sample.py [--rows 50000] [--out build/sample/claims.csv] [--seed 20230101]

The same rows and seed give the same bytes. Beside the file, ``long_claim`` holds the claim_id of a claim that
meets every layer residents have for a stay. Nobody here is real: ids are numbers, amounts are drawn.
"""

from __future__ import annotations

import argparse
import csv
import io
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

Columns = dict[str, np.ndarray]

DISEASES = {  # code: which catalogues of the area it is in; drawn in this order with these weights
    "chronic": {"M03900": 40, "M01600": 28, "M04600": 12, "M05300": 6, "000000-05": 5, "M06900": 4, "000000-15": 5},
    "special": {
        "M07801": 30,
        "M00500": 35,
        "M08300": 8,
        "000000-09": 9,
        "000000-18": 12,
        "000000-12": 3,
        "000000-13": 3,
    },
    "severe": {
        "530000-09": 20,
        "530000-20": 25,
        "530000-19": 20,
        "530000-11": 15,
        "530000-06": 12,
        "530000-01": 3,
        "530000-24": 5,
    },
}
VALUES: dict[str, tuple[str, ...]] = {
    "scheme": ("employee", "resident"),
    "status": ("active", "retired", "resident"),
    "identity": (
        "registered_poor",
        "minimum_allowance",
        "destitute",
        "registered_poor;minimum_allowance",
        "registered_poor;destitute",
    ),
    "category": ("outpatient", "chronic", "special", "inpatient", "delivery"),
    "rank": ("township", "county", "prefecture", "province"),
    "disease": tuple(dict.fromkeys(code for group in DISEASES.values() for code in group)),
    "place": ("local", "resident_filed", "transferred", "emergency", "unfiled"),
    "delivery_kind": ("normal", "caesarean"),
    "injury": ("none", "recognised", "no_employer"),
}
KINDS = {  # every column of the file, in the order a person reads it
    "claim_id": "claim",
    "person_id": "person",
    "scheme": "code",
    "status": "code",
    "identity": "code",
    "born": "month",
    "service_date": "date",
    "admission_date": "date",
    "settled_at": "time",
    "category": "code",
    "level": "integer",
    "rank": "code",
    "hospital": "hospital",
    "place": "code",
    "referred": "flag",
    "designated": "flag",
    "disease": "code",
    "severe": "flag",
    "chronic_diseases": "integer",
    "delivery_kind": "code",
    "injury": "code",
    "days": "integer",
    "episode": "episode",
    "interim": "flag",
    "billed": "money",
    "out_of_catalogue": "money",
    "over_limit": "money",
    "first_share": "money",
    "in_scope": "money",
    "reverses": "claim",
}
ABSENT = -1
OUTPATIENT, CHRONIC, SPECIAL, INPATIENT, DELIVERY = range(5)
MEDIAN_YUAN = np.array(
    [  # by category and level 0–3
        [55, 95, 190, 330],
        [180, 260, 380, 520],
        [1500, 1900, 3200, 4800],
        [2600, 3400, 7200, 16500],
        [1500, 1900, 3900, 6200],
    ]
)
SPREAD = np.array([0.75, 0.55, 0.7, 0.8, 0.3])
LEVEL_ODDS = {  # cumulative odds of level 0, 1, 2 (the rest 3), by scheme and category
    0: np.array([[0.10, 0.35, 0.66], [0, 0.2, 0.6], [0, 0, 0.4], [0, 0.18, 0.58], [0, 0.2, 0.7]]),
    1: np.array([[0.55, 0.96, 0.985], [0.05, 0.35, 0.75], [0, 0.05, 0.45], [0.02, 0.32, 0.72], [0.03, 0.3, 0.72]]),
}
YEAR_START = date(2023, 1, 1).toordinal()
EPOCH = date(1970, 1, 1).toordinal()
DAY = 86_400
CAST_PERSONS = 40

CAST = Path(__file__).with_name("sample_cast.csv")
"""Claims written by hand: with them every layer pays in every sample, however small. ``mark`` long: to be
explained; a stay of several rows shares an episode; ``in_scope`` is what is left of ``billed``."""


# -- persons and claims --------------------------------------------------------------------------------------
def draw(rng: np.random.Generator, odds: list[float], n: int) -> np.ndarray:
    """Numbers 0, 1, … with the given odds."""
    return np.searchsorted(np.cumsum(odds) / sum(odds), rng.random(n), side="right").astype(np.int64)


def draw_disease(rng: np.random.Generator, group: str, n: int) -> np.ndarray:
    codes = np.array([VALUES["disease"].index(c) for c in DISEASES[group]])
    return codes[draw(rng, [float(w) for w in DISEASES[group].values()], n)]


def persons(rng: np.random.Generator, n: int) -> Columns:
    """Persons with what does not change in the year; ``visits`` is their weight among claims."""
    scheme = draw(rng, [55, 45], n)
    retired = rng.random(n) < 0.28
    status = np.where(scheme == 1, 2, np.where(retired, 1, 0))
    identity = np.where(scheme == 1, draw(rng, [86, 7, 3.5, 1, 2, 0.5], n), draw(rng, [994, 0, 6], n)) - 1
    age = np.where(status == 0, rng.integers(22, 60, n), rng.integers(1, 90, n))
    age = np.where(status == 1, rng.integers(56, 92, n), age)
    old = age > 50
    return {
        "scheme": scheme,
        "status": status,
        "identity": identity,
        "born": (2023 - age) * 12 + rng.integers(0, 12, n),
        "chronic": rng.random(n) < np.where(old, 0.34, 0.05),
        "special": rng.random(n) < 0.012,
        "mother": (scheme == 1) & (age >= 20) & (age <= 42) & (rng.random(n) < 0.3),
        "chronic_diseases": 1 + draw(rng, [70, 20, 8, 2], n),
        "first_disease": draw_disease(rng, "chronic", n),
        "special_disease": draw_disease(rng, "special", n),
        "visits": rng.gamma(1.1, 1.0, n) * np.where(old, 1.7, 1.0),
        "cost": np.exp(0.35 * rng.standard_normal(n)),
    }


def categories(rng: np.random.Generator, who: Columns) -> np.ndarray:
    """A category for each claim, by what its person has."""
    n = len(who["scheme"])
    u, resident = rng.random(n), who["scheme"] == 1
    category = np.where(u < np.where(resident, 0.13, 0.065), INPATIENT, OUTPATIENT)
    often = np.where(resident, np.where(who["identity"] >= 0, 0.35, 0.0), 0.40)  # only the poor have a layer
    category[who["chronic"] & (u > 1 - often)] = CHRONIC
    category[who["special"] & resident & (u > 0.45)] = SPECIAL
    category[who["mother"] & (u > 0.80)] = DELIVERY
    return category


def claims(rng: np.random.Generator, rows: int, people: Columns, first_person: int) -> Columns:
    """Ordinary claims of the year, one settlement each."""
    n_people = len(people["scheme"])
    person = np.searchsorted(np.cumsum(people["visits"]), rng.random(rows) * people["visits"].sum())
    person = np.minimum(person, n_people - 1)
    who = {name: values[person] for name, values in people.items()}
    category = categories(rng, who)
    births = np.flatnonzero(category == DELIVERY)  # one a year and mother
    category[np.setdiff1d(births, births[np.unique(person[births], return_index=True)[1]])] = OUTPATIENT
    odds = np.stack([LEVEL_ODDS[0], LEVEL_ODDS[1]])[who["scheme"], category]
    level = (rng.random(rows)[:, None] > odds).sum(axis=1)
    stay = (category == INPATIENT) | (category == DELIVERY)
    days = np.where(stay, 1 + np.rint(7 * np.exp(0.6 * rng.standard_normal(rows))).astype(np.int64), ABSENT)
    service = YEAR_START + rng.integers(0, 365, rows)
    severe = (category == INPATIENT) & (rng.random(rows) < 0.08)
    disease = np.where(category == CHRONIC, who["first_disease"], ABSENT)
    disease = np.where(category == SPECIAL, who["special_disease"], disease)
    disease = np.where(severe, draw_disease(rng, "severe", rows), disease)
    disease[(category == CHRONIC) & (rng.random(rows) < 0.03)] = ABSENT
    rank = np.minimum(3, np.maximum(0, level - 1) + (rng.random(rows) < 0.45) * (level > 0))
    away = np.where(stay, draw(rng, [90, 2, 4, 2, 2], rows), 0)
    return {
        "person_id": person + first_person,
        "scheme": who["scheme"],
        "status": who["status"],
        "identity": who["identity"],
        "born": who["born"],
        "service_date": service,
        "admission_date": np.where(stay, service - days, ABSENT),
        "settled_at": service * DAY + rng.integers(8 * 3600, 18 * 3600, rows),
        "category": category,
        "level": level,
        "rank": np.where(rng.random(rows) < 0.04, ABSENT, rank),
        "hospital": level * 100 + rng.integers(1, 25, rows),
        "place": away,
        "referred": (rng.random(rows) >= np.where(stay & (level == 3), 0.12, 0.02)).astype(np.int64),
        "designated": (rng.random(rows) >= 0.012).astype(np.int64),
        "disease": disease,
        "severe": severe.astype(np.int64),
        "chronic_diseases": np.where(category == CHRONIC, who["chronic_diseases"], ABSENT),
        "delivery_kind": np.where(category == DELIVERY, draw(rng, [62, 38], rows), ABSENT),
        "injury": np.where(rng.random(rows) < 0.0006, 1 + draw(rng, [60, 40], rows), ABSENT),
        "days": days,
        "episode": np.full(rows, ABSENT),
        "interim": np.where(category == INPATIENT, 0, ABSENT),
        **amounts(rng, category, level, who["cost"]),
        "reverses": np.full(rows, ABSENT),
        "mark": np.zeros(rows, np.int64),
    }


def amounts(rng: np.random.Generator, category: np.ndarray, level: np.ndarray, factor: np.ndarray) -> Columns:
    """Bill and its parts, in fen. They always add up; ``in_scope`` is left out now and then."""
    n = len(category)
    yuan = MEDIAN_YUAN[category, level] * factor * np.exp(SPREAD[category] * rng.standard_normal(n))
    billed = np.maximum(150, np.rint(yuan * 100).astype(np.int64))
    outside = np.where(rng.random(n) < 0.55, rng.beta(1.6, 16.0, n), 0.0)
    over = np.where(rng.random(n) < 0.08, rng.beta(1.2, 30.0, n), 0.0)
    class_b = np.where(rng.random(n) < 0.5, rng.random(n) * 0.6, 0.0)
    out_of_catalogue = (billed * outside).astype(np.int64)
    over_limit = ((billed - out_of_catalogue) * over).astype(np.int64)
    first_share = ((billed - out_of_catalogue - over_limit) * class_b).astype(np.int64) // 10
    in_scope = billed - out_of_catalogue - over_limit - first_share
    return {
        "billed": billed,
        "out_of_catalogue": out_of_catalogue,
        "over_limit": over_limit,
        "first_share": first_share,
        "in_scope": np.where(rng.random(n) < 0.03, ABSENT, in_scope),
    }


def cast() -> Columns:
    """The claims written by hand."""
    with CAST.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    columns = {name: np.full(len(lines), ABSENT) for name in KINDS if name != "claim_id"}
    columns["mark"] = np.zeros(len(lines), np.int64)
    for i, line in enumerate(lines):
        for name in ("scheme", "status", "identity", "category", "rank", "disease", "delivery_kind"):
            if line[name]:
                columns[name][i] = VALUES[name].index(line[name])
        for name in ("billed", "out_of_catalogue", "over_limit", "first_share"):
            columns[name][i] = int((line[name] or "0.00").replace(".", ""))
        day = date.fromisoformat(line["service_date"]).toordinal()
        columns["person_id"][i], columns["level"][i] = int(line["person"]), int(line["level"])
        columns["service_date"][i], columns["settled_at"][i] = day, day * DAY + 9 * 3600 + 60 * i
        columns["episode"][i] = int(line["episode"][1:] or ABSENT)
        columns["hospital"][i] = int(line["level"]) * 100 + 1
        columns["interim"][i] = {"true": 1, "false": 0}.get(line["interim"], ABSENT)
        columns["referred"][i] = {"true": 1, "false": 0}.get(line["referred"], ABSENT)
        columns["mark"][i] = line["mark"] == "long"
    age = 20 + 3 * columns["person_id"] % 40
    columns["born"] = (2023 - np.where(columns["status"] == 1, 68, age)) * 12 + 5
    columns["in_scope"] = columns["billed"] - sum(
        columns[name] for name in ("out_of_catalogue", "over_limit", "first_share")
    )
    columns["severe"] = ((columns["disease"] >= 0) & (columns["category"] == INPATIENT)).astype(np.int64)
    columns["chronic_diseases"] = np.where(columns["category"] == CHRONIC, 3, ABSENT)
    columns["designated"][:], columns["place"][:] = 1, 0
    return columns


# -- stays in several rows, reversals, order -----------------------------------------------------------------
def picked(columns: Columns, rows: np.ndarray) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def joined(*parts: Columns) -> Columns:
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def interim_rows(rng: np.random.Generator, base: Columns, share: float) -> Columns:
    """Earlier settlements of some stays: the base row closes the stay, the new one stands before it."""
    stays = np.flatnonzero((base["category"] == INPATIENT) & (base["days"] >= 6) & (base["level"] >= 2))
    chosen = stays[: int(len(stays) * share)]
    base["episode"][chosen] = 1 + np.arange(len(chosen))
    before = picked(base, chosen)
    back = before["days"] // 2
    before["interim"] = np.ones(len(chosen), np.int64)
    before["service_date"] = np.maximum(YEAR_START, before["service_date"] - back)
    before["settled_at"] = before["service_date"] * DAY + rng.integers(8 * 3600, 9 * 3600, len(chosen)) - 7200
    before["admission_date"] = np.minimum(before["admission_date"], before["service_date"])
    base["admission_date"][chosen] = before["admission_date"]
    before["days"] = before["service_date"] - before["admission_date"]
    return before


def reversal_rows(base: Columns, count: int) -> Columns:
    """Reversals of ordinary claims; the last two contradict: one undoes twice, one is not equal."""
    plain = np.flatnonzero(
        (base["person_id"] > CAST_PERSONS)
        & (base["episode"] == ABSENT)
        & (base["injury"] == ABSENT)
        & (base["in_scope"] >= 0)
        & (base["settled_at"] < (YEAR_START + 350) * DAY)
    )
    chosen = plain[np.linspace(0, len(plain) - 1, count + 1).astype(np.int64)]
    rows = picked(base, np.concatenate([chosen[:count], chosen[:1], chosen[count:]]))
    rows["reverses"] = rows["uid"].copy()
    base["mark"][chosen] = 2  # kept as they are
    rows["mark"][:] = 2
    rows["settled_at"] = rows["settled_at"] + 5 * DAY
    rows["settled_at"][count] += DAY
    rows["billed"][-1] += 100
    rows["in_scope"][-1] += 100
    return rows


def build(rows: int, seed: int) -> tuple[Columns, int]:
    """All columns in the order of settlement, and the row to explain."""
    rng = np.random.default_rng(seed)
    fixed = cast()
    stays, undone = rows // 400, max(2, rows // 2500)
    people = persons(rng, max(30, rows * 6 // 50 - CAST_PERSONS))
    ordinary = rows - len(fixed["mark"]) - undone - 2 - stays
    base = claims(rng, ordinary, people, CAST_PERSONS + 1)
    earlier = interim_rows(rng, base, 0.12)
    earlier = picked(earlier, np.arange(min(stays, len(earlier["mark"]))))
    base["episode"][base["episode"] > len(earlier["mark"])] = ABSENT
    missing = stays - len(earlier["mark"])
    more = claims(rng, missing, people, CAST_PERSONS + 1)
    everything = joined(fixed, base, earlier, more)
    everything["uid"] = np.arange(len(everything["mark"]))
    undo = reversal_rows(everything, undone)
    undo["uid"] = len(everything["mark"]) + np.arange(undone + 2)
    everything = joined(everything, undo)
    order = np.lexsort((everything["uid"], everything["settled_at"]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    everything = picked(everything, order)
    known = everything["reverses"] >= 0
    everything["reverses"][known] = place[everything["reverses"][known]] + 1
    everything["claim_id"] = np.arange(1, len(order) + 1)
    return everything, int(np.flatnonzero(everything["mark"] == 1)[0])


# -- writing -------------------------------------------------------------------------------------------------
def arrow(name: str, values: np.ndarray) -> pa.Array:
    """One column as its Arrow type: ids and codes text, money decimal, flags boolean."""
    kind, absent = KINDS[name], pa.array(values == ABSENT)
    ints = pa.array(values, mask=values == ABSENT)
    if kind == "code":
        return pa.DictionaryArray.from_arrays(ints.cast(pa.int32()), list(VALUES[name])).cast(pa.string())
    if kind in ("claim", "person", "episode"):
        letter, width = {"claim": ("C", 7), "person": ("P", 6), "episode": ("E", 5)}[kind]
        return pc.binary_join_element_wise(letter, pc.utf8_lpad(ints.cast(pa.string()), width, "0"), "")
    if kind == "hospital":
        return pc.binary_join_element_wise("H", pc.utf8_lpad(ints.cast(pa.string()), 3, "0"), "")
    if kind == "money":
        words = np.stack([values, values >> 63], axis=1)
        valid = pa.array(values != ABSENT).buffers()[1]
        return pa.Array.from_buffers(pa.decimal128(14, 2), len(values), [valid, pa.py_buffer(words)])
    if kind == "month":
        texts = [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(int(values.min()), int(values.max()) + 1)]
        return pa.DictionaryArray.from_arrays(pa.array(values - values.min()), texts).cast(pa.string())
    if kind == "date":
        days = pa.array(np.where(values == ABSENT, 0, values - EPOCH).astype(np.int32))
        return pc.if_else(absent, pa.scalar(None, pa.date32()), days.cast(pa.date32()))
    if kind == "time":
        return pa.array(values - EPOCH * DAY).cast(pa.timestamp("s"))
    return ints.cast(pa.bool_()) if kind == "flag" else ints.cast(pa.int32())


def bad_rows(columns: Columns, claim_ids: pa.Array, parquet: bool) -> list[tuple[int, str, str | None]]:
    """(row, column, text) of cells spoilt on purpose, each for another reason. Parquet takes typed ones."""
    text_only = [
        ("billed", '"1,234.50"'),
        ("service_date", "2023-02-30"),
        ("settled_at", "2023-05-04 09:00"),
        ("level", "三级"),
        ("designated", "是"),
        ("hospital", 'H1"03'),
        ("hospital", "H103,H104"),
        ("billed", "1000000000001.00"),
    ]
    typed: list[tuple[str, str | None]] = [
        ("person_id", None),
        ("out_of_catalogue", "-12.00"),
        ("level", "7"),
        ("category", "dental"),
        ("person_id", "P" * 129),
        ("person_id", " P000123"),
        ("claim_id", "previous"),
        ("status", "resident"),
        ("admission_date", "2024-01-01"),
        ("category", "delivery"),
        ("billed", "+1"),
        ("category", "special"),
        ("reverses", "C9999999"),
        ("service_date", "2021-06-01"),
    ]
    spoils = typed if parquet else typed + text_only
    plain = np.flatnonzero(
        (columns["category"] == OUTPATIENT)
        & (columns["scheme"] == 0)
        & (columns["mark"] == 0)
        & (columns["in_scope"] >= 0)
        & (columns["injury"] == ABSENT)
        & (columns["person_id"] > CAST_PERSONS)
    )
    at = plain[np.linspace(5, len(plain) - 1, len(spoils)).astype(np.int64)].tolist()
    result = []
    for row, (name, text) in zip(at, spoils, strict=True):
        if text == "previous":
            text = claim_ids[row - 1].as_py()
        elif text == "+1":
            text = f"{columns['billed'][row] // 100 + 1}.00"
        result.append((row, name, text))
    return result


def spoil(column: pa.Array, row: int, text: str | None) -> pa.Array:
    value = pa.scalar(text, pa.string()).cast(column.type)
    return pa.concat_arrays([column[:row], pa.array([value.as_py()], column.type), column[row + 1 :]])


def csv_text(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%S")
    return pc.fill_null(column.cast(pa.string()), "")


def csv_bytes(table: dict[str, pa.Array], spoils: list[tuple[int, str, str | None]]) -> bytes:
    sink, names = io.BytesIO(), list(table)
    plain = pa_csv.WriteOptions(include_header=False, quoting_style="none")
    pa_csv.write_csv(pa.table({name: csv_text(column) for name, column in table.items()}), sink, plain)
    lines = sink.getvalue().decode().split("\n")
    for row, name, text in spoils:
        cells = lines[row].split(",")
        cells[names.index(name)] = text or ""
        lines[row] = ",".join(cells)
    return (",".join(names) + "\n" + "\n".join(lines)).encode()


def write(path: Path, rows: int, seed: int) -> int:
    """Write the file and ``long_claim`` beside it; gives the number of rows."""
    columns, long_row = build(rows, seed)
    parquet = path.suffix == ".parquet"
    table = {name: arrow(name, columns[name]) for name in KINDS}
    spoils = bad_rows(columns, table["claim_id"], parquet)
    long_claim = table["claim_id"][long_row].as_py()
    path.parent.mkdir(parents=True, exist_ok=True)
    if parquet:
        for row, name, text in spoils:
            table[name] = spoil(table[name], row, text)
        pq.write_table(pa.table(table), path, compression="zstd")
    else:
        path.write_bytes(csv_bytes(table, spoils))
    (path.parent / "long_claim").write_text(f"{long_claim}\n", encoding="utf-8")
    return len(columns["claim_id"])


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up year of claims of Kunming (530100).")
    parser.add_argument("--rows", type=int, default=50_000, help="claims (default 50000; at least 2000)")
    parser.add_argument("--out", type=Path, default=Path("build/sample/claims.csv"), help=".csv or .parquet")
    parser.add_argument("--seed", type=int, default=20230101)
    given = parser.parse_args()
    if given.rows < 2000:
        parser.error("--rows must be at least 2000")
    if given.out.suffix not in (".csv", ".parquet"):
        parser.error("--out must end in .csv or .parquet")
    n = write(given.out, given.rows, given.seed)
    print(f"{given.out}: {n} claims of a made-up year 2023 in Kunming (530100)")


if __name__ == "__main__":
    main()
