"""The standard attributes of a claim that law may read (``read_attributes`` adds those a scheme declares)."""

from __future__ import annotations

from .tables import STANDARD_CATEGORIES, Attribute

STATUSES = ("active", "retired", "resident")
RANKS = ("township", "county", "prefecture", "province")
PLACES = ("local", "resident_filed", "transferred", "emergency", "unfiled")
IDENTITIES = ("registered_poor", "minimum_allowance", "destitute")
DELIVERY_KINDS = ("normal", "caesarean")
MAX_COUNT = 10**6


def standard_attributes(categories: tuple[str, ...] = (), identities: tuple[str, ...] = ()) -> tuple[Attribute, ...]:
    """The standard attributes of the claims file, in their fixed order."""
    return (
        Attribute("category", "code", STANDARD_CATEGORIES + categories, source="category"),
        Attribute("level", "integer", low=0, high=3, source="level"),
        Attribute("status", "code", STATUSES, source="status"),
        Attribute("identity", "codes", IDENTITIES + identities, default=0, source="identity"),
        Attribute("place", "code", PLACES, default=0, source="place"),
        Attribute("rank", "code", RANKS, default=-1, source="rank"),
        Attribute("designated", "flag", low=0, high=1, default=1, source="designated"),
        Attribute("referred", "flag", low=0, high=1, default=1, source="referred"),
        Attribute("severe", "flag", low=0, high=1, default=0, source="severe"),
        Attribute("interim", "flag", low=0, high=1, default=0, source="interim"),
        Attribute("delivery_kind", "code", DELIVERY_KINDS, source="delivery_kind"),
        Attribute("chronic_diseases", "integer", low=1, high=MAX_COUNT, default=1, source="chronic_diseases"),
        Attribute("days", "integer", low=0, high=MAX_COUNT, source="days"),
        Attribute("age", "integer", low=0, high=150, source="born"),
        Attribute("disease", "disease", default=0, source="disease"),
        Attribute("admission_no", "state", low=1, high=MAX_COUNT),
    )
