"""Money as text: what is taken, what is refused and why."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.money import MAX_FEN, MoneyError, format_fen, parse_fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("1234", 123400),
        ("1234.5", 123450),
        ("1234.50", 123450),
        ("0.05", 5),
        ("007.50", 750),
        ("0" * 40 + "1", 100),
        ("92233720368547758.07", MAX_FEN),
    ],
)
def test_amounts_are_read(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "1,000",
        "1e3",
        "1.234",
        ".5",
        "5.",
        "1.2.3",
        "NaN",
        "１２",
        "٣",
        "1_000",
        "¥1",
        "0x1",
    ],
)
def test_other_texts_are_not_money(text: str) -> None:
    with pytest.raises(MoneyError) as caught:
        parse_fen(text)
    assert caught.value.code == "not_money"


def test_reasons_of_their_own() -> None:
    with pytest.raises(MoneyError) as caught:
        parse_fen("-1.50")
    assert caught.value.code == "negative_amount"
    with pytest.raises(MoneyError) as caught:
        parse_fen("92233720368547758.08")
    assert caught.value.code == "amount_too_large"
    with pytest.raises(MoneyError) as caught:
        parse_fen("9" * 10_000)
    assert caught.value.code == "amount_too_large"


@pytest.mark.parametrize("value", [1.5, 1, None, b"1", True])
def test_only_text_is_parsed(value: object) -> None:
    with pytest.raises(TypeError):
        parse_fen(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.0, True, "1", None, np.float64(2.0)])
def test_only_integers_are_printed(value: object) -> None:
    with pytest.raises(TypeError):
        format_fen(value)  # type: ignore[arg-type]


def test_printing() -> None:
    assert [format_fen(f) for f in (0, 5, -5, 123450, -123450)] == ["0.00", "0.05", "-0.05", "1234.50", "-1234.50"]
    assert format_fen(np.int64(250)) == "2.50"


@given(st.integers(0, MAX_FEN))
def test_printed_amounts_are_read_back(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen


def test_the_door_is_light() -> None:
    code = "import sys, tongchou.money; print({'numpy', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
