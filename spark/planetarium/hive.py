"""The lake's tables in Hive's metastore: external tables over the Parquet files, a partition a day. Not the files
(lake.py).

`planets`, the keyed state, is moved on to each batch's snapshot, which is one change in the metastore. Drop a table as
you like: the files stay."""
from pyspark.sql import SparkSession

from .lake import TABLES, Lake


class Hive:
    def __init__(self, spark: SparkSession, lake: Lake, database: str):
        self.spark, self.lake, self.database = spark, lake, database
        spark.sql(f"CREATE DATABASE IF NOT EXISTS `{database}`")
        self._known: dict[str, set[str]] = {}
        if lake.generation >= 0:
            # A batch may have been committed while the metastore was away.
            self(lake.days())

    def __call__(self, days: set[str], _board=None):
        """After a commit: what is new becomes visible."""
        for table in TABLES:
            for day in sorted(days):
                folder = f"{self.lake.path}/{table}/dt={day}"
                if self.lake.has(folder):
                    self._add(table, day, folder)
        self._planets()

    def _add(self, table, day, folder):
        name = f"`{self.database}`.`{table}`"
        if table not in self._known:
            columns = ", ".join(f"`{field.name}` {field.dataType.simpleString()}"
                                for field in self.spark.read.parquet(folder).schema if field.name != "dt")
            self.spark.sql(
                f"CREATE EXTERNAL TABLE IF NOT EXISTS {name} ({columns}) PARTITIONED BY (dt string) STORED AS PARQUET "
                f"LOCATION '{self.lake.path}/{table}'")
            self._known[table] = set()
        if day not in self._known[table]:
            self.spark.sql(f"ALTER TABLE {name} ADD IF NOT EXISTS PARTITION (dt = '{day}') LOCATION '{folder}'")
            self._known[table].add(day)
        self.spark.catalog.refreshTable(name)

    def _planets(self):
        name, place = f"`{self.database}`.`planets`", self.lake.planets_path
        columns = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in self.lake.planets().schema)
        self.spark.sql(f"CREATE EXTERNAL TABLE IF NOT EXISTS {name} ({columns}) STORED AS PARQUET LOCATION '{place}'")
        self.spark.sql(f"ALTER TABLE {name} SET LOCATION '{place}'")
        self.spark.catalog.refreshTable(name)
