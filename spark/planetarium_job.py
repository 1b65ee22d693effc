"""Planetarium's stream processing as a Spark Structured Streaming job: Kafka topic -> Parquet tables, keyed state,
aggregates, Hive.

    spark-submit --packages org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.9 --py-files planetarium.zip
    planetarium_job.py \
        --bootstrap-servers kafka:9092 --lake hdfs://namenode:8020/planetarium-spark --checkpoint
        hdfs://namenode:8020/planetarium-spark-checkpoint

Not the work itself: planetarium/batch.py. README.md says when this, and when `planetarium stream`.
"""
import argparse
import sys

from pyspark.sql import SparkSession

from planetarium.batch import Batches
from planetarium.hive import Hive
from planetarium.lake import Lake

# What the tables mean depends on these.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}


def arguments(given=None):
    parser = argparse.ArgumentParser(description="Planetarium's stream processing on Spark.")
    parser.add_argument("--bootstrap-servers", required=True, metavar="HOST:PORT,...")
    parser.add_argument("--topic", default="planet-discoveries")
    parser.add_argument("--lake", required=True,
                        help="folder of the tables, such as hdfs://namenode:8020/planetarium-spark; not that of "
                             "`planetarium stream`")
    parser.add_argument("--checkpoint", required=True, help="folder of Spark's checkpoint, on the same file system")
    parser.add_argument("--hive-database", default="", help="register the tables in Hive's metastore, in this database")
    parser.add_argument("--hive-metastore", default="", metavar="thrift://HOST:9083", help="else as hive-site.xml says")
    parser.add_argument("--max-records", type=int, default=200_000, help="of a micro-batch")
    parser.add_argument("--trigger", default="5 seconds",
                        help="time between micro-batches; `once`: read what is there and end")
    parser.add_argument("--kafka", action="append", default=[], metavar="NAME=VALUE",
                        help="a property of the Kafka client, such as security.protocol=SASL_SSL")
    return parser.parse_args(given)


def session(options) -> SparkSession:
    builder = SparkSession.builder.appName("planetarium")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    if options.hive_database:
        builder = builder.enableHiveSupport()
        if options.hive_metastore:
            builder = builder.config("spark.hadoop.hive.metastore.uris", options.hive_metastore)
    return builder.getOrCreate()


def records(spark: SparkSession, options):
    reader = (
        spark.readStream.format("kafka").option("kafka.bootstrap.servers",
                                                options.bootstrap_servers).option("subscribe", options.topic)
        .option("startingOffsets", "earliest").option("includeHeaders",
                                                      "true").option("maxOffsetsPerTrigger", options.max_records)
        # Records gone from the topic before they were read are an error to look at, not to pass over.
        .option("failOnDataLoss", "true"))
    for property in options.kafka:
        name, _, value = property.partition("=")
        reader = reader.option(f"kafka.{name}", value)
    return reader.load()


def start(spark: SparkSession, stream, options):
    """The running query, of any streaming DataFrame with the Kafka source's columns."""
    lake = Lake(spark, options.lake, options.topic)
    batches = Batches(lake, Hive(spark, lake, options.hive_database) if options.hive_database else None)
    writer = stream.writeStream.foreachBatch(batches).option("checkpointLocation",
                                                             options.checkpoint).queryName(options.topic)
    writer = writer.trigger(availableNow=True) if options.trigger == "once" else writer.trigger(
        processingTime=options.trigger)
    return writer.start(), batches


def main():
    options = arguments()
    spark = session(options)
    query, _ = start(spark, records(spark, options), options)
    query.awaitTermination()


if __name__ == "__main__":
    sys.exit(main())
