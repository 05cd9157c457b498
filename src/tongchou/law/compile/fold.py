"""The fold as source: claims of persons in order, running totals read and given back, reversals undone."""

from __future__ import annotations

from ..tables import ROLLING
from .plan import Plan
from .writer import Writer


def scopes_of(plan: Plan) -> list[tuple[str, str | None]]:
    """Scopes of running totals other than the benefit year, in order."""
    return list(dict.fromkeys(s.scope for s in plan.slots if s.scope != ("year", None)))


def scope_name(scope: tuple[str, str | None]) -> str:
    """Name of a period and, where it has one, the attribute that keys it (``episode_by_level``)."""
    return scope[0] + (f"_by_{scope[1]}" if scope[1] else "")


def fold_lines(plan: Plan, name: str, body: list[str], full: bool, loose: bool) -> list[str]:
    """Walk claims lo…hi of persons in order. ``year`` holds the person-year of each; totals are read when it
    changes and given back after it. ``full`` also keeps totals of other periods and undoes reversals."""
    year = [s for s in plan.slots if s.scope == ("year", None)]
    scopes = scopes_of(plan) if full else []
    outs = [f"o_{o}" for o in plan.outputs]
    columns = [f"i_{c}" for c in plan.inputs]
    extra = [a for s in scopes for a in (f"at_{scope_name(s)}", f"sum_{scope_name(s)}", *_first(s))]
    undo = ["mark", "origin", "effect_of", "effects"] if full else []
    given = [*(["v"] if loose else []), *columns, "year", "sum_year", *extra, *undo, *outs]
    lines = [f"def {name}(lo, hi, {', '.join(given)}):"]
    w = Writer(False)
    w.put("wrong = 0")
    w.put("current = -1")
    for s in plan.slots:
        w.put(f"{s.variable} = 0")
    with w.block("for i in range(lo, hi)"):
        if year:
            with w.block("if year[i] != current"):
                with w.block("if current >= 0"):
                    for k, s in enumerate(year):
                        w.put(f"sum_year[current, {k}] = {s.variable}")
                w.put("current = year[i]")
                for k, s in enumerate(year):
                    w.put(f"{s.variable} = sum_year[current, {k}]")
        for scope in scopes:
            _load(plan, w, scope)
        if not full:  # no claim shares a total of another period: each begins at nothing
            for s in plan.slots:
                if s not in year:
                    w.put(f"{s.variable} = 0")
        if full:
            _undo(plan, w, outs, body)
        else:
            _call(plan, w, outs, body)
        for scope in scopes:
            _store(plan, w, scope)
    if year:
        with w.block("if current >= 0"):
            for k, s in enumerate(year):
                w.put(f"sum_year[current, {k}] = {s.variable}")
    w.put("return wrong")
    return [*lines, *w.lines]


def _first(scope: tuple[str, str | None]) -> list[str]:
    """Of a rolling period also the first row of each claim's window."""
    return [f"from_{scope_name(scope)}"] if scope[0].startswith(ROLLING) else []


def _load(plan: Plan, w: Writer, scope: tuple[str, str | None]) -> None:
    """Totals of a period as the claim finds them; of a rolling one the sum over the days of its window."""
    own = [s for s in plan.slots if s.scope == scope]
    n = scope_name(scope)
    rolling = scope[0].startswith(ROLLING)
    w.put(f"k_{n} = at_{n}[i]")
    with w.block(f"if k_{n} >= 0"):
        for k, s in enumerate(own):
            w.put(f"{s.variable} = " + ("0" if rolling else f"sum_{n}[k_{n}, {k}]"))
        if rolling:
            with w.block(f"for m in range(from_{n}[i], k_{n} + 1)"):
                for k, s in enumerate(own):
                    w.put(f"{s.variable} = {s.variable} + sum_{n}[m, {k}]")
    with w.block("else"):
        for s in own:
            w.put(f"{s.variable} = 0")
    if rolling:
        for s in own:
            w.put(f"held_{s.variable} = {s.variable}")


def _store(plan: Plan, w: Writer, scope: tuple[str, str | None]) -> None:
    """Totals given back; of a rolling period what the claim added, on its own day."""
    own = [s for s in plan.slots if s.scope == scope]
    n = scope_name(scope)
    with w.block(f"if k_{n} >= 0"):
        for k, s in enumerate(own):
            if scope[0].startswith(ROLLING):
                w.put(f"sum_{n}[k_{n}, {k}] = sum_{n}[k_{n}, {k}] + {s.variable} - held_{s.variable}")
            else:
                w.put(f"sum_{n}[k_{n}, {k}] = {s.variable}")


def _call(plan: Plan, w: Writer, outs: list[str], body: list[str]) -> None:
    """The body of ``one`` on claim i: written out, since a call that returns twenty values costs a quarter."""
    for name in plan.inputs:
        w.put(f"{plan.names.get(name, name)} = i_{name}[i]")
    w.lines += ["    " * (w.depth - 1) + line for line in body]
    for out, name in zip(outs, plan.outputs, strict=True):
        w.put(f"{out}[i] = {name}")
    parts = [o for o in plan.outputs if o.startswith("person_")] + (["institution"] if plan.has_institution else [])
    whole = " + ".join(["i_in_scope[i]", *(f"i_{p}[i]" for p in plan.bill_parts)])
    with w.block(f"if {' + '.join(['fund_total', *parts])} != {whole}"):
        w.put("wrong = wrong + 1")


def _undo(plan: Plan, w: Writer, outs: list[str], body: list[str]) -> None:
    """A reversal carries the original's amounts with the sign turned and takes its changes back."""
    money = [o for o in outs if o not in ("o_reason", "o_warnings")]
    with w.block("if mark[i] == 2"):
        w.put("j = origin[i]")
        with w.block("if j >= 0"):
            for o in money:
                w.put(f"{o}[i] = -{o}[j]")
            w.put("o_reason[i] = o_reason[j]")
            w.put("o_warnings[i] = o_warnings[j]")
        w.put("j = effect_of[i]")
        for k, s in enumerate(plan.slots):
            w.put(f"{s.variable} = {s.variable} - effects[j, {k}]")
    with w.block("else"):
        for s in plan.slots:
            w.put(f"was_{s.variable} = {s.variable}")
        _call(plan, w, outs, body)
        with w.block("if mark[i] == 1"):
            w.put("j = effect_of[i]")
            for k, s in enumerate(plan.slots):
                w.put(f"effects[j, {k}] = {s.variable} - was_{s.variable}")
