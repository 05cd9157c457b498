"""The JSON interface below ``/api/``: for programs, by bearer token; ``/api/openapi.json`` tells all of it.

One path per operation, typed from its fields; the same ``run`` as the pages stands behind each.
"""

from __future__ import annotations

from . import books, care, jobs, people, readings, roster
from .door import api
from .operations import add_operations

add_operations(api)
for room in (readings, roster, people, care, books, jobs):  # a path of words before one of numbers
    api.add_router("", room.router)

__all__ = ["api"]
