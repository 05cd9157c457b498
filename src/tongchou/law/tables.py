"""The frozen tables: what law says once it has been read, checked and dated.

Everything a rule may know of the law is here, typed and immutable. Units, without exception:
money is int fen; a rate, a factor and a multiple are ints over ``RATE_SCALE``; a day is
``datetime.date.toordinal()``; a code is its index in ``Attribute.values``; an interval is
closed at its start and open at its end (``None``: no end).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .constants import BILL_PARTS as BILL_PARTS
from .constants import CASH as CASH
from .constants import NO_END as NO_END
from .constants import RATE_SCALE as RATE_SCALE
from .constants import ROLLING as ROLLING
from .constants import STANDARD_FUNDS as STANDARD_FUNDS

Status = Literal["official", "secondary", "assumed"]
PERIODS = ("none", "visit", "episode", "day", "month", "quarter", "year", "lifetime")
Period = str
"""One of ``PERIODS``, or ``rolling_<days>``."""


class Cite(Struct, frozen=True):
    """Where a value stands: document and clause, how far to trust it, when it holds and since when known."""

    id: str
    """Address of the value, e.g. ``530100/employee/outpatient_pool.rate``."""
    document: str
    clause: str
    status: Status
    start: int
    end: int | None
    known: int
    file: str
    line: int
    reading: str = ""
    """Clause of ``readings`` that says how we read the clause; empty where nothing had to be read."""


class Test(Struct, frozen=True):
    """One attribute's part of a condition.

    ``in`` / ``not_in``: the value is (not) one of ``values``; on an attribute that holds several
    values, true when one held value matches (``not_in``: when none does). ``range``: low <= value <=
    high, both inside, either may be None. For ``disease`` the values are indices of catalogues:
    ``in`` member of one of them, ``not_in`` member of none, ``unlisted``: a disease is given and it is
    a member of none of them.
    """

    attr: str
    op: Literal["in", "not_in", "range", "unlisted"]
    values: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None


Condition = tuple[Test, ...]
"""All tests must hold."""
When = tuple[Condition, ...]
"""One of the conditions must hold; the empty tuple always holds."""


class Const(Struct, frozen=True, tag="const"):
    """A number in the unit of its value; None is "no limit" (caps, last band)."""

    value: int | None


class IndexTimes(Struct, frozen=True, tag="index"):
    """A published figure (``Scheme.indices``) times a multiple over RATE_SCALE, half-up to the fen."""

    name: str
    times: int


class Steps(Struct, frozen=True, tag="steps"):
    """``per`` for each whole unit by which the attribute exceeds ``above``; never less than none of them."""

    attr: str
    above: int
    per: int


class ReadAttr(Struct, frozen=True, tag="attr"):
    """The attribute's own value (a money attribute is in fen)."""

    name: str


class SumOf(Struct, frozen=True, tag="sum"):
    items: tuple[Expr, ...]


class MinOf(Struct, frozen=True, tag="min"):
    items: tuple[Expr, ...]


Expr = Const | IndexTimes | Steps | ReadAttr | SumOf | MinOf


class Cell(Struct, frozen=True):
    """One row of an ordered list: the first whose condition holds gives the value."""

    when: When
    expr: Expr


class Version(Struct, frozen=True):
    """What a value is from ``start`` until ``end``: an ordered list of cells that leaves no claim out."""

    start: int
    end: int | None
    cells: tuple[Cell, ...]
    cite: Cite


class Value(Struct, frozen=True):
    """A dated value. ``versions`` are in order and do not overlap.

    Unit ``fen``, ``rate``, ``count``, ``month`` (months since year 0) or ``word:a|b`` (the place of the word).
    """

    unit: str
    versions: tuple[Version, ...]


class Modifier(Struct, frozen=True):
    """A change of a rate or a deductible, applied in listed order where its condition holds.

    Rates: ``points`` (adds, over RATE_SCALE), ``factor``, ``own_share_factor`` (1 - (1 - r) * f),
    ``at_least``, ``at_most``. Deductibles: ``add``, ``factor``, ``at_least``, ``at_most`` (fen; factor
    over RATE_SCALE, half-up to the fen). On a day outside its versions it does nothing.
    """

    when: When
    op: Literal["points", "factor", "own_share_factor", "at_least", "at_most", "add"]
    value: Value


class Deductible(Struct, frozen=True):
    """What the person bears first. ``pool`` names the total it is taken from (shared by equal names)."""

    amount: Value
    per: Period
    pool: str
    key: str | None
    edge: bool
    """True: not taken off but the lower edge of the first band."""
    modifiers: tuple[Modifier, ...]
    repeat_days: int = 0
    """Due once more for each begun period of so many ``days`` (0: once)."""


class Band(Struct, frozen=True):
    """Cost up to ``upto`` (None: without end) is paid at ``rate``."""

    upto: Value | None
    rate: Value


class Cap(Struct, frozen=True):
    """A limit on what the layer pays (or on the cost it takes), with its own period, pool and consequence.

    Where ``when`` does not hold or the amount is null the cap is not met and its pool not used: a payment
    under no cap is kept in the total ``<layer>.uncapped``.
    """

    amount: Value
    per: Period
    pool: str
    key: str | None
    when: When
    limits: Literal["payment", "cost"]
    then: str | None
    """Tag of the overflow that takes what was stopped; None: it stays with the person as ``over_cap``."""
    before_deductible: bool


