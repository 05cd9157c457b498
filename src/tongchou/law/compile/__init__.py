"""Law compiled to readable source: one function a scheme, run plainly at the counter and by numba in a batch."""

from .fold import scope_name, scopes_of
from .load import Kernel, compiled, plain
from .module import source
from .plan import Plan, Slot, part_column

__all__ = ["Kernel", "Plan", "Slot", "compiled", "part_column", "plain", "scope_name", "scopes_of", "source"]
