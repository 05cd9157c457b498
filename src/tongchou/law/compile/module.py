"""A scheme as one readable source: ``one`` settles a claim, ``fold`` walks many; the same text everywhere.

Generated from validated tables alone. Names come from checked identifiers, everything else is an integer,
so no text of a law file reaches the source; the order is that of the tables, so the same law gives the
same bytes.
"""

from __future__ import annotations

from ..tables import STANDARD_CATEGORIES, Layer, Scheme
from .bands import band_helpers
from .fold import fold_lines
from .layers import LayerWriter, assigned
from .lookups import Lookups
from .numbers import Numbers
from .plan import CHECKED_CATEGORIES, Plan, kept_as
from .sources import lay_on_sources
from .steps import var
from .words import ALWAYS, NEVER, both, when_text
from .writer import Writer

INPATIENT = STANDARD_CATEGORIES.index("inpatient")


def source(scheme: Scheme, start: int, end: int, traced: bool = False) -> str:
    """The source of a scheme for claims of [start, end), ordinal days. ``traced``: ``one`` takes a list first
    and notes in it every step, for explanations; its reckoning lines are the same."""
    return _source(scheme, start, end, traced, Numbers())


def shape(scheme: Scheme, start: int, end: int) -> tuple[str, tuple[int, ...]]:
    """The source with every number of the law read from an argument ``v``, and what ``v`` holds.

    Schemes that differ in their numbers only have the same source, which is then compiled once.
    """
    numbers = Numbers(loose=True)
    return _source(scheme, start, end, False, numbers), tuple(numbers.values)


def _source(scheme: Scheme, start: int, end: int, traced: bool, numbers: Numbers) -> str:
    plan = Plan(scheme, start, end)
    lookups = Lookups(scheme, plan.window, traced, numbers)
    body, bands = _body(plan, lookups, traced)
    head = [
        f'"""{scheme.area} {scheme.name}, claims from day {start} to before day {end}. Generated."""',
        "",
        f"INPUTS = {plan.inputs!r}",
        f"STATE = {tuple(kept_as(s, scheme) for s in plan.slots)!r}",
        f"OUTPUTS = {plan.outputs!r}",
        f"REASONS = {plan.reason_names!r}",
        f"WARNINGS = {plan.warning_names!r}",
        "",
        "",
    ]
    for count, scale in sorted(bands):
        head += band_helpers(count, scale, scheme.mode, scheme.side, scheme.inverse)
    lines = head + lookups.helpers + _one(plan, body, traced, numbers.loose)
    if not traced:
        for name, full in (("fold_year", False), ("fold", True)):
            lines += ["", "", *fold_lines(plan, name, body, full, numbers.loose)]
    return "\n".join(lines) + "\n"


def _one(plan: Plan, body: list[str], traced: bool, loose: bool) -> list[str]:
    state = [s.variable for s in plan.slots]
    names = [plan.names.get(n, n) for n in plan.inputs]
    arguments = ", ".join([*(["trace"] if traced else []), *(["v"] if loose else []), *names, *state])
    return [f"def one({arguments}):", *body, f"    return ({', '.join([*plan.outputs, *state])},)"]


def _body(plan: Plan, lookups: Lookups, traced: bool) -> tuple[list[str], set[tuple[int, int]]]:
    """The reckoning of one claim, from inputs and totals to outputs and totals; ``one`` and the folds share it."""
    w = Writer(traced)
    _start(plan, w)
    _rank(plan, w)
    _severe(plan, w)
    _stops(plan, w)
    bands: set[tuple[int, int]] = set()
    with w.block("if stop == 0"):
        _admission(plan, w)
        for g, (categories, layers) in enumerate(plan.groups):
            test = " or ".join(f"category == {c}" for c in categories)
            with w.block(f"{'if' if g == 0 else 'elif'} {test}"):
                names = ", ".join(plan.scheme.categories[c] for c in categories)
                w.put(f"# {names}")
                _group(plan, lookups, w, categories, layers, bands)
    for fund in plan.funds:
        pays = [f"pay_{layer.name}" for _, layer in plan.layers if layer.fund == fund and not layer.own]
        w.put(f"fund_{fund} = " + " + ".join(pays))
    w.put("fund_total = " + (" + ".join(f"fund_{f}" for f in plan.funds) or "0"))
    if plan.paid_by:
        lay_on_sources(plan, w)
    _reason(plan, w)
    return w.lines, bands


