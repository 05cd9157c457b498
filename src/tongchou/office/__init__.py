"""The application of a medical-insurance office: registry, levy, care, clearing; operations write, queries read.

``database`` the PostgreSQL server, a named one or the embedded one.
"""

from __future__ import annotations
