"""Scheme files made up at random over the whole language, as YAML text."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tongchou.law.tables import BILL_PARTS, Scheme
from tongchou.law.tree import load_scheme_file

from .words import (
    CODES,
    HEAD,
    OF_DEDUCTIBLE,
    OF_RATE,
    PARTS,
    TAGS,
    Draw,
    chance,
    gaps,
    modifiers,
    money,
    one_of,
    percents,
    period,
    values,
    whens,
    yuan,
)


class _Plain(yaml.SafeDumper):
    """Writes everything out: law files know no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_text(made: Any) -> str:
    """A scheme file's text."""
    return yaml.dump(made, Dumper=_Plain, sort_keys=False, width=110)


def scheme_of(text: str) -> Scheme:
    """The scheme of a scheme file's text."""
    with tempfile.TemporaryDirectory() as folder:  # one each: tests run beside one another
        path = Path(folder) / "scheme.yaml"
        path.write_text(text, encoding="utf-8")
        return load_scheme_file(path)


# Layers


def _deductible(draw: Draw, banded: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"amount": draw(values(money())), "per": period(draw)}
    if chance(draw, 4):
        made["repeat_every_days"] = one_of(draw, 1, 30, 90)
    if chance(draw, 3):
        made["pool"] = one_of(draw, "one", "other")
    if chance(draw, 4):
        made["key"] = one_of(draw, "level", "category", "cost", "rank")
    if banded and chance(draw, 2):
        made["as"] = "edge"
    elif chance(draw, 4):
        made["as"] = "subtract"
    if chance(draw, 2):
        made["modifiers"] = modifiers(draw, OF_DEDUCTIBLE)
    return made


def _cap(draw: Draw) -> dict[str, Any]:
    amount = draw(values(money(6000)))
    if chance(draw, 4):
        amount = [{"when": draw(whens()), "value": None}, {"value": draw(money(4000))}]
    made: dict[str, Any] = {"amount": gaps(draw, amount), "per": period(draw)}
    limits = one_of(draw, "payment", "payment", "cost", "gross")
    if limits != "payment" or chance(draw, 4):
        made["limits"] = "payment" if limits == "payment" else "cost"
    if limits == "gross":
        made["counted"] = "before_deductible"
    if chance(draw, 2):  # what is counted in a pool is one thing
        made["pool"] = f"{limits}_{one_of(draw, 'a', 'b')}"
    if chance(draw, 4):
        made["key"] = one_of(draw, "level", "category", "cost")
    if chance(draw, 3):
        made["when"] = draw(whens())
    if chance(draw, 2):
        made["then"] = one_of(draw, *TAGS, "person")
    return made


def _bands(draw: Draw) -> list[dict[str, Any]]:
    tops = sorted(draw(st.lists(st.integers(1, 400), min_size=0, max_size=2, unique=True)))
    made: list[dict[str, Any]] = [{"to": n * 10, "rate": draw(values(percents()))} for n in tops]
    if made and chance(draw, 3):
        made[0]["to"] = draw(values(st.sampled_from((50, 100, "77.77")), False))
    return [*made, {"rate": draw(values(percents()))}]


def _intake(draw: Draw, i: int, tags: set[str]) -> Any:
    kinds = ["claim", "part:drugs", "burden", "burden"]
    if i == 0:
        kinds = ["claim", "claim", "part:drugs", "burden"]
    kinds += [f"overflow:{t}" for t in sorted(tags)] * 3
    kind = draw(st.sampled_from(kinds))
    if kind != "burden":
        return kind
    return {
        "burden": draw(
            st.lists(
                st.sampled_from((*PARTS, *(f"{kind}:l{k}" for k in range(i) for kind in ("share", "own")))),
                min_size=1,
                max_size=5,
                unique=True,
            )
        )
    }


def _unit(draw: Draw) -> dict[str, Any]:
    """A tariff; only where the quantity is bounded may its sum stand in place of a lower charge."""
    tariff = values(st.one_of(yuan(0, 120), st.just({"index": "wage", "times": "0.0005"})))
    if chance(draw, 2):
        return {"tariff": draw(tariff), "quantity": "days", "actual": "min"}
    return {"tariff": draw(tariff), "quantity": "bed_days", "actual": one_of(draw, "min", "ignore")}


def _own_layer(draw: Draw, i: int, tags: set[str]) -> dict[str, Any]:
    """A layer that the person's own account pays, most often no further than a balance goes."""
    made: dict[str, Any] = {"name": f"l{i}", "payer": "own", "intake": _intake(draw, i, tags)}
    made["rate"] = one_of(draw, 100, 100, draw(values(percents())))
    if chance(draw, 3):
        made["modifiers"] = modifiers(draw, OF_RATE, 2)
    caps = [{"amount": {"attr": one_of(draw, "balance", "balance", "family")}, "per": "none"}]
    if chance(draw, 3):
        more = _cap(draw)
        if more.get("limits") != "cost":
            more.pop("limits", None)
            more.pop("then", None)
            caps.insert(draw(st.integers(0, len(caps))), more)
    made["caps"] = caps
    return made


