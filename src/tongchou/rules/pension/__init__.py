"""Pensions of employees (企业职工基本养老保险), by the formula of 2006.

``formula`` the arithmetic · ``payment_months`` · ``base`` the year's base and the one paid on before it · ``slip`` one
person's parts · ``later`` more months, or fewer · ``compare`` early against normal · ``shares`` centre and locality.
"""

from __future__ import annotations
