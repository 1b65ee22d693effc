"""Files that appear all at once or not at all, on any file system Hadoop knows (file:, hdfs://).

    LAKE/TABLE/dt=YYYY-MM-DD/TOPIC-pPPPPP-FFFFFFFFFFFFFFFFFFFF-LLLLLLLLLLLLLLLLLLLL.parquet    first and last offset, as
    Planetarium names its own
    LAKE/_state/g=GGGGGGGGGGGG/state.json    after batch G: where the topic goes on, counts, which folder has each part
    LAKE/_state/g=.../planets/part=P, partials.json    the parts of the keyed state that batch changed, their board

A batch is written under LAKE/_staging, its files are renamed into the tables, and last the state is renamed into
LAKE/_state: **that rename commits the batch**. What it promises: each record stands once in each table, whatever is
killed when, because (1) a batch takes only offsets beyond the state's, so one that Spark repeats, or a lost checkpoint,
changes nothing; (2) files beyond the state's offsets are removed before the next batch. What it does not promise: a
query during the renames may see some of a batch's files and not yet others; and a rename must be atomic, which it is in
HDFS and on a disk, not in S3. One job a lake: nothing keeps a second one out."""
import io
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from .rows import AGGREGATES, Columns

TABLES = ("predictions", "rejected", "aggregates", "discoveries")
_FILE = re.compile(r"-p([0-9]{5})-[0-9]{20}-([0-9]{20})\.parquet$")
_AGGREGATES = re.compile(r"-g([0-9]{12})\.parquet$")


class LakeError(Exception):
    pass


class Files:
    """Hadoop's file system, that of `path`."""

    def __init__(self, spark: SparkSession, path: str):
        self.jvm = spark._jvm
        self.fs = self.place(path).getFileSystem(spark._jsc.hadoopConfiguration())

    def place(self, path: str):
        return self.jvm.org.apache.hadoop.fs.Path(path)

    def has(self, path: str) -> bool:
        return self.fs.exists(self.place(path))

    def names(self, folder: str) -> list[str]:
        entries = self.fs.listStatus(self.place(folder)) if self.has(folder) else []
        return [entry.getPath().getName() for entry in entries]

    def parquet(self, folder: str) -> list[str]:
        """The files below the folder."""
        found, entries = [], self.fs.listFiles(self.place(folder), True) if self.has(folder) else None
        while entries and entries.hasNext():
            found.append(entries.next().getPath().toString())
        return [path for path in found if path.endswith(".parquet")]

    def remove(self, path: str):
        self.fs.delete(self.place(path), True)

    def rename(self, old: str, new: str):
        self.fs.mkdirs(self.place(new).getParent())
        if not self.fs.rename(self.place(old), self.place(new)):
            raise LakeError(f"{old} could not be renamed to {new}: another job may be at work in this lake")

    def read(self, path: str) -> str:
        stream = self.fs.open(self.place(path))
        try:
            return self.jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8")
        finally:
            stream.close()

    def write(self, path: str, content: bytes):
        stream = self.fs.create(self.place(path), True)
        stream.write(bytearray(content))
        stream.close()


