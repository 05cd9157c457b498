"""Columns of money give what the scalar gives, cell by cell."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.money import MAX_FEN, MoneyError, format_fen, parse_fen
from tongchou.money.arrays import decimals_to_fen, doubles_to_fen, fault_codes, ints_to_fen, parse_fen_array

odd = st.sampled_from(
    ["", ".", "0", "00", "1.", ".1", "1.2", "1.23", "1.234", "-1", "+1", "1e3", " 1", "1 ", "1\n", "１２", "1２", "٣",
     "१",     "1\x00", "\x001", "1,0", "9" * 16, "9" * 17, "9" * 18, "9" * 30, "0" * 30 + "1.5", "92233720368547758.07",
     "92233720368547758.08", "99999999999999999.99", "0" * 18, "0" * 17 + ".5", "1" * 15 + ".999", "0..1"]
)  # fmt: skip
digits = st.from_regex(r"[0-9]{0,22}(\.[0-9]{0,3})?", fullmatch=True)
texts = st.lists(st.one_of(odd, digits, st.text(max_size=8), st.none()), max_size=30)


def scalar(text: str | None) -> tuple[int, bool]:
    try:
        return (parse_fen(text), True) if text is not None else (0, False)
    except MoneyError:
        return 0, False


@given(texts, st.sampled_from([pa.string(), pa.large_string()]), st.integers(0, 3))
def test_texts_agree_with_the_scalar(cells: list[str | None], kind: pa.DataType, cut: int) -> None:
    fen, ok = parse_fen_array(pa.array(cells, kind).slice(cut))
    assert list(zip(fen.tolist(), ok.tolist(), strict=True)) == [scalar(c) for c in cells[cut:]]
    assert fen.dtype == np.int64


@given(st.lists(st.one_of(odd, digits, st.text(max_size=8)), max_size=20))
def test_reasons_agree_with_the_scalar(cells: list[str]) -> None:
    refused = [c for c in cells if not scalar(c)[1]]
    negative, large = fault_codes(pa.array(refused, pa.string()))
    for text, is_negative, is_large in zip(refused, negative, large, strict=True):
        with pytest.raises(MoneyError) as caught:
            parse_fen(text)
        assert (caught.value.code == "negative_amount") == is_negative
        assert (caught.value.code == "amount_too_large") == is_large


def test_a_long_column_crosses_blocks() -> None:
    amounts = np.arange(100_000) * 37
    fen, ok = parse_fen_array(pa.array([format_fen(int(a)) for a in amounts]))
    assert ok.all()
    assert np.array_equal(fen, amounts)


def shortest(value: float) -> int | None:
    """What a double is worth by its shortest decimal text."""
    if not np.isfinite(value) or value < 0:
        return None
    fen = Decimal(repr(value)) * 100
    return int(fen) if fen == int(fen) and fen < 2**53 else None


@given(
    st.lists(
        st.one_of(
            st.floats(),
            st.integers(0, 2**53 + 9).map(lambda k: k / 100),
            st.integers(2**53 - 500, 2**53 + 9).map(lambda k: k / 100),
            st.integers(0, 10**9).map(lambda k: float(np.nextafter(k / 100, 0))),
        ),
        max_size=20,
    )
)
def test_doubles_are_taken_by_their_shortest_text(values: list[float]) -> None:
    fen, ok = doubles_to_fen(np.array(values, np.float64))
    for value, found, good in zip(values, fen.tolist(), ok.tolist(), strict=True):
        assert (found if good else None) == shortest(value)
        assert good or found == 0


@given(
    st.integers(0, 24).flatmap(
        lambda scale: st.tuples(
            st.just(scale),
            st.lists(
                st.one_of(
                    st.none(), st.integers(-(10**37), 10**37), st.integers(0, 10**6).map(lambda k: k * 10**scale)
                ),
                max_size=8,
            ),
        )
    ),
    st.integers(0, 2),
)
def test_decimals_are_exact(case: tuple[int, list[int | None]], cut: int) -> None:
    scale, units = case
    cells = [None if u is None else Decimal(f"{u}E-{scale}") for u in units]
    fen, ok = decimals_to_fen(pa.array(cells, pa.decimal128(38, scale)).slice(cut))
    for unit, found, good in zip(units[cut:], fen.tolist(), ok.tolist(), strict=True):
        exact = None if unit is None else Decimal(f"{unit * 100}E-{scale}")
        right = unit is not None and unit >= 0 and unit * 100 % 10**scale == 0 and unit * 100 // 10**scale <= MAX_FEN
        assert good == right
        assert found == (int(exact) if right and exact is not None else 0)


def test_whole_yuan() -> None:
    for kind in (pa.int8(), pa.int64(), pa.uint64()):
        fen, ok = ints_to_fen(pa.array([0, 7, None], kind))
        assert fen.tolist() == [0, 700, 0]
        assert ok.tolist() == [True, True, False]
    fen, ok = ints_to_fen(pa.array([-1, 2**63 - 1]))
    assert not ok.any()
    assert ints_to_fen(pa.array([2**64 - 1], pa.uint64()))[1].tolist() == [False]


def test_a_decimal_of_38_digits_is_not_rounded_before_it_is_judged() -> None:
    """A fraction of a fen at the 37th digit is no amount, however many zeros stand before it."""
    fen, ok = decimals_to_fen(pa.array([Decimal("12345.00" + "0" * 22 + "1")], pa.decimal128(38, 25)))
    assert (fen.tolist(), ok.tolist()) == ([0], [False])
