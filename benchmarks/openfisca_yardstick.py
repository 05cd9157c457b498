"""The basic contribution of a year and one bracket benefit in OpenFisca-core, as its own users write such a model.

    .venv-yardstick/bin/python benchmarks/openfisca_yardstick.py --persons 1000000

Monthly wages, the base held between floor and cap, the employer's and the person's rate, and a benefit by brackets of
the year's base (a MarginalRateTaxScale); 12 months of 2023 in floats of 32 bits, as the engine has them. The last line
is a JSON object: ``seconds`` from the model's making to the sums of the year (import of the library apart:
``seconds_import``), ``seconds_written`` with every monthly value written to a Parquet file in the least time pyarrow
can, ``processor`` and ``processor_written`` the same in processor time of all threads, ``inexact`` how many persons'
contributions of the year differ from those reckoned in whole fen by the same rounding.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from pathlib import Path

_begun = time.perf_counter()
import numpy as np  # noqa: E402
from openfisca_core.entities import build_entity  # noqa: E402
from openfisca_core.periods import DateUnit  # noqa: E402
from openfisca_core.populations import ADD  # noqa: E402
from openfisca_core.simulations import SimulationBuilder  # noqa: E402
from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # noqa: E402
from openfisca_core.variables import Variable  # noqa: E402

IMPORTED = time.perf_counter() - _begun
YEAR, FLOOR, CAP = 2023, 4143.60, 20718.00
PARAMETERS = {
    "floor": "values: {2023-01-01: {value: 4143.60}}",
    "cap": "values: {2023-01-01: {value: 20718.00}}",
    "employer": "values: {2022-01-01: {value: 0.08}, 2023-01-01: {value: 0.07}}",
    "own": "values: {2022-01-01: {value: 0.02}}",
    "benefit": """brackets:
- {threshold: {2023-01-01: {value: 0}}, rate: {2023-01-01: {value: 0.30}}}
- {threshold: {2023-01-01: {value: 60000}}, rate: {2023-01-01: {value: 0.20}}}
- {threshold: {2023-01-01: {value: 150000}}, rate: {2023-01-01: {value: 0.10}}}
""",
}
QUICKEST = {"use_dictionary": False, "compression": "none", "write_statistics": False}
"""Of pyarrow's settings those that write these columns in the least time: a quarter of what its defaults take."""
MONTHS = [f"{YEAR}-{m:02d}" for m in range(1, 13)]
Person = build_entity(key="person", plural="persons", label="person", is_person=True)


def rounded(yuan: np.ndarray) -> np.ndarray:
    """Half-up to the fen, as the law rounds; ``numpy.round`` would give a half to the even fen."""
    return np.floor(yuan * 100 + 0.5) / 100


class wage(Variable):
    value_type, entity, definition_period, label = float, Person, DateUnit.MONTH, "monthly wage"


class base(Variable):
    value_type, entity, definition_period, label = float, Person, DateUnit.MONTH, "contribution base"

    def formula(person, period, parameters):
        law = parameters(period)
        return np.clip(person("wage", period), law.floor, law.cap)


class employer(Variable):
    value_type, entity, definition_period, label = float, Person, DateUnit.MONTH, "employer's contribution"

    def formula(person, period, parameters):
        return rounded(person("base", period) * parameters(period).employer)


class own(Variable):
    value_type, entity, definition_period, label = float, Person, DateUnit.MONTH, "person's contribution"

    def formula(person, period, parameters):
        return rounded(person("base", period) * parameters(period).own)


class benefit(Variable):
    value_type, entity, definition_period, label = float, Person, DateUnit.YEAR, "benefit by brackets"

    def formula(person, period, parameters):
        return parameters(period).benefit.calc(person("base", period, options=[ADD]))


def wages(n: int) -> list[np.ndarray]:
    """Wages of each month in fen, the same for the same number of persons."""
    rng = np.random.default_rng(530100)
    yearly = 550_000 * np.exp(0.6 * rng.standard_normal(n))
    return [(yearly * (0.9 + 0.2 * rng.random(n))).astype(np.int64) for _ in MONTHS]


def exact(fen: list[np.ndarray]) -> np.ndarray:
    """Both contributions of the year in whole fen, each month rounded half-up."""
    total = np.zeros(len(fen[0]), np.int64)
    for month in fen:
        held = np.clip(month, round(FLOOR * 100), round(CAP * 100))
        total += (held * 7 + 50) // 100 + (held * 2 + 50) // 100
    return total


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    n = parser.parse_args().persons
    fen = wages(n)
    yuan = [(month / 100).astype(np.float32) for month in fen]
    gc.collect()  # what was loaded and made before is not looked through within the time
    begun, mine = time.perf_counter(), time.process_time()
    system = TaxBenefitSystem([Person])
    with tempfile.TemporaryDirectory() as folder:
        for name, text in PARAMETERS.items():
            (Path(folder) / f"{name}.yaml").write_text(f"description: {name}\n{text}\n", encoding="utf-8")
        system.load_parameters(folder)
    for variable in (wage, base, employer, own, benefit):
        system.add_variable(variable)
    simulation = SimulationBuilder().build_default_simulation(system, n)
    for month, values in zip(MONTHS, yuan, strict=True):
        simulation.set_input("wage", month, values)
    sums = [simulation.calculate_add(name, str(YEAR)) for name in ("employer", "own")]
    paid = simulation.calculate("benefit", str(YEAR))
    seconds, processor = time.perf_counter() - begun, time.process_time() - mine
    import pyarrow as pa  # no part of the engine: its import is in no time
    import pyarrow.parquet as pq

    gc.collect()
    begun, mine = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        columns = {
            f"{name}_{month}": simulation.calculate(name, month)
            for name in ("base", "employer", "own")
            for month in MONTHS
        }
        table = pa.table({**columns, "benefit": paid})
        pq.write_table(table, Path(folder) / "lines.parquet", **QUICKEST)
        written = seconds + time.perf_counter() - begun
        processor_written = processor + time.process_time() - mine
    found = np.rint((sums[0].astype(np.float64) + sums[1]) * 100).astype(np.int64)
    print(
        json.dumps(
            {
                "persons": n,
                "seconds": seconds,
                "seconds_import": IMPORTED,
                "seconds_written": written,
                "processor": processor,
                "processor_written": processor_written,
                "inexact": int(np.count_nonzero(found != exact(fen))),
            }
        )
    )


if __name__ == "__main__":
    main()
