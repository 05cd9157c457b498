"""Pages that people read and print: one settlement, and the law of an area on a day, each one HTML file.

Pure functions from what was settled and from law tables to HTML text: no network, no script, no clock; the same
input gives the same bytes. Jinja2 escapes every text.
"""

from .law import law_page
from .settlement import Told, settlement_page

__all__ = ["Told", "law_page", "settlement_page"]
