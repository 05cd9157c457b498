"""The eight-layer scheme of eight.yaml: generated fold against hand_eight.py, on made-up stays that meet all eight."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

import hand_eight
from measure import PIECE, Arrays, Form, Row, fold_rows, measure
from tongchou.law.compile import Kernel, compiled, plain
from tongchou.law.tree import load_scheme_file
from tongchou.rules.settlement import window_of
from tongchou.rules.settlement.order import boundaries

SCHEME = Path(__file__).resolve().parent / "eight.yaml"


def claims(n: int) -> tuple[np.ndarray, Arrays]:
    """(person, input columns) of made-up claims sorted by person: 95 % stays, the rest deliveries and visits."""
    rng = np.random.default_rng(8)
    people = max(1, n // 5)
    person = np.sort(rng.integers(0, people, n))
    u = rng.random(n)
    category = np.where(u < 0.95, 3, np.where(u < 0.99, 4, 0)).astype(np.int8)
    v = rng.random(people)
    identity = np.where(v < 0.8, 0, np.where(v < 0.88, 1, np.where(v < 0.95, 2, np.where(v < 0.99, 4, 5))))
    return person, {
        "day": date(2023, 1, 1).toordinal() + rng.integers(0, 365, n).astype(np.int32),
        "category": category,
        "level": rng.integers(0, 4, n).astype(np.int32),
        "status": (rng.random(people) < 0.28).astype(np.int8)[person],
        "identity": identity.astype(np.int64)[person],
        "designated": (rng.random(n) >= 0.01).astype(np.int8),
        "referred": (rng.random(n) < 0.5).astype(np.int8),
        "delivery_kind": np.where(category == 4, rng.integers(0, 2, n), -1).astype(np.int8),
        "in_scope": np.rint(900_000 * np.exp(0.9 * rng.standard_normal(n))).astype(np.int64),
    }


def checked(kernel: Kernel) -> Kernel:
    """The kernel, refused where the hand form is of another shape."""
    years = tuple(name for name, per, key in kernel.state if per == "year" and not key)
    for found, known in (
        (kernel.outputs, hand_eight.OUTPUTS),
        (years, hand_eight.STATE),
        (kernel.inputs[1:], hand_eight.INPUTS),
    ):
        if tuple(found) != tuple(known):
            raise SystemExit(f"benchmarks/hand_eight.py is out of date: the scheme has {found}, not {known}")
    return kernel


def kernel(numba: bool) -> Kernel:
    """The generated fold of the scheme in 2023, compiled or plain."""
    scheme, on = load_scheme_file(SCHEME), date(2023, 1, 1).toordinal()
    window = window_of(scheme, on, on + 365)
    return checked(compiled(scheme, *window) if numba else plain(scheme, *window))


def eight_rows(n: int, rounds: int) -> tuple[list[Row], list[str]]:
    """Rows of the eight-layer fold and what is not equal."""
    made = kernel(numba=True)
    person, columns = claims(n)
    size, states = max(hi - lo for lo, hi in boundaries(person, PIECE, 1)), len(hand_eight.STATE)
    forms = {
        "generated": Form(made.fold_year, made.inputs, made.outputs, states, size),
        "hand": Form(hand_eight.settle, hand_eight.INPUTS, hand_eight.OUTPUTS, states, size),
    }
    copies, faults = measure(forms, person, columns, rounds)
    return fold_rows("eight", forms, copies, person, columns, rounds), faults