def _group(plan: Plan, lookups: Lookups, w: Writer, categories: tuple[int, ...], layers: list, bands: set) -> None:  # type: ignore[type-arg]
    bases = [layer for _, layer in layers if layer.intake.kind != "burden" and not layer.own]
    writer = LayerWriter(plan, lookups, w, categories, len(bases))
    first = len(w.lines)
    if len(bases) > 1:
        w.put("based = 0")
    writer.need_bands = bands
    claims = [layer for _, layer in layers if layer.intake.kind == "claim"]
    if claims:
        known = {
            p: plan.window.within(
                (n.start, n.end) for _, n in plan.layers if n.intake.kind == "part" and n.intake.name == p
            )
            for p in plan.claim_parts
        }
        w.put("rest = in_scope" + "".join(f" - part_{p}" for p, days in known.items() if days == ALWAYS))
        for p, days in known.items():  # a part that no layer of the day takes is rest
            if days != ALWAYS:
                with w.block(f"if {days}"):
                    w.put(f"rest = rest - part_{p}")
    for run in _runs(layers):
        if len(run) == 1:
            writer.layer(*run[0])
        else:
            writer.choose(run, _known(plan, w, first))
    for tag in sorted({c.then for _, layer in layers for c in layer.caps if c.then}):
        w.put(f"person_over_cap = person_over_cap + spill_{tag}")


def _runs(layers: list[tuple[int, Layer]]) -> list[list[tuple[int, Layer]]]:
    """Layers by themselves, alternatives together in the order of their choice."""
    runs: list[list[tuple[int, Layer]]] = []
    for i, layer in layers:
        if layer.choice and runs and runs[-1][0][1].choice == layer.choice:
            runs[-1].append((i, layer))
        else:
            runs.append([(i, layer)])
    return [sorted(run, key=lambda r: r[1].choice.index(r[1].name)) if len(run) > 1 else run for run in runs]


def _known(plan: Plan, w: Writer, first: int) -> set[str]:
    """Variables that have a value at this point of a group: inputs, totals, and what is assigned on every way here."""
    sure = [line for line in w.lines[:first] if line.startswith("    ") and line[4] != " "]
    sure += [line for line in w.lines[first:] if line.startswith("    " * w.depth) and line[4 * w.depth] != " "]
    names = {plan.names.get(n, n) for n in plan.inputs} | {s.variable for s in plan.slots}
    return names | set(assigned(sure))


def _start(plan: Plan, w: Writer) -> None:
    """Everything begins at nothing; the whole in-scope cost is unclaimed."""
    zero = ["deductible", "reason", "warnings", "stop", "entered", "took", "capped", "taken", "below"]
    zero += [f"pay_{layer.name}" for _, layer in plan.layers if not layer.own] + [f"spill_{t}" for t in plan.tags]
    zero += ["person_" + p.replace(":", "_") for p in plan.parts if p not in plan.bill_parts and p != "unclaimed"]
    zero += ["institution"] if plan.has_institution else []
    for name in zero:
        w.put(f"{name} = 0")
    w.put("person_unclaimed = in_scope")
    for part in plan.bill_parts:
        w.put(f"person_{part} = {part}")


def _stops(plan: Plan, w: Writer) -> None:
    """Reasons for which no layer pays at all, in their order; disease_not_listed last."""
    names = plan.reason_names
    with w.block("if designated == 0"):
        w.put(f"stop = {names.index('not_designated')}")
        w.put("warnings = 0")
    for r in plan.reasons:
        if r.pays:
            continue
        test = both(when_text(r.when, plan.scheme), *plan.window.holds(r.start, r.end))
        if test == NEVER:
            continue
        with w.block(f"elif {test or ALWAYS}"):
            w.put(f"stop = {names.index(r.code)}")
            w.put("warnings = 0")
    for name in CHECKED_CATEGORIES:
        category = plan.scheme.categories.index(name)
        taken = any(category in cats for cats, _ in plan.groups)
        if not taken:
            continue
        mask = _listed(plan, name)
        with w.block(f"elif category == {category}"):
            if mask is None:
                w.put("warnings = warnings | 1")
                continue
            bit, days = mask
            with w.block(f"if disease & 1 == 0{days}"):
                w.put("warnings = warnings | 1")
            with w.block(f"elif disease & {bit} == 0"):
                w.put(f"stop = {names.index('disease_not_listed')}")


