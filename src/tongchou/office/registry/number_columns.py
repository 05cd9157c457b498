"""Numbers by the column, for imports of a million rows: what passes is told at once, the rest left to the single form.

Each function says which rows are good beyond doubt; of the others ``numbers`` tells the reason, so the two never differ
in what they say. The rules are those of ``numbers``, clause by clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .numbers import CHECK_SIGNS, CODE_SIGNS, CODE_WEIGHTS, WEIGHTS

Bytes = NDArray[np.uint8]
_SIGNS = np.frombuffer(CHECK_SIGNS.encode(), np.uint8)
_WEIGHTS = np.array(WEIGHTS, np.int64)
_CODE_SIGNS = np.frombuffer(CODE_SIGNS.encode(), np.uint8)
_CODE_VALUES = np.full(256, -1, np.int64)
_CODE_VALUES[_CODE_SIGNS] = np.arange(len(CODE_SIGNS))


@dataclass(frozen=True)
class Numbers:
    """Resident numbers of n rows. Where ``good`` is false the other columns say nothing of the row."""

    good: NDArray[np.bool_]
    """The number is valid in itself: form, check sign, birth date."""
    normal: list[str]
    """18 signs."""
    born: NDArray[np.datetime64]
    """``datetime64[D]``."""
    male: NDArray[np.bool_]


def resident_numbers(column: Sequence[str]) -> Numbers:
    """Check resident numbers (n texts) of 18 or 15 digits; blanks and full-width digits are left to the single form."""
    n = len(column)
    rows, signs = _of_length(column, 18)
    old, digits = _of_length(column, 15)
    if len(old):
        twins = np.empty((len(old), 18), np.uint8)
        twins[:, :6], twins[:, 6:8], twins[:, 8:17] = digits[:, :6], np.frombuffer(b"19", np.uint8), digits[:, 6:]
        plain = ((digits >= 48) & (digits <= 57)).all(axis=1)
        twins[:, 17] = np.where(plain, _SIGNS[_sum(twins) % 11], 0)
        rows, signs = np.concatenate([rows, old]), np.concatenate([signs, twins])
    signs[:, 17] = np.where(signs[:, 17] == ord("x"), ord("X"), signs[:, 17])
    right = ((signs[:, :17] >= 48) & (signs[:, :17] <= 57)).all(axis=1)
    right &= (signs[:, 0] >= ord("1")) & (signs[:, 0] <= ord("8")) & (signs[:, 17] == _SIGNS[_sum(signs) % 11])
    day, real = _days(signs[:, 6:14])
    right &= real
    good, born, male = np.zeros(n, np.bool_), np.zeros(n, "datetime64[D]"), np.zeros(n, np.bool_)
    good[rows], born[rows], male[rows] = right, day, signs[:, 16] % 2 == 1
    texts = [""] * n
    whole = signs.tobytes().decode("latin-1")
    for k, i in enumerate(rows.tolist()):
        texts[i] = whole[18 * k : 18 * k + 18]
    return Numbers(good, texts, born, male)


def employer_codes(column: Sequence[str]) -> NDArray[np.bool_]:
    """Which of n texts are valid unified social credit codes in their one form."""
    good = np.zeros(len(column), np.bool_)
    rows, signs = _of_length(column, 18)
    values = _CODE_VALUES[signs]
    right = (values >= 0).all(axis=1) & (signs[:, 2:8] <= 57).all(axis=1)
    total = values[:, :17] @ np.array(CODE_WEIGHTS, np.int64)
    good[rows] = right & (values[:, 17] == -total % 31)
    return good


def _of_length(column: Sequence[str], length: int) -> tuple[NDArray[np.int64], Bytes]:
    """The rows whose text has so many ASCII signs, and the signs (rows × length)."""
    chosen = [i for i, text in enumerate(column) if len(text) == length and text.isascii()]
    joined = "".join([column[i] for i in chosen]).encode()
    return np.array(chosen, np.int64), np.frombuffer(joined, np.uint8).reshape(-1, length).copy()


def _sum(signs: Bytes) -> NDArray[np.int64]:
    total: NDArray[np.int64] = (signs[:, :17].astype(np.int64) - 48) @ _WEIGHTS
    return total


def _days(digits: Bytes) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """YYYYMMDD as days, and whether each is one; digits that are none give some day and false."""
    d = digits.astype(np.int64) - 48
    year = d[:, 0] * 1000 + d[:, 1] * 100 + d[:, 2] * 10 + d[:, 3]
    month, day = d[:, 4] * 10 + d[:, 5], d[:, 6] * 10 + d[:, 7]
    real = (year >= 1800) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(real, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    found = months.astype("datetime64[D]") + (np.where(real, day, 1) - 1)
    return found, real & (found.astype("datetime64[M]") == months)
