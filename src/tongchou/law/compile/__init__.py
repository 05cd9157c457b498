"""Law compiled to readable source: one function a scheme, run plainly at the counter and by numba in a batch."""

from .module import scope_name, scopes_of, source
from .plan import Plan, Slot, part_column

__all__ = ["Plan", "Slot", "part_column", "scope_name", "scopes_of", "source"]
