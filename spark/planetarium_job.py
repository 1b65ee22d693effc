"""Planetarium's stream processing as a Spark Structured Streaming job: Kafka topic -> Parquet tables, keyed state,
aggregates, Hive. README.md says how to submit it, and when to prefer `planetarium stream`. The work is done in
planetarium/batch.py."""
import argparse
import json
import sys

from py4j.protocol import Py4JJavaError
from pyspark import SparkFiles
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from planetarium import judge, topic
from planetarium.batch import Batches, say
from planetarium.checkpoint import Checkpoint
from planetarium.hive import Hive
from planetarium.lake import Lake, LakeError
from planetarium.rows import Columns
from planetarium.sent_on import SentOn

SETTINGS = {
    # The tables depend on these.
    "spark.sql.session.timeZone": "UTC", "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd", "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # This many records of 8 MB fit an Arrow batch.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "250",
    # A batch's files go through the driver; --max-records bounds them.
    "spark.driver.maxResultSize": "0",
}


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name.strip(), value.strip()


def arguments(given=None):
    parser = argparse.ArgumentParser(description="Planetarium's stream processing on Spark.", allow_abbrev=False)
    for name, about in (
            ("--bootstrap-servers", dict(required=True, metavar="HOST:PORT,...")),
            ("--topic", dict(default="planet-discoveries")),
            ("--topic-state", dict(default="planet-state", help="of `planetarium`, where the log's name stands")),
            ("--lake", dict(required=True, help="folder of the tables; not that of `planetarium stream`")),
            ("--checkpoint", dict(required=True, help="folder of Spark's checkpoint, on the same file system")),
            ("--judge", dict(metavar="PATH", help="planetarium-judge on every executor; else from --files, else PATH")),
            ("--hive-database", dict(default="", help="register the tables in Hive's metastore, in this database")),
            ("--hive-metastore", dict(default="", metavar="thrift://HOST:9083", help="default: from hive-site.xml")),
            ("--max-records", dict(type=int, default=200_000, help="the most in a micro-batch")),
            ("--trigger", dict(default="1 minute", help="time between batches; `once`: read what is there, then end")),
            ("--shuffle-partitions", dict(type=int, metavar="N", help="tasks per batch; default: two per core")),
            ("--key-partitions", dict(type=int, metavar="N", help="partitions at Planetarium's first start")),
            ("--kafka-properties", dict(metavar="FILE", help="the client's properties, NAME=VALUE a line: passwords")),
            ("--kafka", dict(action="append", default=[], type=pair, metavar="NAME=VALUE", help="one of them")),
            ("--source", dict(action="append", default=[], type=pair, metavar="NAME=VALUE", help="Kafka source's")),
            ("--group", dict(metavar="NAME", help="consumer group to commit the lake's offsets to, to see the lag")),
            ("--log-level", dict(default="WARN", help="level of Spark's own log"))):
        parser.add_argument(name, **about)
    options = parser.parse_args(given)
    if options.key_partitions is not None and options.key_partitions < 1:
        parser.error("--key-partitions: at least 1")
    # Aborted transactions are not read.
    options.client, place = {"isolation.level": "read_committed"}, options.kafka_properties
    try:
        if place:
            with open(place, encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    if line.strip()[:1] not in ("", "#", "!"):
                        place = f"{options.kafka_properties}:{number}"
                        options.client.update([pair(line)])
    except (OSError, argparse.ArgumentTypeError) as error:
        parser.error(f"{place}: {error}")
    options.client |= dict(options.kafka) | {"bootstrap.servers": options.bootstrap_servers}
    return options


def session(options) -> SparkSession:
    metastore = {"spark.hadoop.hive.metastore.uris": options.hive_metastore} if options.hive_metastore else {}
    builder = SparkSession.builder.appName("planetarium").config(map=SETTINGS | metastore)
    return (builder.enableHiveSupport() if options.hive_database else builder).getOrCreate()


def records(spark: SparkSession, options, ends: dict):
    """Starts where the lake ends, unless the checkpoint knows better."""
    return spark.readStream.format("kafka").options(**{
        "subscribe": options.topic, "includeHeaders": "true", "maxOffsetsPerTrigger": str(options.max_records),
        "startingOffsets": json.dumps({options.topic: ends}) if ends else "earliest",
        # If records left the topic before they were read, somebody must look at that error.
        "failOnDataLoss": "true",
    } | {f"kafka.{name}": value for name, value in options.client.items()} | dict(options.source)).load()


def start(stream, options, lake: Lake, width: int, **more):
    """Starts the query, for any streaming DataFrame with the Kafka source's columns."""
    batches = Batches(lake, judge_path(options), width, **more)
    writer = stream.writeStream.foreachBatch(batches).option("checkpointLocation", options.checkpoint)
    when = {"availableNow": True} if options.trigger == "once" else {"processingTime": options.trigger}
    return writer.trigger(**when).queryName(options.topic).start()


def judge_path(options):
    """Finds the judge, wherever it is called: an executor has folders of its own."""
    given = options.judge
    return lambda: judge.find(given, SparkFiles.getRootDirectory())


def run(options):
    spark = session(options)
    spark.sparkContext.setLogLevel(options.log_level)
    columns = Columns(judge.described(judge_path(options)()))
    lake = Lake(spark, options.lake, options.topic, columns)
    rules = columns.description["rules_version"]
    if lake.state["rules"] not in ("", rules):
        say(message="rows from here on, and the board, are judged by rules of another version than the lake's rows",
            before=lake.state["rules"], rules=rules)
    log, kept = topic.Topic(spark, options.topic, options.client), Checkpoint(spark, options.checkpoint, options.topic)
    may_lose = dict(options.source).get("failOnDataLoss", "true").lower() == "false"
    if reason := log.objection(lake.state, lake.path, may_lose) or kept.objection(lake.state, lake.path):
        raise topic.LogError(reason)
    sending = SentOn(spark, log, options.topic_state, columns.description["schema"])
    lake.settle(sending.partitions or len(log.end), options.key_partitions)
    tasks = options.shuffle_partitions or max(1, min(2 * spark.sparkContext.defaultParallelism, len(log.end)))
    spark.conf.set("spark.sql.shuffle.partitions", str(tasks))
    if kept.shuffle_partitions() not in (None, tasks):
        say(message="the checkpoint was made with another number of shuffle partitions, which Spark itself keeps",
            before=kept.shuffle_partitions(), now=tasks)
    hive = Hive(spark, lake, options.hive_database) if options.hive_database else None
    identity = {"cluster": log.cluster, "topic": options.topic, "id": log.id}

    def check():
        """Checks before each batch that it is still the same topic."""
        log.look()
        if log.id != identity["id"]:
            raise topic.LogError(f"{options.topic} is another topic than before. {topic.ADVICE}")
        return identity

    def after(days):
        if hive:
            hive(days)
        if options.group:
            log.commit(options.group, {int(partition): offset for partition, offset in lake.state["ends"].items()})

    say(message="reading", topic=options.topic, lake=lake.path, rules=rules, tasks=tasks, offsets=lake.state["offsets"],
        key_partitions=lake.key_partitions)
    # Again after copies were sent, so that `once` reads them, too.
    while sending.is_due():
        start(records(spark, options, lake.state["ends"]), options, lake, tasks, check=check, after_commit=after,
              ends=kept.ends, read_again=log.records, sending=sending).awaitTermination()


def main() -> int:
    """Returns 0, or 1 after the reason in one line."""
    try:
        run(arguments())
        return 0
    except (topic.LogError, LakeError, judge.JudgeError) as error:
        reason = str(error)
    except (PySparkException, Py4JJavaError) as error:
        reason = sentence(str(error))
    say(message="stopped", reason=reason)
    return 1


def sentence(text: str) -> str:
    """The reason in Spark's report on a query that ended: the sentence of a job's own error, else the last cause."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for name in ("LogError: ", "LakeError: ", "JudgeError: ", "Caused by: "):
        if found := [line.split(name, 1)[1] for line in lines if name in line]:
            return found[-1]
    return lines[0] if lines else "Spark ended the query"


if __name__ == "__main__":
    sys.exit(main())
