"""The tables that measurements read, in memory: checked against their columns, joined, narrowed."""

from collections.abc import Iterable, Mapping
from typing import Self

import polars as pl

from brooks.analysis.columns import TABLES, Kind, Rows, Table, no_rows

_TYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.COUNT: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.FLAG: pl.Boolean(),
}


def schema(table: Table) -> dict[str, pl.DataType]:
    """The type of each column of a table."""
    return {column.name: _TYPES[column.kind] for column in table.columns}


class Tables:
    """The five tables of one or many runs. Never changed: every step gives new ones."""

    def __init__(self, frames: Mapping[str, pl.DataFrame]) -> None:
        self._frames = {
            table.name: _fit(frames[table.name], table) if table.name in frames else _empty(table)
            for table in TABLES
        }
        self.runs = self._frames["runs"]
        self.calls = self._frames["calls"]
        self.actions = self._frames["actions"]
        self.tasks = self._frames["tasks"]
        self.conflicts = self._frames["conflicts"]

    @classmethod
    def of(cls, rows: Rows) -> Self:
        """The tables of rows that were folded from logs."""
        return cls(
            {
                table.name: pl.DataFrame(rows.get(table.name, {}), schema=schema(table))
                for table in TABLES
            }
        )

    @classmethod
    def joined(cls, parts: Iterable["Tables"]) -> Self:
        """The rows of all parts, one after another."""
        every = [part.frames for part in parts]
        if not every:
            return cls.of(no_rows())
        return cls(
            {table.name: pl.concat([part[table.name] for part in every]) for table in TABLES}
        )

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        """Each table by name."""
        return dict(self._frames)

    def only(self, runs: pl.Expr) -> "Tables":
        """The tables of those runs of which an expression over `runs` is true."""
        kept = self.runs.filter(runs)
        ids = kept.select("run")
        return Tables(
            {"runs": kept}
            | {
                name: frame.join(ids, on="run", how="semi", maintain_order="left")
                for name, frame in self._frames.items()
                if name != "runs"
            }
        )


def _empty(table: Table) -> pl.DataFrame:
    return pl.DataFrame(schema=schema(table))


def _fit(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The frame with exactly the table's columns, missing ones unknown."""
    types = schema(table)
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in types.items()
    )
