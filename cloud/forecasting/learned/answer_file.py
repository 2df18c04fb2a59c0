"""What a back-test said, as a file: one row a series, origin and day ahead. CSV or Parquet by the file's ending."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import csv, parquet

from cloud.forecasting.learned.backtest import Origin
from cloud.forecasting.learned.panel import Panel
from shared.forecasting.forecast import LEVELS

SCHEMA: Final = pa.schema(
    [
        ("series", pa.string()),
        ("date", pa.date32()),
        ("origin", pa.date32()),
        ("model", pa.string()),
        ("mean", pa.float64()),
        *((f"q{round(level * 100)}", pa.float64()) for level in LEVELS),
    ]
)


def rows_of(panel: Panel, said: Origin, baselines: bool = False) -> Iterator[Any]:
    """Arrow tables of one origin: the champions' forecasts, and those of the baselines where they are wanted.

    `origin` is the last day whose sales were known. Figures have six decimals.
    """
    yield _table(panel, said, said.model, said.mean, said.quantiles)
    if baselines:
        for name, (mean, quantiles) in said.baselines.items():
            yield _table(panel, said, [name] * len(panel.names), mean, quantiles)


def _table(panel: Panel, said: Origin, model: list[str], mean: Any, quantiles: dict[float, Any]) -> Any:
    series, horizon = mean.shape
    days = list(panel.dates[said.origin + 1 : said.origin + 1 + horizon])
    columns: dict[str, Any] = {
        "series": [name for name in panel.names for _ in range(horizon)],
        "date": days * series,
        "origin": [panel.dates[said.origin]] * (series * horizon),
        "model": [name for name in model for _ in range(horizon)],
        "mean": mean.round(6).ravel(),
    }
    for level in LEVELS:
        columns[f"q{round(level * 100)}"] = quantiles[level].round(6).ravel()
    return pa.table(columns, schema=SCHEMA)


def write(tables: list[Any], file: Path) -> None:
    """Write all rows."""
    everything = pa.concat_tables(tables) if tables else SCHEMA.empty_table()
    if file.suffix.lower() == ".parquet":
        parquet.write_table(everything, file)
    else:
        csv.write_csv(everything, file, csv.WriteOptions(quoting_style="needed"))