def _listed(plan: Plan, name: str) -> tuple[int, str] | None:
    """Bit of a catalogue and ``or not`` the days it is in force; None: no such catalogue in the window."""
    days = plan.window.within((c.start, c.end) for c in plan.scheme.catalogues if c.name == name)
    if days == NEVER:
        return None
    return 2 << plan.catalogues.index(name), "" if days == ALWAYS else f" or not ({days})"


def _rank(plan: Plan, w: Writer) -> None:
    """An absent rank follows from the level: 1 township, 2 county, 3 prefecture; with a warning where law reads it."""
    if "rank" not in plan.reads:
        return
    from .words import names_in

    readers = [cats for cats, layers in plan.groups if any("rank" in names_in(layer.when) for _, layer in layers)]
    tests = " or ".join(f"category == {c}" for cats in readers for c in cats)
    with w.block("if rank < 0"):
        w.put("rank = max(level, 1) - 1")
        with w.maybe(tests or None):
            w.put("warnings = warnings | 4")


def _severe(plan: Plan, w: Writer) -> None:
    """A severe disease must be in its catalogue where one is in force and a disease is given."""
    if "severe" not in plan.reads:
        return
    mask = _listed(plan, "severe")
    with w.block("if severe != 0"):
        if mask is None:
            w.put("warnings = warnings | 1")
            return
        bit, days = mask
        with w.block(f"if disease & 1 == 0{days}"):
            w.put("warnings = warnings | 1")
        with w.block(f"elif disease & {bit} == 0"):
            w.put("severe = 0")
            w.put("warnings = warnings | 2")


def _admission(plan: Plan, w: Writer) -> None:
    """The number of this admission in the benefit year; an episode keeps the number of its first bill."""
    if "admission_no" not in plan.reads:
        return
    declared = [(layer.counts_as_admission, layer) for _, layer in plan.layers if layer.counts_as_admission is not None]
    tests = [both(when_text(d, plan.scheme), *plan.window.holds(n.start, n.end)) or ALWAYS for d, n in declared]
    days = plan.window.within((n.start, n.end) for _, n in declared)
    if days != ALWAYS:  # no layer in force declares one: stays
        tests.append(f"category == {INPATIENT}" + ("" if days == NEVER else f" and not ({days})"))
    w.put("admission_no = total_admissions_year + 1")
    with w.block("if " + " or ".join(f"({t})" for t in tests) if len(tests) > 1 else f"if {tests[0]}"):
        with w.block("if total_episode_admission_episode > 0"):
            w.put("admission_no = total_episode_admission_episode")
        with w.block("else"):
            w.put("total_admissions_year = admission_no")
            w.put("total_episode_admission_episode = admission_no")


def _reason(plan: Plan, w: Writer) -> None:
    """Why nothing is paid; else, on a paid row, the first reason that pays as usual."""
    names = plan.reason_names
    with w.block("if fund_total == 0"):
        with w.block("if stop != 0"):
            w.put("reason = stop")
        with w.block("elif in_scope == 0"):
            w.put(f"reason = {names.index('nothing_in_scope')}")
        with w.block("elif entered == 0"):
            w.put(f"reason = {names.index('not_covered')}")
        with w.block("elif capped != 0"):
            w.put(f"reason = {names.index('cap_used')}")
        with w.block("elif took != 0"):
            w.put(f"reason = {names.index('deductible')}")
        if plan.owns:
            with w.block("elif " + " + ".join(var(f"own:{o.name}") for o in plan.owns) + " != 0"):
                w.put(f"reason = {names.index('own_account')}")
        with w.block("else"):
            w.put(f"reason = {names.index('rate_zero')}")
    word = "if"
    for r in plan.reasons:
        test = both(when_text(r.when, plan.scheme), *plan.window.holds(r.start, r.end))
        if not r.pays or test == NEVER:
            continue
        with w.block(f"{word} {test or ALWAYS}"):
            word = "elif"
            with w.block("if reason == 0"):
                w.put(f"reason = {names.index(r.code)}")
            with w.block(f"elif reason != {names.index(r.code)}"):
                w.put(f"warnings = warnings | {1 << plan.warning_names.index(r.code)}")