def _layer(draw: Draw, i: int, tags: set[str]) -> dict[str, Any]:
    made = _own_layer(draw, i, tags) if chance(draw, 6) else _fund_layer(draw, i, tags)
    if chance(draw, 2):
        made["when"] = draw(whens())
    if chance(draw, 8):
        made["from" if chance(draw, 2) else "to"] = one_of(draw, "2023-02-01", "2023-07-01")
    return undated(made) if "from" in made or "to" in made else made


def _fund_layer(draw: Draw, i: int, tags: set[str]) -> dict[str, Any]:
    intake = _intake(draw, i, tags)
    burden = isinstance(intake, dict)
    way = one_of(draw, "rate", "rate", "bands", *(["top_up"] if burden else ["bands"]))
    made: dict[str, Any] = {"name": f"l{i}", "intake": intake}
    if chance(draw, 4):
        made["fund"] = "shared"
    if not burden and chance(draw, 5):
        made["package"] = {
            "price": draw(values(yuan(0, 4000))),
            "excess": one_of(draw, "institution", "person"),
            "under": one_of(draw, "price", "actual"),
            "includes": draw(st.lists(st.sampled_from(BILL_PARTS), unique=True)),
        }
    elif not burden and chance(draw, 4):
        made["unit"] = _unit(draw)
    if chance(draw, 8):
        made["payer"] = "fund"
    if chance(draw, 8):
        made["prepay"] = one_of(draw, 10, "12.5")
    elif chance(draw, 4):
        made["prepay"] = {
            "rate": draw(values(st.sampled_from((0, 5, 10, "12.5", 100)))),
            "place": one_of(draw, "before_deductible", "after_deductible"),
        }
        if chance(draw, 2):
            made["prepay"]["modifiers"] = modifiers(draw, OF_RATE, 2)
    if chance(draw, 2):
        made["deductible"] = _deductible(draw, way == "bands")
    made[way] = _bands(draw) if way == "bands" else draw(values(percents()))
    if way == "bands":
        made["band_scope"] = one_of(draw, "claim", "episode", "year", "year")
        if made["band_scope"] != "claim" and chance(draw, 3):
            made["catch_up"] = "true"
    if chance(draw, 3):
        made["modifiers"] = modifiers(draw, OF_RATE)
    if chance(draw, 2):
        made["caps"] = [_cap(draw) for _ in range(draw(st.integers(1, 3)))]
    if chance(draw, 8):
        made["counts_as_admission"] = draw(whens(False))
    tags |= {c["then"] for c in made.get("caps", ()) if c.get("then") in TAGS}
    return made


def _choice(draw: Draw, layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Two or three layers that stand together, in any order, as alternatives."""
    size = min(len(layers), one_of(draw, 2, 2, 3))
    first = draw(st.integers(0, len(layers) - size))
    return {"choose": {"of": draw(st.permutations([x["name"] for x in layers[first : first + size]]))}}


def _sources(draw: Draw, layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Payment sources, now and then two of one balance, or cash named at the end."""
    known = [*PARTS, *(f"{kind}:{x['name']}" for x in layers for kind in ("share", "own"))]
    made = []
    for name in draw(st.permutations(("own_account", "family", "savings")))[: draw(st.integers(1, 3))]:
        source: dict[str, Any] = {"name": name, "balance": "family" if name == "family" else "balance"}
        if chance(draw, 3):
            source["when"] = draw(whens(False))
        if chance(draw, 2):
            source["not_for"] = draw(st.lists(st.sampled_from(known), min_size=1, max_size=4, unique=True))
        if chance(draw, 8):
            source["from" if chance(draw, 2) else "to"] = one_of(draw, "2023-02-01", "2023-07-01")
        made.append(source)
    return [*made, *([{"name": "cash"}] if chance(draw, 3) else [])]


def undated(node: Any) -> Any:
    """What stands inside of a dated layer, without dates of its own."""
    if isinstance(node, list) and node and isinstance(node[0], dict) and "from" in node[0]:
        return undated(node[0]["value"])
    if isinstance(node, dict):
        return {k: undated(v) for k, v in node.items()}
    return [undated(v) for v in node] if isinstance(node, list) else node


@st.composite
def scheme_files(draw: Draw) -> str:
    """A scheme file with one to five layers."""
    tags: set[str] = set()
    made: dict[str, Any] = {
        **HEAD,
        "identity": {"values": ["veteran"]},
        "rounding": {
            "side": one_of(draw, "fund", "person"),
            "mode": one_of(draw, "half_up", "down"),
            "inverse": one_of(draw, "half_up", "down"),
        },
        "benefit_year_starts": one_of(draw, "01-01", "01-01", "07-01", "04-15"),
        "layers": [_layer(draw, i, tags) for i in range(draw(st.integers(1, 5)))],
    }
    layers = list(made["layers"])
    if len(layers) > 1 and chance(draw, 3):
        made["layers"].insert(draw(st.integers(0, len(layers))), _choice(draw, layers))
    if chance(draw, 2):
        made["payment_sources"] = _sources(draw, layers)
    if chance(draw, 3):
        made["identity"]["priority"] = draw(st.permutations(CODES))[: draw(st.integers(1, 3))]
    if chance(draw, 3):
        made["reasons"] = [
            {"code": f"why_{k}", "when": draw(whens(False)), "pays": one_of(draw, "as_usual", "nothing")}
            for k in range(draw(st.integers(1, 3)))
        ]
    return as_text(made)
