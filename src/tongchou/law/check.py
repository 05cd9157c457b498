"""``law check``: all that can be known wrong of a law tree before any claim meets it."""

from __future__ import annotations

from pathlib import Path

from .check_documents import check_areas, check_citations, check_documents, check_reserved
from .check_flow import check_flow, check_source
from .check_lookups import check_lookups
from .check_time import check_time
from .findings import Finding, LawError
from .read_register import check_register
from .tables import Scheme
from .tree import Law, read_tree


def check_law(path: Path | None = None) -> tuple[Law, list[Finding]]:
    """Read a tree or overlay and check it whole; the findings in order of file and line."""
    law = read_tree(path)
    found = list(law.findings)
    for scheme in law.schemes.values():
        found += check_scheme(scheme)
    for parameter in law.parameters.values():
        found += check_time(parameter.value, None, None, f"{parameter.area}/{parameter.subject}.{parameter.name}")
    found += check_areas(law) + check_documents(law) + check_citations(law) + check_reserved(law)
    found += check_register(law)
    unique = dict.fromkeys(found)
    return law, sorted(unique, key=lambda f: (f.place.file, f.place.line, f.code))


def check_scheme(scheme: Scheme) -> list[Finding]:
    """Dates, lookups, bands and flow of one scheme; and that its source can be written."""
    from .resolve import all_values, required_values

    found: list[Finding] = []
    for layer in scheme.layers:
        required = {name for name, _ in required_values(layer)}
        for name, value in all_values(layer):
            period = (layer.start, layer.end) if name in required else (None, None)
            found += check_time(value, *period, f"{scheme.area}/{scheme.name}.{layer.name}.{name}")
        found += check_lookups(scheme, layer)
    for name, value in scheme.indices.items():
        found += check_time(value, None, None, f"{scheme.area}/{scheme.name}.index.{name}")
    found += check_flow(scheme)
    return found or check_source(scheme)


def load_checked_scheme(path: Path) -> Scheme:
    """A scheme file alone, read and checked; raises LawError with every finding."""
    from .tree import load_scheme_file

    scheme = load_scheme_file(path)
    found = check_scheme(scheme)
    if found:
        raise LawError(found)
    return scheme
