"""What the person's part is laid on, as source: payment sources in order, then cash."""

from __future__ import annotations

from .plan import OWN_ACCOUNT, Plan, balance_of
from .steps import var
from .words import NEVER, both, when_text
from .writer import Writer


def lay_on_sources(plan: Plan, w: Writer) -> None:
    """``paid_by_…`` of a claim: each source spends itself on what later sources may not pay, then on the rest."""
    open_parts = [p for p in plan.parts if not p.startswith("own:") and p != "caught_up"]
    w.put("# payment sources")
    for name in plan.paid_by:
        w.put(f"paid_by_{name} = 0")
    for balance in dict.fromkeys(balance_of(layer) for layer in plan.owns):
        _lay_own(plan, w, balance)
    for p in open_parts:
        w.put(f"bare_{p.replace(':', '_')} = {var(p)}")
    seen: set[str] = set()
    for k, source in enumerate(plan.sources):
        spent = f"spent_{source.balance}"
        if source.balance not in seen:
            w.put(f"{spent} = " + (" + ".join(var(p) for p in plan.own_parts(source.balance)) or "0"))
            seen.add(source.balance)
        condition = both(when_text(source.when, plan.scheme), *plan.window.holds(source.start, source.end))
        if condition == NEVER:
            continue
        with w.maybe(condition):
            w.put(f"room = max(0, {plan.names[source.balance]} - {spent})")
            for p in spending_order(plan, k, open_parts):
                bare = f"bare_{p.replace(':', '_')}"
                w.put(f"part = min(room, {bare})")
                w.put(f"{bare} = {bare} - part")
                w.put("room = room - part")
                w.put(f"{spent} = {spent} + part")
                w.put(f"paid_by_{source.name} = paid_by_{source.name} + part")
            w.note(
                f"trace.append(('source', -1, {source.name!r}, {plan.names[source.balance]}, paid_by_{source.name}))"
            )
    laid = " - ".join(f"paid_by_{n}" for n in plan.paid_by[:-1])
    whole = " + ".join(var(p) for p in plan.parts)
    w.put(f"paid_by_{plan.paid_by[-1]} = {whole}" + (f" - {laid}" if laid else ""))
    w.note(f"trace.append(('source', -1, {plan.paid_by[-1]!r}, -1, paid_by_{plan.paid_by[-1]}))")


def _lay_own(plan: Plan, w: Writer, balance: str | None) -> None:
    """What own-account layers paid, on the first source in force on the day that has their balance."""
    own = " + ".join(var(p) for p in plan.own_parts(balance))
    sources = [s for s in plan.sources if balance is not None and s.balance == balance]
    word = "if"
    for source in sources:
        test = both(*plan.window.holds(source.start, source.end))
        name = f"paid_by_{source.name}"
        if test is None and word == "if":
            w.put(f"{name} = {name} + {own}")
            return
        with w.block(f"{word} {test}" if test else "else"):
            w.put(f"{name} = {name} + {own}")
        if test is None:
            return
        word = "elif"
    name = f"paid_by_{OWN_ACCOUNT}"
    if word == "if":
        w.put(f"{name} = {name} + {own}")
    elif OWN_ACCOUNT in plan.paid_by:
        with w.block("else"):
            w.put(f"{name} = {name} + {own}")


def spending_order(plan: Plan, k: int, parts: list[str]) -> list[str]:
    """Parts that the k-th source may pay: those the fewest later sources may pay first, else in column order."""
    later = plan.sources[k + 1 :]

    def payers(part: str) -> int:
        return sum(not barred(part, s.not_for) for s in later)

    mine = [p for p in parts if not barred(p, plan.sources[k].not_for)]
    return sorted(mine, key=payers)


def barred(part: str, not_for: tuple[str, ...]) -> bool:
    """Whether a part is one that a source may not pay."""
    return part in not_for or (part.startswith("share:") and "share:*" in not_for)
