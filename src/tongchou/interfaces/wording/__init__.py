"""Words for people: what the terminal and the pages say of a settlement and of the law, Chinese and English.

One rule, one place: a new kind of step gets its sentence in ``sentences``, a new name its words in ``names``.
"""

from .names import percent, pick, word
from .sentences import sentence
from .told import explanation

__all__ = ["explanation", "percent", "pick", "sentence", "word"]
