"""Parts of a layer, each word in one place: intake, package, tariff, prepay, deductible, bands, caps."""

from __future__ import annotations

from .attributes import MAX_COUNT
from .bounds import largest
from .findings import did_you_mean
from .nodes import Map, Node, Scalar, Seq
from .read_values import ValueReader
from .reader import CITE_KEYS, NAME, Context, is_null, show
from .tables import (
    BASE_PARTS,
    BILL_PARTS,
    PERIODS,
    ROLLING,
    Band,
    Cap,
    Cell,
    Const,
    Deductible,
    Intake,
    Package,
    Prepay,
    Tariff,
    Value,
    Version,
)

RESERVED = ("admissions", "episode_admission", "total")
"""Names of totals and columns of the settlement itself, which no layer, fund or pool may bear."""
MOST_FIXED = 10**9
"""Most fen of a sum that may stand in place of a lower bill: the bill does not bound it."""


MAX_DAYS = 36_600


class PartReader:
    """Reads the parts of a layer. ``names``: the layers of the scheme."""

    def __init__(self, values: ValueReader) -> None:
        self.v = values
        self.r = values.r
        self.names: list[str] = []

    def own_name(self, node: Node, where: str) -> str:
        """A name that the settlement itself does not use."""
        name = self.r.name(node, where)
        if name in RESERVED:
            self.r.fault("bad_name", node, where, "a name other than " + ", ".join(RESERVED), repr(name))
        return name

    def intake(self, node: Node | None, ctx: Context) -> Intake:
        r, where = self.r, f"{ctx.where}.intake"
        if node is None:
            return Intake("claim")
        if isinstance(node, Map):
            items = r.mapping(node, where, (), ("burden",))
            if "burden" not in items:
                return Intake("claim")
            parts = [self.part(n, f"{where}.burden") for n in r.sequence(items["burden"], f"{where}.burden")]
            if len(set(parts)) != len(parts) or not parts:
                r.fault("wrong_type", node, f"{where}.burden", "a list of different parts", str(parts))
            return Intake("burden", parts=tuple(dict.fromkeys(parts)))
        text = r.text(node, where)
        kind, colon, name = text.partition(":")
        if text == "claim":
            return Intake("claim")
        if kind in ("part", "overflow") and colon and NAME.match(name):
            return Intake(kind, name)  # type: ignore[arg-type]
        r.fault(
            "unknown_word",
            node,
            where,
            "claim, part:<name>, overflow:<tag> or {burden: [parts]}",
            show(node),
            did_you_mean(text, ("claim", "part:", "overflow:")),
        )
        return Intake("claim")

    def part(self, node: Node, where: str) -> str:
        text = self.r.text(node, where)
        known = [*BASE_PARTS, "share:*", *(f"{kind}:{n}" for kind in ("share", "own") for n in self.names)]
        return text if text in known else self.r.choice(node, where, known)

    def deductible(self, node: Node, layer: str, ctx: Context) -> Deductible:
        r = self.r
        allowed = {*CITE_KEYS, "per", "pool", "key", "as", "modifiers", "repeat_every_days"}
        if isinstance(node, Map) and ("amount" in node.items or "per" in node.items):
            items = r.mapping(node, ctx.where, allowed, ("amount",))
        else:
            items = {"amount": node}
        ctx = r.context(items, ctx)
        edge = "as" in items and r.choice(items["as"], f"{ctx.where}.as", ("subtract", "edge")) == "edge"
        pool = self.own_name(items["pool"], f"{ctx.where}.pool") if "pool" in items else layer
        every = (
            r.integer(items["repeat_every_days"], f"{ctx.where}.repeat_every_days", 1, MAX_DAYS)
            if "repeat_every_days" in items
            else 0
        )
        amount = self.v.value(items.get("amount", node), "fen", ctx.at("amount"))
        return Deductible(
            amount=amount,
            per=self._period(items.get("per"), ctx.where, "visit"),
            pool=f"{pool}.deductible",
            key=self._key(items.get("key"), ctx.where),
            edge=edge,
            modifiers=self.v.modifiers(items["modifiers"], ctx.at("modifiers"), "deductible")
            if "modifiers" in items
            else (),
            repeat_days=every,
        )

    def _period(self, node: Node | None, where: str, default: str) -> str:
        if node is None:
            return default
        if isinstance(node, Map):
            items = self.r.mapping(node, f"{where}.per", (), ("rolling_days",))
            if "rolling_days" not in items:
                return default
            days = self.r.integer(items["rolling_days"], f"{where}.per.rolling_days", 1, MAX_DAYS)
            return f"{ROLLING}{max(1, days)}"
        return self.r.choice(node, f"{where}.per", PERIODS)

    def _key(self, node: Node | None, where: str) -> str | None:
        if node is None:
            return None
        names = [a.name for a in self.v.attributes.values() if a.kind in ("code", "integer", "flag")]
        return self.r.choice(node, f"{where}.key", names)

    def bands(self, node: Node, ctx: Context) -> tuple[Band, ...]:
        bands = []
        nodes = self.r.sequence(node, ctx.where)
        if isinstance(node, Seq) and not nodes:
            self.r.fault("wrong_type", node, ctx.where, "at least one band", "an empty list")
        for i, item in enumerate(nodes):
            at = ctx.at(i)
            items = self.r.mapping(item, at.where, CITE_KEYS | {"to"}, ("rate",))
            limit = items.pop("to", None)
            at = self.r.context(items, at)
            last = i == len(nodes) - 1
            if (limit is None or is_null(limit)) != last:
                self.r.fault(
                    "bands_out_of_order",
                    item,
                    at.where,
                    "an upper edge on every band but the last",
                    "no edge" if limit is None else show(limit),
                )
            upto = None if limit is None or is_null(limit) else self.v.value(limit, "fen", at.at("to"))
            rate = self.v.value(items["rate"], "percent", at.at("rate")) if "rate" in items else self._zero(item, at)
            bands.append(Band(upto, rate))
        return tuple(bands)

    def _zero(self, node: Node, ctx: Context) -> Value:
        """A stand-in for a value whose absence has been found."""
        return Value("rate", (Version(ctx.start, ctx.end, (Cell((), Const(0)),), self.r.cite(node, ctx)),))

    def caps(self, node: Node, layer: str, ctx: Context) -> tuple[Cap, ...]:
        r = self.r
        caps = []
        for i, item in enumerate(r.sequence(node, ctx.where)):
            at = ctx.at(i)
            items = r.mapping(
                item,
                at.where,
                {*CITE_KEYS, "per", "pool", "key", "when", "limits", "then", "counted"},
                ("amount",),
            )
            at = r.context(items, at)
            then = None
            if "then" in items and not (isinstance(items["then"], Scalar) and items["then"].text == "person"):
                then = r.name(items["then"], f"{at.where}.then")
            default = layer if i == 0 else f"{layer}_cap{i + 1}"
            if "counted" in items:
                r.choice(items["counted"], f"{at.where}.counted", ("before_deductible",))
            caps.append(
                Cap(
                    amount=self.v.value(items["amount"], "fen", at.at("amount"), null=True)
                    if "amount" in items
                    else self._no_limit(item, at),
                    per=self._period(items.get("per"), at.where, "year"),
                    pool=self.own_name(items["pool"], f"{at.where}.pool") if "pool" in items else default,
                    key=self._key(items.get("key"), at.where),
                    when=self.v.when(items["when"], f"{at.where}.when") if "when" in items else (),
                    limits=r.choice(items["limits"], f"{at.where}.limits", ("payment", "cost"))  # type: ignore[arg-type]
                    if "limits" in items
                    else "payment",
                    then=then,
                    before_deductible="counted" in items,
                )
            )
        return tuple(caps)

    def _no_limit(self, node: Node, ctx: Context) -> Value:
        value = self._zero(node, ctx)
        return Value("fen", (Version(ctx.start, ctx.end, (Cell((), Const(None)),), value.versions[0].cite),))

    def package(self, node: Node, ctx: Context) -> Package:
        r = self.r
        items = r.mapping(node, ctx.where, {*CITE_KEYS, "excess", "under", "includes"}, ("price",))
        ctx = r.context(items, ctx)
        includes = (
            [
                r.choice(n, f"{ctx.where}.includes", BILL_PARTS)
                for n in r.sequence(items["includes"], f"{ctx.where}.includes")
            ]
            if "includes" in items
            else []
        )
        price = self.v.value(items.get("price", node), "fen", ctx.at("price"))
        most = largest(price, self.v.attributes, self.v.indices)
        if (
            "under" in items
            and isinstance(items["under"], Scalar)
            and items["under"].text == "price"
            and most > MOST_FIXED
        ):
            expected = f"at most {MOST_FIXED // 100} yuan where a lower bill is paid the price"
            r.fault("out_of_range", items.get("price", node), f"{ctx.where}.price", expected, f"{most // 100} yuan")
        return Package(
            price=price,
            excess=r.choice(items["excess"], f"{ctx.where}.excess", ("institution", "person"))  # type: ignore[arg-type]
            if "excess" in items
            else "institution",
            under=r.choice(items["under"], f"{ctx.where}.under", ("price", "actual"))  # type: ignore[arg-type]
            if "under" in items
            else "actual",
            includes=tuple(dict.fromkeys(includes)),
        )

    def unit(self, node: Node, ctx: Context) -> Tariff:
        """Tariff times quantity; what it can come to at most is checked against int64."""
        r, v = self.r, self.v
        items = r.mapping(node, ctx.where, {*CITE_KEYS, "actual"}, ("tariff", "quantity"))
        ctx = r.context(items, ctx)
        counts = [a.name for a in v.attributes.values() if a.kind == "integer"]
        quantity = r.choice(items["quantity"], f"{ctx.where}.quantity", counts) if "quantity" in items else "days"
        ignore = "actual" in items and r.choice(items["actual"], f"{ctx.where}.actual", ("min", "ignore")) == "ignore"
        tariff = v.value(items.get("tariff", node), "fen", ctx.at("tariff"))
        most = largest(tariff, v.attributes, v.indices) * (v.attributes[quantity].high or MAX_COUNT)
        if ignore and most > MOST_FIXED:
            r.fault(
                "out_of_range",
                items.get("tariff", node),
                f"{ctx.where}.tariff",
                f"at most {MOST_FIXED // 100} yuan for the most of {quantity} where a lower bill is paid the whole",
                f"{most // 100} yuan",
                f"declare an attribute with a `max` that fits and measure that instead of {quantity}",
            )
        return Tariff(tariff, quantity, ignore)

    def prepay(self, node: Node, ctx: Context) -> Prepay:
        r = self.r
        if isinstance(node, (Scalar, Seq)):
            return Prepay(self.v.value(node, "percent", ctx), (), False)
        items = r.mapping(node, ctx.where, {*CITE_KEYS, "place", "modifiers"}, ("rate",))
        ctx = r.context(items, ctx)
        place = (
            r.choice(items["place"], f"{ctx.where}.place", ("before_deductible", "after_deductible"))
            if "place" in items
            else "before_deductible"
        )
        return Prepay(
            self.v.value(items.get("rate", node), "percent", ctx.at("rate")),
            self.v.modifiers(items["modifiers"], ctx.at("modifiers"), "rate") if "modifiers" in items else (),
            place == "after_deductible",
        )
