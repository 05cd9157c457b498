"""Layers of a scheme: from nodes to frozen tables, each word in one place."""

from __future__ import annotations

from .findings import did_you_mean
from .nodes import Map, Node, Scalar, Seq
from .read_values import ValueReader
from .reader import CITE_KEYS, NAME, Context, is_null, show
from .tables import (
    BASE_PARTS,
    BILL_PARTS,
    Band,
    Cap,
    Cell,
    Const,
    Deductible,
    Intake,
    Layer,
    Package,
    Prepay,
    Value,
    Version,
)

PERIODS = ("none", "visit", "episode", "day", "month", "quarter", "year", "lifetime")
LAYER_KEYS = (
    "title",
    "when",
    "intake",
    "fund",
    "package",
    "prepay",
    "deductible",
    "rate",
    "top_up",
    "bands",
    "band_scope",
    "modifiers",
    "caps",
    "counts_as_admission",
)
LATER_WORDS = {
    "unit": "tariff times quantity",
    "payer": "a layer paid by the person's own account",
    "choose": "alternative layers",
    "catch_up": "catching up over the year",
    "repeat_every_days": "a deductible charged again in a long stay",
    "payment_sources": "sources that pay the person's part",
    "rolling_days": "a rolling period",
}
"""Words of the language that this version refuses by name."""


RESERVED = ("admissions", "episode_admission", "total")
"""Names of totals and columns of the settlement itself, which no layer, fund or pool may bear."""


