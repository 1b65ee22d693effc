"""Files that appear all at once or not at all, on any file system Hadoop knows (file:, hdfs://).

    LAKE/TABLE/dt=YYYY-MM-DD/TOPIC-pPPPPP-FFFFFFFFFFFFFFFFFFFF-LLLLLLLLLLLLLLLLLLLL.parquet    first and last offset of
    the batch, as in Planetarium's own names (.part.parquet: the batch has a later day, too)
    LAKE/_state/g=GGGGGGGGGGGG/state.json    after batch G: where to continue in the topic, counts, each part's folder
    LAKE/_spark.json                            key_partitions: how many partitions the planets' keys are spread over
    LAKE/_state/g=.../planets/part=P/planets.parquet, _figures    a part of the keyed state changed by that batch, and
    its share of the board

A batch is written under LAKE/_staging, its files are renamed into the tables, and finally the state is renamed into
LAKE/_state: **that rename commits the batch**. So each record is in each table once, whatever is killed when: (1) a
batch takes only offsets beyond the state's, so a batch repeated by Spark or a lost checkpoint changes nothing; (2)
files beyond the state's offsets are removed before the next batch. A rename must be atomic, as in HDFS and on a disk,
not in S3. One job per lake: nothing keeps a second one out."""
import json
import re

import pyarrow as pa
from pyspark.sql import SparkSession

from .rows import AGGREGATES, Columns, parquet

TABLES = ("predictions", "rejected", "aggregates", "discoveries")
# The format of the state's files.
VERSION = 2
_FILE = re.compile(r"-p([0-9]{5})-[0-9]{20}-([0-9]{20})(\.part)?\.parquet$")


class LakeError(Exception):
    pass


class Files:
    """Hadoop's file system for `path`."""

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
        """The Parquet files below the folder."""
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

    def read(self, path: str) -> bytes:
        stream = self.fs.open(self.place(path))
        try:
            return bytes(self.jvm.org.apache.commons.io.IOUtils.toByteArray(stream))
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
            # Recovery removes files that the state lacks, so it must never see another program's.
            if any(self.files.parquet(f"{self.path}/{table}") for table in TABLES):
                raise LakeError(f"{self.path} holds tables that are not this job's")
            self.files.fs.mkdirs(self.files.place(f"{self.path}/_state"))
        self.generation = max(self._generations(), default=-1)
        self.state = {"offsets": {}, "ends": {}, "counts": {}, "parts": {}, "newest": [], "last": {}, "latest": {},
                      "rules": "", "log": None}
        self.figures: dict[str, bytes] = {}
        self.key_partitions: int | None = None
        if self.generation >= 0:
            place = f"{self._state(self.generation)}/state.json"
            kept = json.loads(self.files.read(place)) if self.files.has(place) else {}
            if kept.get("version") != VERSION:
                raise LakeError(f"{self.path} was made by an older version of this job: give this one another lake")
            self.state = kept
            self.figures = {part: self.files.read(f"{self.part_folder(part)}/_figures") for part in kept["parts"]}
        self._recover()

    def settle(self, topic_has: int, given: int | None):
        """Fixes the number of partitions that the planets' keys are spread over when the lake is made: as many as the
        topic then has, or as `given`, because the topic may have grown before."""
        place = f"{self.path}/_spark.json"
        if not self.files.has(place):
            about = {"topic": self.topic, "key_partitions": given or topic_has}
            self.files.write(f"{place}.new", json.dumps(about).encode())
            self.files.rename(f"{place}.new", place)
        self.key_partitions = json.loads(self.files.read(place)).get("key_partitions")
        if not self.key_partitions:
            raise LakeError(f"{place} is not this job's: it does not say key_partitions")
        if given not in (None, self.key_partitions):
            raise LakeError(f"the planets' keys in the lake {self.path} are spread over {self.key_partitions} "
                            f"partitions, not {given}: give another lake for that")

    @property
    def offsets(self) -> dict[int, int]:
        """By partition: the offset to continue at."""
        return {int(partition): offset for partition, offset in self.state["offsets"].items()}

    def part_folder(self, part: str) -> str:
        return f"{self._state(self.state['parts'][part])}/planets/part={part}"

    def part_file(self, part: str) -> str:
        return f"{self.part_folder(part)}/planets.parquet"

    def days(self) -> set[str]:
        files = (path for table in TABLES for path in self.files.parquet(f"{self.path}/{table}"))
        return {part[3:] for path in files for part in path.split("/") if part.startswith("dt=")}

    def aggregates(self, board: list[list], state: dict, roll: dict) -> dict[str, bytes]:
        """The table's file with this board's rows, stored with the roll of one of the batch's partitions."""
        positions = json.dumps({f"{self.topic}/{partition}": state["offsets"][str(partition)]
                                for partition in sorted(map(int, state["offsets"]))}, separators=(",", ":"))
        moment = [roll["last"][0], roll["partition"], state["latest"][str(roll["partition"])]]
        arrays = [pa.array(values, field.type) for values, field in zip(
            zip(*([*moment, *row, positions] for row in board)), AGGREGATES)]
        return {f"aggregates/{roll['roll']}": parquet(pa.Table.from_arrays(arrays, schema=AGGREGATES))}

    def commit(self, tables: dict[str, bytes], parts: dict[str, bytes], figures: dict[str, bytes],
               state: dict) -> set[str]:
        """`tables`: files by path in the lake; `parts`: of the planets, with their `figures`. Returns the days with new
        files."""
        staging, new = f"{self.path}/_staging", self.generation + 1
        for name, content in tables.items():
            self.files.write(f"{staging}/{name}", content)
        for part, content in parts.items():
            self.files.write(f"{staging}/state/planets/part={part}/planets.parquet", content)
            self.files.write(f"{staging}/state/planets/part={part}/_figures", figures[part])
        state |= {"version": VERSION, "parts": self.state["parts"] | dict.fromkeys(parts, new)}
        self.files.write(f"{staging}/state/state.json", json.dumps(state, ensure_ascii=False).encode())
        for name in sorted(tables, key=lambda name: TABLES.index(name.split("/")[0])):
            self.files.rename(f"{staging}/{name}", f"{self.path}/{name}")
        self.files.rename(f"{staging}/state", self._state(new))
        # Files of the previous state stay for those who are reading them.
        for old in set(self._generations()) - {new - 1, new, *self.state["parts"].values(), *state["parts"].values()}:
            self.files.remove(self._state(old))
        self.generation, self.state, self.figures = new, state, self.figures | figures
        self.files.remove(staging)
        return {name.split("/")[1].removeprefix("dt=") for name in tables}

    def _recover(self):
        """Removes what an interrupted batch left behind."""
        self.files.remove(f"{self.path}/_staging")
        offsets = self.offsets
        for table in TABLES:
            for path in self.files.parquet(f"{self.path}/{table}"):
                if (found := _FILE.search(path)) and int(found[2]) >= offsets.get(int(found[1]), 0):
                    self.files.remove(path)

    def _state(self, generation: int) -> str:
        return f"{self.path}/_state/g={generation:012d}"

    def _generations(self) -> list[int]:
        return [int(name[2:]) for name in self.files.names(f"{self.path}/_state") if name.startswith("g=")]
