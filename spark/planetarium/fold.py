"""Passes a partition's planets so far and then its records through the judge (docs/ARCHITECTURE.md, "State of a
planet"), in Arrow batches that have the partition's state first and its records in offset order (batch.py sees to
that). Returns finished Parquet files.

A key is known within its partition, as in `planetarium stream`. The judge decides what a record is and what it does to
its planet."""
import itertools
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import judge, sent_on
from .rows import Columns, fingerprint, parquet


class Fold:
    """For mapInArrow; sent to the executors. `begun`: by partition, the offset to continue at; the lake already has the
    records below it, so a repeated batch or a lost checkpoint changes nothing. `partitions`: for the judge. `renews`:
    writes every part again, because another build made the figures. `sent`: by partition, the offset below which
    misplaced records were sent on before."""
    # `file`: a table's file, by its path in the lake. `part`: a part of the planets, and `figures`, its share of the
    # board. `copies`: of a partition's misplaced records. `summary`: what a partition's records amount to.
    OUT = pa.schema([("kind", pa.string()), ("name", pa.string()), ("content", pa.binary())])

    def __init__(self, columns: Columns, find, topic: str, begun: dict[int, int], partitions: int | None = None,
                 renews: bool = False, sent: dict[int, int] | None = None):
        self.columns, self.find, self.topic, self.begun = columns, find, topic, begun
        self.partitions, self.renews, self.sent = partitions, renews, sent or {}

    def __call__(self, batches):
        running, partition = None, None
        for batch in _joined(batches):
            partitions = batch.column("partition").to_numpy()
            starts = [0, *(np.flatnonzero(np.diff(partitions)) + 1), batch.num_rows]
            for start, end in zip(starts, starts[1:]):
                running = running or judge.Judge(self.find(), self.columns.description, self.partitions)
                if partition is None or partition.number != partitions[start]:
                    if partition:
                        yield from partition.end()
                    partition = Partition(self, running, int(partitions[start]))
                partition.take(batch.slice(start, end - start))
        if partition:
            yield from partition.end()
            running.close()


class Partition:
    """One partition's records within a task."""

    def __init__(self, fold: Fold, running: judge.Judge, number: int):
        self.fold, self.judge, self.number = fold, running, number
        self.held: list[pa.RecordBatch] = []
        self.copies: list[pa.Table] = []
        self.last: list = []

    def take(self, given: pa.RecordBatch):
        """Takes files of the state, which have offset -1, then records."""
        offsets = given.column("offset").to_numpy()
        for content in given.column("value").slice(0, int(np.count_nonzero(offsets < 0))):
            known = pq.read_table(pa.BufferReader(content.as_buffer()), schema=self.fold.columns.read)
            for batch in known.combine_chunks().to_batches():
                self.judge.remember(batch)
        unseen = given.take(pa.array(np.flatnonzero(offsets >= max(0, self.fold.begun.get(self.number, 0)))))
        if unseen.num_rows:
            self.held.append(self.judge.judged(unseen))
            self.copies.append(sent_on.copies(unseen, self.held[-1], self.fold.sent.get(self.number, 0)))
            key, value, time, offset = (
                unseen.column(name)[-1] for name in ("key", "value", "timestamp", "offset"))
            self.last = [offset.as_py(), time.value, fingerprint(key.as_py() or b"", value.as_py())]

    def end(self):
        """Returns the partition's output for the lake."""
        parts, summary = self.judge.end(self.fold.renews)
        for part, (planets, figures) in parts.items():
            yield _out("part", f"{self.number:05d}-{part}", parquet(pa.Table.from_batches([planets])))
            yield _out("figures", f"{self.number:05d}-{part}", figures)
        if not self.held:
            return
        rows = pa.Table.from_batches(self.held)
        bounds = pc.min_max(rows.column("log_offset")).as_py()
        days = sorted(pc.unique(rows.column("dt")).to_pylist())
        for day in days:
            # As in Sources/Lake/LakePath.swift.
            part = "" if day == max(days) else ".part"
            name = (f"dt={day}/{self.fold.topic}-p{self.number:05d}-{bounds['min']:020d}-{bounds['max']:020d}"
                    f"{part}.parquet")
            for table, made in self.fold.columns.tables(rows.filter(pc.equal(rows.column("dt"), day)),
                                                        self.fold.topic).items():
                if made.num_rows:
                    yield _out("file", f"{table}/{name}", parquet(made))
        if (copies := pa.concat_tables(self.copies)).num_rows:
            yield _out("copies", str(self.number), parquet(copies))
        # After the loop, `name` is that of the latest day.
        summary |= {"partition": self.number, "roll": name, "last": self.last,
                    "latest": pc.max(rows.column("log_timestamp")).value}
        yield _out("summary", str(self.number), json.dumps(summary).encode())


def _joined(batches):
    """Joins Spark's batches, which are small so that large records fit; larger frames take less time per record."""
    held, rows, size = [], 0, 0
    for batch in itertools.chain(batches, [None]):
        if rows and (batch is None or rows >= 1000 or size >= 1 << 26):
            yield pa.Table.from_batches(held).combine_chunks().to_batches()[0]
            held, rows, size = [], 0, 0
        if batch is not None:
            held.append(batch)
            rows, size = rows + batch.num_rows, size + batch.nbytes


def _out(kind: str, name: str, content: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"kind": [kind], "name": [name], "content": [content]}, Fold.OUT)