class Package(Struct, frozen=True):
    """A fixed sum that stands for the bill.

    The cost is the layer's intake plus the parts in ``includes``. ``excess`` bears what lies above the
    price; ``under`` says what is paid of a cheaper bill: the ``price`` (the institution keeps the rest)
    or the ``actual`` cost.
    """

    price: Value
    excess: Literal["institution", "person"]
    under: Literal["price", "actual"]
    includes: tuple[str, ...]


class Tariff(Struct, frozen=True):
    """A price a unit: the cost is ``tariff`` × the attribute ``quantity``.

    What is charged above goes to the part ``above_tariff``. A lower charge is taken as it is
    (``ignore_actual`` False), or the whole sum stands and the institution keeps the rest (True).
    """

    tariff: Value
    quantity: str
    ignore_actual: bool


class Prepay(Struct, frozen=True):
    """A share of the layer's cost that the person pays first, into the part ``prepay``."""

    rate: Value
    modifiers: tuple[Modifier, ...]
    after_deductible: bool


class Intake(Struct, frozen=True):
    """What a layer takes: the ``claim``, a ``part`` or ``overflow`` by name, or a list of the person's parts."""

    kind: Literal["claim", "part", "overflow", "burden"]
    name: str = ""
    parts: tuple[str, ...] = ()


class Layer(Struct, frozen=True):
    """One step of a scheme, in force from ``start`` until ``end``; see docs/algorithms/settlement.md."""

    name: str
    title: str
    start: int
    end: int | None
    when: When
    intake: Intake
    fund: str
    package: Package | None
    prepay: Prepay | None
    deductible: Deductible | None
    rate: Value | None
    top_up: Value | None
    bands: tuple[Band, ...]
    band_scope: Literal["claim", "episode", "year"]
    modifiers: tuple[Modifier, ...]
    caps: tuple[Cap, ...]
    counts_as_admission: When | None
    """None: stays (category ``inpatient``)."""
    cite: Cite
    unit: Tariff | None = None
    own: bool = False
    """True: paid by the person's own account (``payer: own``): no fund, and what it does not pay goes on."""
    catch_up: bool = False
    """True: bands pay what lacks of the whole period, not only this claim's step."""
    choice: tuple[str, ...] = ()
    """Names of the alternatives it is one of, itself included (``choose``)."""


class Source(Struct, frozen=True):
    """What the person's part is laid on before cash: the money attribute ``balance``, but not the parts ``not_for``."""

    name: str
    balance: str
    not_for: tuple[str, ...]
    when: When
    start: int
    end: int | None
    cite: Cite


class Reason(Struct, frozen=True):
    """A rule that gives a row its reason. ``pays`` False: no layer pays on this row."""

    code: str
    when: When
    pays: bool
    start: int
    end: int | None
    cite: Cite


class Attribute(Struct, frozen=True):
    """Something of a claim that law may read.

    ``kind``: ``code`` (one of ``values``), ``codes`` (several of them, as a bit mask), ``integer``,
    ``money``, ``flag``, ``date``, ``disease`` (bit 0: given; bit k + 1: in catalogue k on that day),
    ``state`` (kept by the fold: the number of this admission). ``default`` None: a claim that lacks it is
    rejected wherever the scheme reads it.
    """

    name: str
    kind: Literal["code", "codes", "integer", "money", "flag", "date", "disease", "state"]
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    default: int | None = None
    source: str = ""
    """The claims column it is read from; ``born`` for an age in whole years on the governing date."""
    bins: tuple[int, ...] = ()
    """Lower edges of its bins, closed below and open above; the first is ``low``."""


class CatalogueEntry(Struct, frozen=True):
    code: str
    name: str
    start: int
    end: int | None


class Catalogue(Struct, frozen=True):
    """A dated list of diseases under one name (chronic, special, severe, …)."""

    name: str
    entries: tuple[CatalogueEntry, ...]
    start: int
    end: int | None
    cite: Cite


class Scheme(Struct, frozen=True):
    """One scheme of one area as known on a day: all its dates, ready for the compiler and the reference."""

    area: str
    name: str
    title: str
    start: int
    end: int | None
    attributes: tuple[Attribute, ...]
    """All that this scheme's conditions and values read, standard ones first, in a fixed order."""
    categories: tuple[str, ...]
    """Values of the attribute ``category``: the standard five, then the declared ones."""
    indices: dict[str, Value]
    side: Literal["fund", "person"]
    mode: Literal["half_up", "down"]
    inverse: Literal["half_up", "down"]
    year_starts: tuple[int, int]
    """Month and day on which the benefit year begins."""
    identity_priority: tuple[int, ...]
    layers: tuple[Layer, ...]
    reasons: tuple[Reason, ...]
    catalogues: tuple[Catalogue, ...]
    version: str
    """Content hash of the law tree (or scheme file) it was read from."""
    instrument: str = ""
    """Document whose ``takes_effect`` says from when, area by area, the scheme is in force."""
    sources: tuple[Source, ...] = ()
    """What the person's part is laid on after the last layer, in order; what none pays is ``cash``."""


STANDARD_CATEGORIES = ("outpatient", "chronic", "special", "inpatient", "delivery")
BASE_PARTS = ("unclaimed", "deductible", "over_cap", "prepay", *reversed(BILL_PARTS), "over_price", "above_tariff")
"""Named parts of the person's burden, besides ``share:<layer>``, ``own:<layer>`` and ``caught_up``."""
