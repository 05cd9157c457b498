"""Sheets of people, spells and employers: read from XLSX or CSV, run row by row, given back with a reason for each row.

``kinds`` and ``template`` tell what there is, ``read`` reads a file, ``run`` takes it in or tries it out, ``returned``
makes the file that goes back, ``export`` takes a list out; ``start``, ``confirm`` and ``result`` do it as long work.
"""

from __future__ import annotations

from .export import export
from .headers import kinds, template
from .returned import returned
from .running import Outcome, run
from .table import Table, read
from .work import confirm, result, start

__all__ = [
    "Outcome",
    "Table",
    "confirm",
    "export",
    "kinds",
    "read",
    "result",
    "returned",
    "run",
    "start",
    "template",
]
