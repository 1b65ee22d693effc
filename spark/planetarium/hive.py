"""The lake's tables in Hive's metastore: external tables over the Parquet files, one partition per day; and `planets`,
the keyed state, one partition per part, which follows the batch that wrote it last. lake.py has the files; they stay if
you drop a table."""
from pyspark.sql import SparkSession

from .lake import TABLES, Lake


class Hive:
    def __init__(self, spark: SparkSession, lake: Lake, database: str):
        self.spark, self.lake, self.database = spark, lake, database
        spark.sql(f"CREATE DATABASE IF NOT EXISTS `{database}`")
        self._known: dict[str, set[str]] = {}
        self._places: dict[str, str] = {}
        if lake.generation >= 0:
            # A batch may have been committed while the metastore was away.
            self(lake.days())

    def __call__(self, days: set[str]):
        """Makes visible what a commit added."""
        for table in TABLES:
            for day in sorted(days):
                folder = f"{self.lake.path}/{table}/dt={day}"
                if self.lake.files.has(folder):
                    self._add(table, day, folder)
        self._planets()

    def _add(self, table, day, folder):
        name = f"`{self.database}`.`{table}`"
        if table not in self._known:
            self._make(name, self.spark.read.parquet(folder).schema, "dt", f"{self.lake.path}/{table}")
            self._known[table] = set()
        if day not in self._known[table]:
            self.spark.sql(f"ALTER TABLE {name} ADD IF NOT EXISTS PARTITION (dt = '{day}') LOCATION '{folder}'")
            self._known[table].add(day)
        self.spark.catalog.refreshTable(name)

    def _make(self, name, schema, partition, place):
        columns = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in schema
                            if field.name != partition)
        self.spark.sql(f"CREATE EXTERNAL TABLE IF NOT EXISTS {name} ({columns}) PARTITIONED BY ({partition} string) "
                       f"STORED AS PARQUET LOCATION '{place}'")

    def _planets(self):
        name, first = f"`{self.database}`.`planets`", not self._places
        if first and self.lake.state["parts"]:
            schema = self.spark.read.parquet(self.lake.part_file(min(self.lake.state["parts"]))).schema
            self._make(name, schema, "part", f"{self.lake.path}/_state/planets")
        for part in sorted(self.lake.state["parts"]):
            place = self.lake.part_folder(part)
            if self._places.get(part) == place:
                continue
            if part not in self._places:
                self.spark.sql(f"ALTER TABLE {name} ADD IF NOT EXISTS PARTITION (part = '{part}') LOCATION '{place}'")
            self.spark.sql(f"ALTER TABLE {name} PARTITION (part = '{part}') SET LOCATION '{place}'")
            self._places[part] = place
        self.spark.catalog.refreshTable(name)
