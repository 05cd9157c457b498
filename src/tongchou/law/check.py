"""``law check``: all that can be known wrong of a law tree before any claim meets it."""

from __future__ import annotations

from pathlib import Path

from .cases import read_tree_cases
from .check_documents import check_areas, check_citations, check_documents, check_published, check_reserved
from .check_flow import check_flow, check_source
from .check_lookups import check_lookups, check_parameter
from .check_pools import check_pools
from .check_tiers import check_tiers
from .check_time import check_time
from .findings import Finding, LawError
from .placeholders import gaps_first
from .read_register import check_register
from .tables import Scheme
from .tree import Law, read_tree


def check_law(path: Path | None = None) -> tuple[Law, list[Finding]]:
    """Read a tree or overlay and check it whole; the findings in order of file and line."""
    law = read_tree(path)
    found = list(law.findings)
    unread = {f.place.file for f in found}  # what could not be read is not checked further: the tables hold stand-ins
    for scheme in law.schemes.values():
        if not any(layer.cite.file in unread for layer in scheme.layers):
            found += check_scheme(scheme)
    for parameter in law.parameters.values():
        found += check_parameter(parameter)
        found += check_time(parameter.value, None, None, f"{parameter.area}/{parameter.subject}.{parameter.name}")
    found += check_areas(law) + check_documents(law) + check_published(law) + check_citations(law) + check_reserved(law)
    found += check_register(law) + check_tiers(law, unread)
    law.cases, faults = read_tree_cases(law)
    unique = dict.fromkeys(gaps_first(found + faults))
    return law, sorted(unique, key=lambda f: (f.place.file, f.place.line, f.code))


def check_scheme(scheme: Scheme) -> list[Finding]:
    """Dates, lookups, bands and flow of one scheme; and that its source can be written."""
    from .resolve import all_values, required_values

    found: list[Finding] = []
    for layer in scheme.layers:
        required = {name for name, _ in required_values(layer)}
        for name, value in all_values(layer):
            start, end = (layer.start, layer.end) if name in required else (None, None)
            found += check_time(value, start, end, f"{scheme.area}/{scheme.name}.{layer.name}.{name}")
        found += check_lookups(scheme, layer)
    for name, value in scheme.indices.items():
        found += check_time(value, None, None, f"{scheme.area}/{scheme.name}.index.{name}")
    found += check_flow(scheme) + check_pools(scheme)
    return found or check_source(scheme)


def load_checked_scheme(path: Path) -> Scheme:
    """A scheme file alone, read and checked; raises LawError with every finding."""
    from .read_tree import read_written
    from .resolve import as_known

    scheme = read_written(path)  # as written: reading it as known would hide gaps and overlaps
    found = check_scheme(scheme)
    if found:
        raise LawError(found)
    return as_known(scheme, None)