class Lake:
    def __init__(self, spark: SparkSession, path: str, topic: str, columns: Columns):
        self.spark, self.path, self.topic, self.columns = spark, path.rstrip("/"), topic, columns
        self.files = Files(spark, path)
        if not self.files.has(f"{self.path}/_state"):
            # Recovery removes files that the state does not know, so it must never see another program's.
            if any(self.files.parquet(f"{self.path}/{table}") for table in TABLES):
                raise LakeError(f"{self.path} holds tables that are not this job's")
            self.files.fs.mkdirs(self.files.place(f"{self.path}/_state"))
        self.generation = max(self._generations(), default=-1)
        self.state = {"offsets": {}, "ends": {}, "counts": {}, "parts": {}, "newest": [], "last": {}, "rules": "",
                      "log": None}
        self.partials: dict[str, list] = {}
        if self.generation >= 0:
            if not self.files.has(f"{self._state(self.generation)}/state.json"):
                raise LakeError(f"{self.path} was made by an older version of this job: give this one another lake")
            self.state = json.loads(self.files.read(f"{self._state(self.generation)}/state.json"))
            for folder in set(self.state["parts"].values()):
                kept = json.loads(self.files.read(f"{folder}/partials.json"))
                self.partials |= {part: kept[part] for part, own in self.state["parts"].items() if own == folder}
        self._recover()

    @property
    def offsets(self) -> dict[int, int]:
        """By partition: the offset to go on at."""
        return {int(partition): offset for partition, offset in self.state["offsets"].items()}

    def planets(self, parts=None) -> DataFrame | None:
        """Of these parts, or all; None where there are none."""
        reader, made = self.spark.read.schema(self.columns.planets_schema), None
        for folder in sorted(set(self.state["parts"].values())):
            own = [self.part_folder(part) for part, place in sorted(self.state["parts"].items())
                   if place == folder and (parts is None or part in parts)]
            if own:
                rows = reader.option("basePath", f"{folder}/planets").parquet(*own).select(*self.columns.planets)
                made = rows if made is None else made.unionByName(rows)
        return made

    def part_folder(self, part: str) -> str:
        return f"{self.state['parts'][part]}/planets/part={part}"

    def days(self) -> set[str]:
        files = (path for table in TABLES for path in self.files.parquet(f"{self.path}/{table}"))
        return {part[3:] for path in files for part in path.split("/") if part.startswith("dt=")}

    # A batch, in this order: stage each table, stage the state, commit.

    @property
    def staging(self) -> str:
        return f"{self.path}/_staging"

    def stage(self, table: str, rows: DataFrame):
        """Rows with `dt` and `file_partition`: one file for each pair, as a partition's rows are in one task."""
        (rows.sortWithinPartitions("dt", "file_partition", "log_offset")
            .write.mode("overwrite").partitionBy("dt", "file_partition").parquet(f"{self.staging}/{table}"))

    def stage_planets(self, planets: DataFrame) -> DataFrame:
        folder = f"{self.staging}/state/planets"
        planets.write.mode("overwrite").partitionBy("part").parquet(folder)
        return self.spark.read.schema(self.columns.planets_schema).parquet(folder)

    def stage_aggregates(self, rows: list[tuple], day: str):
        """A few thousand rows at most: from here, without a job."""
        arrays = [pa.array(values, field.type) for values, field in zip(zip(*rows), AGGREGATES)]
        out = io.BytesIO()
        pq.write_table(pa.Table.from_arrays(arrays, schema=AGGREGATES), out, compression="zstd")
        self.files.write(f"{self.staging}/aggregates/dt={day}/rows.parquet", out.getvalue())

    def commit(self, ranges: dict, state: dict, partials: dict[str, list]) -> set[str]:
        """`ranges`: (dt, partition) -> (first, last offset); `partials`: of the parts that have changed. The days that
        have new files."""
        days = set()
        for table in TABLES:
            for path in self.files.parquet(f"{self.staging}/{table}"):
                parts = dict(part.split("=", 1) for part in path.split("/") if "=" in part)
                if table == "aggregates":
                    name = f"{self.topic}-g{self.generation + 1:012d}.parquet"
                else:
                    partition = int(parts["file_partition"])
                    first, last = ranges[parts["dt"], partition]
                    name = f"{self.topic}-p{partition:05d}-{first:020d}-{last:020d}.parquet"
                self.files.rename(path, f"{self.path}/{table}/dt={parts['dt']}/{name}")
                days.add(parts["dt"])
        new = self._state(self.generation + 1)
        state |= {"parts": self.state["parts"] | dict.fromkeys(partials, new)}
        self.files.write(f"{self.staging}/state/partials.json", json.dumps(partials).encode())
        self.files.write(f"{self.staging}/state/state.json", json.dumps(state, ensure_ascii=False).encode())
        self.files.rename(f"{self.staging}/state", new)
        used = {self._state(self.generation), new, *self.state["parts"].values(), *state["parts"].values()}
        self.generation += 1
        self.state = state
        self.partials |= partials
        for old in self._generations():
            if self._state(old) not in used:
                self.files.remove(self._state(old))
        self.files.remove(self.staging)
        return days

    def _recover(self):
        """Removes what a batch that was cut off has left."""
        self.files.remove(self.staging)
        offsets = self.offsets
        for table in TABLES:
            for path in self.files.parquet(f"{self.path}/{table}"):
                if found := _FILE.search(path):
                    is_left = int(found[2]) >= offsets.get(int(found[1]), 0)
                elif found := _AGGREGATES.search(path):
                    is_left = int(found[1]) > self.generation
                else:
                    continue
                if is_left:
                    self.files.remove(path)

    def _state(self, generation: int) -> str:
        return f"{self.path}/_state/g={generation:012d}"

    def _generations(self) -> list[int]:
        return [int(name[2:]) for name in self.files.names(f"{self.path}/_state") if name.startswith("g=")]
