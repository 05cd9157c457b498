"""Layers of a scheme: from nodes to frozen tables, each word in one place."""

from __future__ import annotations

from msgspec.structs import replace

from .nodes import Map, Node, Scalar, Seq
from .read_parts import PartReader
from .reader import CITE_KEYS, Context, show
from .tables import Band, Const, Deductible, Intake, Layer, Value

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
    "unit",
    "payer",
    "catch_up",
)
OWN_KEYS = ("title", "when", "intake", "rate", "modifiers", "caps", "payer", "name", *CITE_KEYS)
"""Words of a layer that the person's own account pays; what it leaves goes on, so it takes no more than it pays."""


class LayerReader(PartReader):
    """Reads the layers of one scheme, in order."""

    def layers(self, node: Node, outer: Context) -> tuple[Layer, ...]:
        nodes = self.r.sequence(node, "layers")
        if isinstance(node, Seq) and not nodes:
            self.r.fault("wrong_type", node, "layers", "at least one layer", "an empty list")
        named = [n.items.get("name") for n in nodes if isinstance(n, Map)]
        self.names = [n.text for n in named if isinstance(n, Scalar)]
        choices: list[tuple[Node, tuple[str, ...]]] = []
        result = []
        for i, item in enumerate(nodes):
            if isinstance(item, Map) and "choose" in item.items and "name" not in item.items:
                choices.append((item, self._choice(item, f"layers[{i}].choose")))
            elif (layer := self._layer(item, outer, i)) is not None:
                result.append(layer)
        return self._chosen(tuple(result), choices)

    def _choice(self, node: Map, where: str) -> tuple[str, ...]:
        """The alternatives of one ``choose``, in its order."""
        r = self.r
        items = r.mapping(node, where, (), ("choose",))
        inside = r.mapping(items["choose"], where, (), ("of",))
        if "of" not in inside:
            return ()
        names = [r.choice(n, f"{where}.of", self.names) for n in r.sequence(inside["of"], f"{where}.of")]
        if len(set(names)) != len(names) or len(names) < 2:
            r.fault(
                "wrong_type", inside["of"], f"{where}.of", "two or more different layers", ", ".join(names) or "none"
            )
        return tuple(names)

    def _chosen(self, layers: tuple[Layer, ...], choices: list[tuple[Node, tuple[str, ...]]]) -> tuple[Layer, ...]:
        """The layers with their alternatives noted; alternatives stand together, each in one choice."""
        names = [layer.name for layer in layers]
        by_name: dict[str, tuple[str, ...]] = {}
        for node, of in choices:
            places = sorted(names.index(n) for n in of if n in names)
            if len(of) > 1 and len(places) == len(of) and places[-1] - places[0] != len(of) - 1:
                between = ", ".join(n for n in names[places[0] : places[-1]] if n not in of)
                expected = "alternatives that stand together, one after the other"
                self.r.fault("wrong_type", node, "choose.of", expected, f"{between} between them")
            for name in of:
                if name in by_name:
                    self.r.fault("duplicate_name", node, "choose.of", "a layer in one choice only", repr(name))
                by_name[name] = of
        return tuple(replace(layer, choice=by_name.get(layer.name, ())) for layer in layers)

    def _layer(self, node: Node, outer: Context, number: int) -> Layer | None:
        r = self.r
        name = self._layer_name(node, number)
        if name is None:
            return None
        ctx = outer.at(name)
        items = r.mapping(node, ctx.where, {*LAYER_KEYS, *CITE_KEYS}, ("name",))
        ctx = r.context(items, ctx)
        ways = [w for w in ("rate", "top_up", "bands") if w in items]
        if len(ways) != 1:
            r.fault("wrong_type", node, ctx.where, "one of rate, bands, top_up", " and ".join(ways) or "none")
        intake = self.intake(items.get("intake"), ctx)
        bands = self.bands(items["bands"], ctx.at("bands")) if "bands" in items else ()
        scope = (
            r.choice(items["band_scope"], f"{ctx.where}.band_scope", ("claim", "episode", "year"))
            if "band_scope" in items
            else "claim"
        )
        deductible = self.deductible(items["deductible"], name, ctx.at("deductible")) if "deductible" in items else None
        own = "payer" in items and r.choice(items["payer"], f"{ctx.where}.payer", ("fund", "own")) == "own"
        catch_up = "catch_up" in items and r.flag(items["catch_up"], f"{ctx.where}.catch_up")
        self._fit(items, ctx.where, intake, deductible, bands)
        if own:
            self._fit_own(items, ctx.where)
        if catch_up and (not bands or scope == "claim"):
            expected = "bands with band_scope year or episode"
            r.fault(
                "wrong_type", items["catch_up"], f"{ctx.where}.catch_up", expected, "a layer that keeps no running cost"
            )
        return Layer(
            name=name,
            title=r.text(items["title"], f"{ctx.where}.title") if "title" in items else name,
            start=ctx.start,
            end=ctx.end,
            when=self.v.when(items["when"], f"{ctx.where}.when") if "when" in items else (),
            intake=intake,
            fund=self.own_name(items["fund"], f"{ctx.where}.fund") if "fund" in items else name,
            package=self.package(items["package"], ctx.at("package")) if "package" in items else None,
            prepay=self.prepay(items["prepay"], ctx.at("prepay")) if "prepay" in items else None,
            deductible=deductible,
            rate=self.v.value(items["rate"], "percent", ctx.at("rate")) if "rate" in items else None,
            top_up=self.v.value(items["top_up"], "percent", ctx.at("top_up")) if "top_up" in items else None,
            bands=bands,
            band_scope=scope,  # type: ignore[arg-type]
            modifiers=self.v.modifiers(items["modifiers"], ctx.at("modifiers"), "rate") if "modifiers" in items else (),
            caps=self.caps(items["caps"], name, ctx.at("caps")) if "caps" in items else (),
            counts_as_admission=self.v.when(items["counts_as_admission"], f"{ctx.where}.counts_as_admission")
            if "counts_as_admission" in items
            else None,
            cite=r.cite(node, ctx),
            unit=self.unit(items["unit"], ctx.at("unit")) if "unit" in items else None,
            own=own,
            catch_up=catch_up,
        )

    def _layer_name(self, node: Node, number: int) -> str | None:
        """The layer's name; None where it has none."""
        r, where = self.r, f"layers[{number}]"
        if not isinstance(node, Map) or "name" not in node.items:
            r.fault("missing_key", node, where, "a mapping with the key 'name'", show(node))
            return None
        name = self.own_name(node.items["name"], f"{where}.name")
        if self.names.count(name) > 1 and self.names.index(name) != number:
            r.fault("duplicate_name", node.items["name"], f"{where}.name", "each layer's name once", repr(name))
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
        if "unit" in items and intake.kind == "burden":
            expected = "an intake of cost"
            r.fault("not_supported", items["unit"], f"{where}.unit", expected, "the person's parts")
        if "unit" in items and "package" in items:
            r.fault("wrong_type", items["unit"], f"{where}.unit", "unit or package", "both")
        if "top_up" in items and intake.kind != "burden":
            expected = "an intake {burden: […]}"
            r.fault("wrong_type", items["top_up"], f"{where}.top_up", expected, intake.kind)

    def _fit_own(self, items: dict[str, Node], where: str) -> None:
        """A layer of the person's own account has a rate and payment caps, nothing that takes cost it does not pay."""
        for word in (w for w in items if w not in OWN_KEYS):
            expected = "a layer of a fund, or one of " + ", ".join(w for w in OWN_KEYS if w not in CITE_KEYS)
            self.r.fault("not_supported", items[word], f"{where}.{word}", expected, f"payer: own with {word}")
        caps = items.get("caps")
        if not isinstance(caps, Seq) or not caps.items:
            expected = "caps with the balance: {amount: {attr: <balance>}, per: none}"
            self.r.fault("missing_key", items["payer"], f"{where}.caps", expected, "no caps")
        for i, cap in enumerate(caps.items if isinstance(caps, Seq) else ()):
            for word in ("limits", "then", "counted"):
                if isinstance(cap, Map) and word in cap.items and show(cap.items[word]) not in ("payment", "person"):
                    place = f"{where}.caps[{i}].{word}"
                    expected = "a cap on payment; what it stops goes on to the next layer"
                    self.r.fault("not_supported", cap.items[word], place, expected, show(cap.items[word]))


def constant(value: Value) -> int | None:
    """The one number a value always is, or None."""
    cells = [c for v in value.versions for c in v.cells]
    if len(cells) == 1 and isinstance(cells[0].expr, Const):
        return cells[0].expr.value
    return None
