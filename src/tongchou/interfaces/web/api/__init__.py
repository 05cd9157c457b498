"""The JSON interface below ``/api/``: for programs, by bearer token; ``/api/openapi.json`` tells all of it.

One path per operation, typed from its fields; the same ``run`` as the pages stands behind each.
"""

from __future__ import annotations

from .door import api
from .operations import add_operations
from .readings import router

add_operations(api)
api.add_router("", router)

__all__ = ["api"]
