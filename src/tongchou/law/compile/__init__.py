"""Law compiled to readable source: one function a scheme, run plainly at the counter and by numba in a batch."""

from .fold import scope_name, scopes_of
from .load import Kernel, compiled, compiled_shape, plain, plain_shape
from .module import shape, source
from .plan import Plan, Slot, part_column

__all__ = [
    "Kernel",
    "Plan",
    "Slot",
    "compiled",
    "compiled_shape",
    "part_column",
    "plain",
    "plain_shape",
    "scope_name",
    "scopes_of",
    "shape",
    "source",
]
