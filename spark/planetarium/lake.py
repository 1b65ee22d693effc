"""Files that appear all at once or not at all, on any file system Hadoop knows (file:, hdfs://).

    LAKE/TABLE/dt=YYYY-MM-DD/TOPIC-pPPPPP-FFFFFFFFFFFFFFFFFFFF-LLLLLLLLLLLLLLLLLLLL.parquet    first and last offset, as
    Planetarium names its own LAKE/_state/g=GGGGGGGGGGGG/planets, counters.json
    the keyed state after batch G, and where the topic goes on

A batch is written under LAKE/_staging, its files are renamed into the tables, and last the state is renamed into
LAKE/_state: **that rename commits the batch**. What it promises: each record stands once in each table, whatever is
killed when, because (1) a batch takes only offsets beyond the state's, so one that Spark repeats, or a lost checkpoint,
changes nothing; (2) files beyond the state's offsets are removed before the next batch. What it does not promise: a
query during the renames may see some of a batch's files and not yet others; and a rename must be atomic, which it is in
HDFS and on a disk, not in S3. One job a lake: nothing keeps a second one out."""
import json
import re

from pyspark.sql import DataFrame, SparkSession

from . import history

TABLES = ("predictions", "rejected", "aggregates", "discoveries")
_FILE = re.compile(r"-p([0-9]{5})-[0-9]{20}-([0-9]{20})\.parquet$")
_AGGREGATES = re.compile(r"-g([0-9]{12})\.parquet$")
KEPT_STATES = 2


class Lake:
    def __init__(self, spark: SparkSession, path: str, topic: str):
        self.spark, self.path, self.topic = spark, path.rstrip("/"), topic
        self._fs = self._path(self.path).getFileSystem(spark._jsc.hadoopConfiguration())
        if not self.has(f"{self.path}/_state"):
            # Recovery removes files that the state does not know, so it must never see another program's.
            if any(self._files(f"{self.path}/{table}") for table in TABLES):
                raise ValueError(f"{self.path} holds tables that are not this job's")
            self._fs.mkdirs(self._path(f"{self.path}/_state"))
        self.generation = max(self._generations(), default=-1)
        self.counters = {"offsets": {}, "counts": {}}
        if self.generation >= 0:
            self.counters = json.loads(self._read(f"{self._state(self.generation)}/counters.json"))
        self._recover()

    # What the state says.

    @property
    def offsets(self) -> dict[int, int]:
        """By partition: the offset to go on at."""
        return {int(partition): offset for partition, offset in self.counters["offsets"].items()}

    def planets(self) -> DataFrame:
        if self.generation < 0:
            return self.spark.createDataFrame([], history.PLANETS)
        return self.spark.read.schema(history.PLANETS).parquet(self.planets_path)

    @property
    def planets_path(self) -> str:
        return f"{self._state(self.generation)}/planets"

    def days(self) -> set[str]:
        return {part[3:] for table in TABLES for path in self._files(f"{self.path}/{table}") for part in path.split("/")
                if part.startswith("dt=")}

    # A batch, in this order: stage each table, stage the state, commit.

    @property
    def staging(self) -> str:
        return f"{self.path}/_staging"

    def stage(self, table: str, rows: DataFrame):
        """Rows with `dt` and `file_partition`: one file for each pair."""
        (rows.repartition("dt", "file_partition").sortWithinPartitions("dt", "file_partition", "log_offset")
            .write.mode("overwrite").partitionBy("dt", "file_partition").parquet(f"{self.staging}/{table}"))

    def stage_planets(self, planets: DataFrame) -> DataFrame:
        planets.write.mode("overwrite").parquet(f"{self.staging}/state/planets")
        return self.spark.read.schema(history.PLANETS).parquet(f"{self.staging}/state/planets")

    def stage_aggregates(self, rows: DataFrame, day: str):
        rows.coalesce(1).write.mode("overwrite").parquet(f"{self.staging}/aggregates/dt={day}")

    def commit(self, ranges: dict, counters: dict) -> set[str]:
        """`ranges`: (dt, partition) -> (first, last offset). The days that have new files."""
        days = set()
        for table in TABLES:
            for path in self._files(f"{self.staging}/{table}"):
                parts = dict(part.split("=", 1) for part in path.split("/") if "=" in part)
                if table == "aggregates":
                    name = f"{self.topic}-g{self.generation + 1:012d}.parquet"
                else:
                    partition = int(parts["file_partition"])
                    first, last = ranges[parts["dt"], partition]
                    name = f"{self.topic}-p{partition:05d}-{first:020d}-{last:020d}.parquet"
                self._rename(path, f"{self.path}/{table}/dt={parts['dt']}/{name}")
                days.add(parts["dt"])
        self._write(f"{self.staging}/state/counters.json", json.dumps(counters, ensure_ascii=False))
        self._rename(f"{self.staging}/state", self._state(self.generation + 1))
        self.generation += 1
        self.counters = counters
        for old in self._generations():
            if old <= self.generation - KEPT_STATES:
                self._fs.delete(self._path(self._state(old)), True)
        self._fs.delete(self._path(self.staging), True)
        return days

    def _recover(self):
        """Removes what a batch that was cut off has left."""
        self._fs.delete(self._path(self.staging), True)
        offsets = self.offsets
        for table in TABLES:
            for path in self._files(f"{self.path}/{table}"):
                if found := _FILE.search(path):
                    is_left = int(found[2]) >= offsets.get(int(found[1]), 0)
                elif found := _AGGREGATES.search(path):
                    is_left = int(found[1]) > self.generation
                else:
                    continue
                if is_left:
                    self._fs.delete(self._path(path), False)

    # Hadoop's file system.

    def has(self, folder: str) -> bool:
        return self._fs.exists(self._path(folder))

    def _state(self, generation: int) -> str:
        return f"{self.path}/_state/g={generation:012d}"

    def _path(self, text: str):
        return self.spark._jvm.org.apache.hadoop.fs.Path(text)

    def _generations(self) -> list[int]:
        folder = self._path(f"{self.path}/_state")
        if not self._fs.exists(folder):
            return []
        return [int(entry.getPath().getName()[2:]) for entry in self._fs.listStatus(folder)
                if entry.getPath().getName().startswith("g=")]

    def _files(self, folder: str) -> list[str]:
        path = self._path(folder)
        if not self._fs.exists(path):
            return []
        found, entries = [], self._fs.listFiles(path, True)
        while entries.hasNext():
            name = entries.next().getPath().toString()
            if name.endswith(".parquet"):
                found.append(name)
        return found

    def _rename(self, old: str, new: str):
        target = self._path(new)
        self._fs.mkdirs(target.getParent())
        if not self._fs.rename(self._path(old), target):
            raise OSError(f"{old} could not be renamed to {new}")

    def _read(self, path: str) -> str:
        stream = self._fs.open(self._path(path))
        try:
            return self.spark._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8")
        finally:
            stream.close()

    def _write(self, path: str, text: str):
        stream = self._fs.create(self._path(path), True)
        stream.write(bytearray(text.encode()))
        stream.close()