class LayerReader:
    """Reads the layers of one scheme, in order."""

    def __init__(self, values: ValueReader) -> None:
        self.v = values
        self.r = values.r
        self.names: list[str] = []

    def layers(self, node: Node, outer: Context) -> tuple[Layer, ...]:
        nodes = self.r.sequence(node, "layers")
        if isinstance(node, Seq) and not nodes:
            self.r.fault("wrong_type", node, "layers", "at least one layer", "an empty list")
        named = [n.items.get("name") for n in nodes if isinstance(n, Map)]
        self.names = [n.text for n in named if isinstance(n, Scalar)]
        result = [self._layer(n, outer, i) for i, n in enumerate(nodes)]
        return tuple(layer for layer in result if layer is not None)

    def later(self, items: dict[str, Node], where: str) -> None:
        """Refuse by name the words that are known but not yet reckoned."""
        for word, what in LATER_WORDS.items():
            if word in items:
                self.r.fault(
                    "not_supported",
                    items[word],
                    f"{where}.{word}",
                    "a word this version reckons",
                    f"{word} ({what})",
                )

    def _own_name(self, node: Node, where: str) -> str:
        name = self.r.name(node, where)
        if name in RESERVED:
            self.r.fault("bad_name", node, where, "a name other than " + ", ".join(RESERVED), repr(name))
        return name

    def _layer(self, node: Node, outer: Context, number: int) -> Layer | None:
        r = self.r
        name = self._layer_name(node, number)
        if name is None:
            return None
        ctx = outer.at(name)
        items = r.mapping(node, ctx.where, {*LAYER_KEYS, *CITE_KEYS, *LATER_WORDS}, ("name",))
        self.later(items, ctx.where)
        ctx = r.context(items, ctx)
        ways = [w for w in ("rate", "top_up", "bands") if w in items]
        if len(ways) != 1:
            r.fault("wrong_type", node, ctx.where, "one of rate, bands, top_up", " and ".join(ways) or "none")
        intake = self._intake(items.get("intake"), ctx)
        bands = self._bands(items["bands"], ctx.at("bands")) if "bands" in items else ()
        scope = (
            r.choice(items["band_scope"], f"{ctx.where}.band_scope", ("claim", "episode", "year"))
            if "band_scope" in items
            else "claim"
        )
        deductible = (
            self._deductible(items["deductible"], name, ctx.at("deductible"))
            if "deductible" in items
            else None
        )
        self._fit(items, ctx.where, intake, deductible, bands)
        return Layer(
            name=name,
            title=r.text(items["title"], f"{ctx.where}.title") if "title" in items else name,
            start=ctx.start,
            end=ctx.end,
            when=self.v.when(items["when"], f"{ctx.where}.when") if "when" in items else (),
            intake=intake,
            fund=self._own_name(items["fund"], f"{ctx.where}.fund") if "fund" in items else name,
            package=self._package(items["package"], ctx.at("package")) if "package" in items else None,
            prepay=self._prepay(items["prepay"], ctx.at("prepay")) if "prepay" in items else None,
            deductible=deductible,
            rate=self.v.value(items["rate"], "percent", ctx.at("rate")) if "rate" in items else None,
            top_up=self.v.value(items["top_up"], "percent", ctx.at("top_up")) if "top_up" in items else None,
            bands=bands,
            band_scope=scope,  # type: ignore[arg-type]
            modifiers=self.v.modifiers(items["modifiers"], ctx.at("modifiers"), "rate")
            if "modifiers" in items
            else (),
            caps=self._caps(items["caps"], name, ctx.at("caps")) if "caps" in items else (),
            counts_as_admission=self.v.when(items["counts_as_admission"], f"{ctx.where}.counts_as_admission")
            if "counts_as_admission" in items
            else None,
            cite=r.cite(node, ctx),
        )

    def _layer_name(self, node: Node, number: int) -> str | None:
        """The layer's name; None where it is no layer this version reckons."""
        r, where = self.r, f"layers[{number}]"
        if isinstance(node, Map) and "choose" in node.items and "name" not in node.items:
            self.later(r.mapping(node, where, ("choose",)), where)
            return None
        if not isinstance(node, Map) or "name" not in node.items:
            r.fault("missing_key", node, where, "a mapping with the key 'name'", show(node))
            return None
        name = self._own_name(node.items["name"], f"{where}.name")
        if self.names.count(name) > 1 and self.names.index(name) != number:
            r.fault(
                "duplicate_name", node.items["name"], f"{where}.name", "each layer's name once", repr(name)
            )
        return name

    def _fit(
        self,
        items: dict[str, Node],
        where: str,
        intake: Intake,
        deductible: Deductible | None,
        bands: tuple[Band, ...],
    ) -> None:
        """Words of a layer that do not go together."""
        r = self.r
        if deductible is not None and deductible.edge and not bands:
            expected = "bands where as is edge"
            r.fault("wrong_type", items["deductible"], f"{where}.deductible.as", expected, "no bands")
        if "package" in items and intake.kind == "burden":
            expected = "an intake of cost"
            r.fault("not_supported", items["package"], f"{where}.package", expected, "the person's parts")
        if "top_up" in items and intake.kind != "burden":
            expected = "an intake {burden: […]}"
            r.fault("wrong_type", items["top_up"], f"{where}.top_up", expected, intake.kind)

    # -- parts of a layer --------------------------------------------------------------------------------
    def _intake(self, node: Node | None, ctx: Context) -> Intake:
        r, where = self.r, f"{ctx.where}.intake"
        if node is None:
            return Intake("claim")
        if isinstance(node, Map):
            items = r.mapping(node, where, (), ("burden",))
            if "burden" not in items:
                return Intake("claim")
            parts = [self._part(n, f"{where}.burden") for n in r.sequence(items["burden"], f"{where}.burden")]
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

    def _part(self, node: Node, where: str) -> str:
        text = self.r.text(node, where)
        known = [*BASE_PARTS, "share:*", *(f"share:{n}" for n in self.names)]
        return text if text in known else self.r.choice(node, where, known)

    def _deductible(self, node: Node, layer: str, ctx: Context) -> Deductible:
        r = self.r
        allowed = {*CITE_KEYS, "per", "pool", "key", "as", "modifiers", "repeat_every_days"}
        if isinstance(node, Map) and ("amount" in node.items or "per" in node.items):
            items = r.mapping(node, ctx.where, allowed, ("amount",))
        else:
            items = {"amount": node}
        self.later(items, ctx.where)
        ctx = r.context(items, ctx)
        edge = "as" in items and r.choice(items["as"], f"{ctx.where}.as", ("subtract", "edge")) == "edge"
        pool = self._own_name(items["pool"], f"{ctx.where}.pool") if "pool" in items else layer
        return Deductible(
            amount=self.v.value(items.get("amount", node), "fen", ctx.at("amount")),
            per=self._period(items.get("per"), ctx.where, "visit"),  # type: ignore[arg-type]
            pool=f"{pool}.deductible",
            key=self._key(items.get("key"), ctx.where),
            edge=edge,
            modifiers=self.v.modifiers(items["modifiers"], ctx.at("modifiers"), "deductible")
            if "modifiers" in items
            else (),
        )

    def _period(self, node: Node | None, where: str, default: str) -> str:
        if node is None:
            return default
        if isinstance(node, Map):
            self.later(self.r.mapping(node, f"{where}.per", ("rolling_days",)), f"{where}.per")
            if not node.items:
                self.r.fault(
                    "wrong_type", node, f"{where}.per", "one of " + ", ".join(PERIODS), "an empty mapping"
                )
            return default
        return self.r.choice(node, f"{where}.per", PERIODS)

    def _key(self, node: Node | None, where: str) -> str | None:
        if node is None:
            return None
        names = [a.name for a in self.v.attributes.values() if a.kind in ("code", "integer", "flag")]
        return self.r.choice(node, f"{where}.key", names)

    def _bands(self, node: Node, ctx: Context) -> tuple[Band, ...]:
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
            rate = (
                self.v.value(items["rate"], "percent", at.at("rate"))
                if "rate" in items
                else self._zero(item, at)
            )
            bands.append(Band(upto, rate))
        return tuple(bands)

    def _zero(self, node: Node, ctx: Context) -> Value:
        """A stand-in for a value whose absence has been found."""
        return Value("rate", (Version(ctx.start, ctx.end, (Cell((), Const(0)),), self.r.cite(node, ctx)),))

    def _caps(self, node: Node, layer: str, ctx: Context) -> tuple[Cap, ...]:
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
                    per=self._period(items.get("per"), at.where, "year"),  # type: ignore[arg-type]
                    pool=self._own_name(items["pool"], f"{at.where}.pool") if "pool" in items else default,
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

    def _package(self, node: Node, ctx: Context) -> Package:
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
        return Package(
            price=self.v.value(items.get("price", node), "fen", ctx.at("price")),
            excess=r.choice(items["excess"], f"{ctx.where}.excess", ("institution", "person"))  # type: ignore[arg-type]
            if "excess" in items
            else "institution",
            under=r.choice(items["under"], f"{ctx.where}.under", ("price", "actual"))  # type: ignore[arg-type]
            if "under" in items
            else "actual",
            includes=tuple(dict.fromkeys(includes)),
        )

    def _prepay(self, node: Node, ctx: Context) -> Prepay:
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


def constant(value: Value) -> int | None:
    """The one number a value always is, or None."""
    cells = [c for v in value.versions for c in v.cells]
    if len(cells) == 1 and isinstance(cells[0].expr, Const):
        return cells[0].expr.value
    return None
