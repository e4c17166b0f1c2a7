"""Every replication as rows of a Parquet file: point, kind, replication, metric, week, value. For whoever draws their own conclusions.

`week` is empty for the whole horizon, and 0, 1, ... for what is counted by week. The shape is the same for every playbook, so files can be laid one
under the other. Rows come in the order of points and replications, and are written a piece at a time. Needs pyarrow (the extra `parquet`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    from ..forecast.points import Point

PIECE = 100_000
"""Rows of a piece (a row group)."""
FORMAT = 1


class NoParquet(Exception):
    """pyarrow is not installed. `str(error)` says how to get it."""


class Table:
    """A Parquet file at `path`, as a `with` block; it is begun with the first row, and `about` (texts by name) goes into its metadata."""

    def __init__(self, path: Path, about: Mapping[str, str]) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise NoParquet("Parquet needs pyarrow, which is not installed: pip install 'cadenza[parquet]'") from None
        self._arrow: Any = pyarrow
        names = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
        whole, week = pyarrow.int32(), pyarrow.int16()
        columns = [("point", names), ("kind", names), ("replication", whole), ("metric", names), ("week", week), ("value", pyarrow.float64())]
        meta = {f"cadenza.{key}": value for key, value in {**about, "format_version": str(FORMAT)}.items()}
        self._schema = pyarrow.schema(columns, metadata=meta)
        self._path = path
        self._writer: Any = None
        self._rows: list[list[Any]] = [[] for _ in columns]

    def __enter__(self) -> Table:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None and self._rows[0]:
            self._write()
        if self._writer is not None:
            self._writer.close()

    def add(self, point: Point, replication: int, values: Mapping[str, float], weekly: Mapping[str, Sequence[float]]) -> None:
        """All figures of one replication of one point."""
        rows: list[tuple[str, int | None, float]] = [(metric, None, value) for metric, value in values.items()]
        rows += [(metric, week, value) for metric, series in weekly.items() for week, value in enumerate(series)]
        for metric, week, value in rows:
            for column, cell in zip(self._rows, (point.name, point.kind, replication, metric, week, value), strict=True):
                column.append(cell)
        if len(self._rows[0]) >= PIECE:
            self._write()

    def _write(self) -> None:
        if self._writer is None:
            self._writer = self._arrow.parquet.ParquetWriter(self._path, self._schema, compression="zstd")
        arrays = [self._arrow.array(column, type=field.type) for column, field in zip(self._rows, self._schema, strict=True)]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows = [[] for _ in self._rows]
