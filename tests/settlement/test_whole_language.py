"""The schemes made up at random use the whole language, and claims are paid by what each word says."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings

from tongchou.law.tables import BASE_PARTS, Attribute, Scheme
from tongchou.rules.settlement.reference import PlainResult, settle_all

from .schemes import scheme_files, scheme_of
from .strategies import BILL, CARE, TURNS, Row, days_of, number_courses, plain_claim, reads_of, taken_on
from .whole_language import WORDS, words_of

RUNS = 12
"""Searches begun anew: one long one keeps to what is near its first finds."""
SCHEMES = 15
CLAIMS = 30


def _some(random: Random, a: Attribute) -> int:
    if a.kind == "codes":
        return random.randrange(2 ** len(a.values))
    if a.kind == "code":
        return random.randrange(len(a.values))
    if a.kind == "flag":
        return 1 if a.name == "designated" else random.randrange(2)
    if a.kind == "disease":
        return 0
    if a.kind in ("money", "date"):
        return random.choice(TURNS) if a.kind == "date" else random.choice((0, random.randrange(300_000)))
    return random.choice(CARE) if a.name in ("days", "bed_days") else random.randint(a.low or 0, min(a.high or 8, 60))


def claims_of(scheme: Scheme, random: Random, count: int = CLAIMS) -> list[Row]:
    """Claims of one person without reversals, drawn evenly: most of them meet some layer."""
    days, made = days_of(scheme), []
    for day in sorted(random.choices(days, k=count)):
        row: Row = {a.name: _some(random, a) for a in scheme.attributes if a.kind != "state"}
        row |= {"day": day, "in_scope": random.choice((20_000, 300_000, 2_000_000)) + random.randrange(10**5)}
        row["in_scope"] *= random.randrange(20) > 0
        row |= {name: random.choice((0, random.randrange(50_000))) for name in BILL}
        row |= {f"part_{name}": random.randrange(row["in_scope"] // 3 + 1) for name in reads_of(scheme)[1]}
        taken = taken_on(scheme, day) or [3]
        row |= {
            "category": random.choice(taken),
            "episode": random.choice((None, 1, 2)),
            "reverses": None,
            "interim": 0,
        }
        made.append(row)
    return number_courses(made)


def met_by(made: dict[str, Any], result: PlainResult) -> set[str]:
    """Words that a result rests on: those of the layers and sources that paid, and the scheme's own."""
    layers = [x for x in made["layers"] if "name" in x]
    own = {name.removeprefix("own:") for name in result.parts if name.startswith("own:")}
    paying = {name for name, amount in result.paid.items() if amount} | own
    chosen = [x for x in made["layers"] if "choose" in x and paying & set(x["choose"]["of"])]
    found: set[str] = set()
    for layer in layers:
        if layer["name"] in paying:
            found |= set(words_of(layer, "layer"))
    if paying:
        found |= set(words_of({k: v for k, v in made.items() if k not in ("layers", "payment_sources")}, "scheme"))
        found |= set(words_of(chosen, "scheme"))
    for source in made.get("payment_sources", ()):
        if result.paid_by.get(source["name"]):
            found |= {"scheme payment_sources", *words_of(source, "source"), *words_of(source, "scheme")}
            found |= {"scheme cash"} if source["name"] == "cash" else set()
    return found


def gathered() -> tuple[Counter[str], Counter[str]]:
    """How many schemes use each word, how many claims each word had a hand in, parts and reasons met."""
    used: Counter[str] = Counter()
    met: Counter[str] = Counter()
    random = Random(20230504)

    @settings(max_examples=SCHEMES, derandomize=False, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(scheme_files())
    def gather(text: str) -> None:
        made = yaml.load(text, Loader=yaml.BaseLoader)
        made = yaml.safe_load(text) if "null" in text else made
        found = {w for part in made["layers"] for w in words_of(part, "scheme" if "choose" in part else "layer")}
        found |= set(words_of({k: v for k, v in made.items() if k != "layers"}, "scheme"))
        for source in made.get("payment_sources", ()):
            found |= {*words_of(source, "source"), *(["scheme cash"] if source["name"] == "cash" else [])}
        used.update(found & WORDS)
        scheme = scheme_of(text)
        for result in settle_all(scheme, [plain_claim(r) for r in claims_of(scheme, random)]):
            met.update(met_by(made, result) & WORDS)
            met.update(f"part {name.partition(':')[0]}" for name in result.parts)
            met.update([f"reason {result.reason}"])

    for k in range(RUNS):
        seed(k)(gather)()
    return used, met


def test_the_whole_language_is_generated_and_met() -> None:
    """Every word is written by some scheme and stands in what paid a claim; every part holds something, every reason
    of settlement is given."""
    used, met = gathered()
    assert sorted(WORDS - set(used)) == []
    assert sorted(WORDS - set(met)) == []
    parts = ("share", "own", "caught_up", *BASE_PARTS)
    reasons = ("nothing_in_scope", "not_covered", "cap_used", "deductible", "own_account", "rate_zero", "why_0")
    assert sorted({*(f"part {p}" for p in parts), *(f"reason {r}" for r in reasons)} - set(met)) == []
