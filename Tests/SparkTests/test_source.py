"""The Spark job on Spark's own Kafka source and Apache Kafka, beside `planetarium serve` on the same topic: the same
rows and the same board on every Spark, whatever the topic holds; what it refuses, and that it says why; kills."""
import json
import re
import shutil
import subprocess
import time
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from confluent_kafka import Producer

import compare
import generator
import records
from running import BINARY


def transactions(topic):
    """Committed and aborted ones, and markers at the end of each partition."""
    producer = Producer({"bootstrap.servers": topic.address, "transactional.id": topic.name})
    producer.init_transactions()

    def send(numbers, radius, is_kept):
        producer.begin_transaction()
        for number in numbers:
            name = f"Tx-{number} b"
            producer.produce(topic.name, key=b"tx%db" % number, partition=number % topic.partitions,
                             value=generator.line({"pl_name": name, "pl_rade": radius}))
        producer.flush()
        (producer.commit_transaction if is_kept else producer.abort_transaction)()

    send(range(30), 1.5, True)
    send(range(20, 60), 2.5, False)
    send(range(30, 42), 3.5, True)
    send(range(6), 4.5, False)
    topic.count += 42


@pytest.fixture(scope="module")
def everything(topic):
    """A topic with all of it, and what `serve` makes of it."""
    made = topic("everything", [*records.spelled_out(), *generator.records(1500)], **{"max.message.bytes": "10485760"})
    for codec in ("gzip", "snappy", "lz4", "zstd"):
        made.produce(records.plain(100 * len(codec), 20), **{"compression.type": codec})
    made.produce(records.strange())
    transactions(made)
    made.board, made.lake = made.serve()
    return made


def test_rows_and_board_are_those_of_serve(everything, job, version):
    done = job(everything, version).run()
    assert compare.lake_differences(everything.lake, done.lake) == []
    assert compare.board_differences(everything.board, done.board()) == []
    totals = done.board()["totals"]
    assert totals["withdrawals"] > 10 and totals["late"] > 5 and totals["aliases"] > 3
    assert all(done.board()["rejects"].get(rule, 0) > 0 for rule in ("known_alias", "alias_joins_planets",
                                                                     "alias_conflict", "malformed_json",
                                                                     "wrong_partition"))
    assert json.loads((done.lake / "_spark.json").read_text())["key_partitions"] == everything.partitions
    assert [line["records"] for line in done.batches] == [totals["records"]]
    assert "KAFKA-1894" not in done.text and len(done.text) < 40_000, "a line a record?"


def test_a_planet_counts_once_wherever_its_records_lie(topic, job):
    """Records where a client puts them that hashes with CRC32, as kcat does. What `serve` sends on comes once more, and
    again after the job has read it and its state was read back."""
    made = topic("misplaced")
    done = job(made)
    for seed in (8, 9):
        made.produce((*record, zlib.crc32(record[0]) % made.partitions, 0)
                     for record in generator.records(700, seed=seed))
        made.serve()
        copies = made.copies()
        made.produce(copies)
        board, lake = made.serve()
        done.run()
        assert compare.lake_differences(lake, done.lake) == []
        assert compare.board_differences(board, done.board()) == []
        assert board["totals"]["duplicates"] >= len(copies) > 400 < board["rejects"]["wrong_partition"]
    rows = compare.rows_of(done.lake, "discoveries")
    homes = {}
    for (partition, _), row in rows.items():
        assert homes.setdefault(row["key"], partition) == partition


def test_the_job_alone_sends_on_and_reads_what_lies_in_another_partition(topic, job, version):
    """As `serve` has it, which then finds nothing left to send; nor does another job, or one after it lost its lake."""
    made = topic(f"alone-{version.name.lower()}")
    source = list(generator.records(700, seed=10))
    made.produce((*record, zlib.crc32(record[0]) % made.partitions, 0) for record in source[:500])
    done = job(made, version).run()
    made.produce((*record, zlib.crc32(record[0]) % made.partitions, 0) for record in source[500:])
    done.run()
    copies = made.copies()
    made.count += len(copies)
    board, lake = made.serve()
    assert len(copies) > 200 and made.copies() == copies
    assert compare.lake_differences(lake, done.lake) == []
    assert compare.board_differences(board, done.board()) == []
    assert board["rejects"]["wrong_partition"] == len(copies)
    again = job(made, version, folder=made.folder / "again").run()
    assert made.copies() == copies
    assert compare.lake_differences(lake, again.lake) == []


@pytest.fixture
def plain_topic(topic, request):
    return topic(re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:60], records.plain(0, 240))


def test_a_topic_made_again_is_refused_also_without_the_checkpoint(plain_topic, job):
    done = job(plain_topic).run()
    plain_topic.foreign.delete(plain_topic.name)
    plain_topic.foreign.create(plain_topic.name, plain_topic.partitions)
    plain_topic.produce(records.plain(1000, 60))
    assert "ahead of the log" in done.refuse()
    shutil.rmtree(done.checkpoint)
    assert "ahead of the log" in done.refuse()
    # And when it has grown beyond what the lake holds.
    plain_topic.produce(records.plain(2000, 900))
    assert "is another topic than" in done.refuse()
    assert len(compare.rows_of(done.lake, "discoveries")) == 240
    # The way out that it names.
    again = job(plain_topic, folder=plain_topic.folder / "new").run()
    assert len(compare.rows_of(again.lake, "discoveries")) == 960


def test_a_lake_that_is_gone_behind_its_checkpoint_is_refused(plain_topic, job):
    done = job(plain_topic).run()
    shutil.rmtree(done.lake)
    plain_topic.produce(records.plain(240, 6))
    reason = done.refuse()
    assert "checkpoint" in reason and "is ahead of the lake" in reason
    shutil.rmtree(done.checkpoint)
    done.run()
    assert len(compare.rows_of(done.lake, "discoveries")) == 246


def test_the_lake_of_another_topic_and_a_topic_that_is_not_there_are_named(topic, plain_topic, job):
    done = job(plain_topic).run()
    other = topic("another-topic", records.plain(0, 3))
    assert f"is of the topic {plain_topic.name}, not of another-topic" in job(other, folder=done.folder).refuse()
    other.name = "no-such-topic"
    assert "no-such-topic" in job(other, folder=other.folder / "none").refuse()


def test_kills_leave_each_record_once(topic, job):
    made = topic("kills", generator.records(4000, seed=3))
    board, lake = made.serve()
    done = job(made)
    for kill in range(4):
        done.start("--max-records", "700", trigger="1 second")
        states = set(done.lake.glob("_state/g=*")) if done.lake.exists() else set()
        end = time.monotonic() + 200
        # In a first batch's midst, then after a commit each, then a moment later.
        while time.monotonic() < end and done.process.poll() is None:
            if kill == 0 and (done.lake / "_staging").exists():
                break
            if kill and set(done.lake.glob("_state/g=*")) - states:
                time.sleep(0.4 * (kill - 1))
                break
            time.sleep(0.02)
        assert done.process.poll() is None, done.wait() or done.text[-2000:]
        done.kill()
        if kill == 2:
            shutil.rmtree(done.checkpoint)
    done.run()
    assert compare.lake_differences(lake, done.lake) == []
    assert compare.board_differences(board, done.board()) == []
    assert not (done.lake / "_staging").exists()


def test_retention_before_the_records_were_read_is_said_and_can_be_passed_over(plain_topic, job):
    done = job(plain_topic).run()
    plain_topic.produce(records.plain(240, 600))
    for partition in range(plain_topic.partitions):
        plain_topic.foreign.trim(plain_topic.foreign.bounds(plain_topic.name)[partition][1] - 10,
                                 plain_topic.name, partition)
    assert "failOnDataLoss=false" in done.refuse()
    done.run("--source", "failOnDataLoss=false")
    assert len(compare.rows_of(done.lake, "discoveries")) == 240 + 60


def test_a_time_beyond_what_spark_can_count_is_a_row_as_anywhere(topic, job, version):
    """A producer that gives nanoseconds for milliseconds, the ends of 64 bits, times before 1970; with what a batch has
    besides: transactions, nulls, headers, refused records."""
    made = topic(f"far-times-{version.name}", records.plain(0, 30))
    done = job(made, version)
    for first, times in ((100, (1_764_000_000_000_000_000, 2**63 - 1, -5, -2**63)), (200, (2**62,))):
        made.produce((*record, None, time) for time, record in zip(times, records.plain(first, 9)))
        made.produce([(b"far", b"{", [("source", b"x"), ("y", None)], 2, times[0]), (None, b"", [], 3, 0),
                      *((*record, None, 0) for record in records.plain(first + 20, 30))])
        board, lake = made.serve()
        done.run()
        assert compare.lake_differences(lake, done.lake) == []
        assert compare.board_differences(board, done.board()) == []
        assert "beyond the year 294247" in done.text and len(done.batches) == 1
    made.produce(records.plain(300, 6))
    assert "beyond the year 294247" not in done.run().text


def planetarium(*arguments):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_lake_is_verified_and_its_small_files_are_merged_by_the_binary(topic, job):
    """Every roll and every board of small batches over three days; merged while the job is away, and it goes on."""
    made = topic("upkeep")
    done, now = job(made), int(time.time() * 1000)
    for days in (3, 2, 0):
        made.produce((*record, None, now - days * records.DAY_MS + number)
                     for number, record in enumerate(generator.records(500, seed=days)))
        made.serve()
        done.run("--max-records", "200")
    assert "FINDING" not in planetarium("verify", done.lake)
    before, rows = set(done.lake.glob("*/dt=*/*.parquet")), compare.rows_of(done.lake, "discoveries")
    assert "compactions" in planetarium("compact", done.lake, "--grace", "0")
    after = set(done.lake.glob("*/dt=*/*.parquet"))
    days = {path.parent.name for path in after}
    for table in ("discoveries", "predictions", "rejected", "aggregates"):
        for day in sorted(days)[:-1]:
            old, new = (sum(path.parts[-3:-1] == (table, day) for path in files) for files in (before, after))
            # A batch of several days keeps its parts of each.
            assert new < old or new == old and table in ("rejected", "aggregates"), (table, day, old, new)
    assert compare.rows_of(done.lake, "discoveries") == rows
    assert "FINDING" not in planetarium("verify", done.lake)
    made.produce(generator.records(300, seed=7))
    board, lake = made.serve()
    done.run()
    assert compare.lake_differences(lake, done.lake) == []
    assert compare.board_differences(board, done.board()) == []
    assert "FINDING" not in planetarium("verify", done.lake)
    # It would have been one: a row that was changed.
    damaged = min(done.lake.glob("aggregates/dt=*/*.parquet"))
    table = pq.ParquetFile(damaged).read()
    numbers = [value and value + 1 for value in table["value"].to_pylist()]
    pq.write_table(table.set_column(table.schema.get_field_index("value"), "value", pa.array(numbers)), damaged)
    found = subprocess.run([BINARY, "verify", done.lake], capture_output=True, text=True, timeout=120)
    assert found.returncode != 0 and "FINDING" in found.stdout


def test_small_batches_lag_and_a_file_of_properties(topic, job):
    """A batch of a few records touches the parts of the state that have their keys, and commits to the group."""
    made = topic("small", generator.records(6000, seed=5))
    done = job(made)
    properties = done.folder / "client.properties"
    properties.write_text("# no password on a command line\nfetch.max.wait.ms = 100\n")
    done.start("--kafka-properties", str(properties), "--group", "spark-lag", "--shuffle-partitions", "3",
               trigger="1 second")

    def wait_for(batches):
        end = time.monotonic() + 200
        while time.monotonic() < end and done.process.poll() is None:
            lines = [line for line in (done.folder / "out.log").read_text(errors="replace").splitlines()
                     if line.startswith('{"time"') and '"batch"' in line]
            if len(lines) >= batches:
                return [json.loads(line) for line in lines]
            time.sleep(0.2)
        raise AssertionError((done.folder / "out.log").read_text(errors="replace")[-3000:])

    # Then what it has sent on itself.
    copies = wait_for(2)[1]["records"]
    assert copies == len(made.copies()) > 0
    before = {path for path in done.lake.glob("_state/g=*/planets/part=*")}
    made.produce([next(iter(records.plain(0, 1)))])
    last = wait_for(3)[2]
    assert last["records"] == 1 and len(last["offsets"]) == 1
    after = {path for path in done.lake.glob("_state/g=*/planets/part=*")}
    assert len(after - before) == 1, "a record touches one part"
    end = time.monotonic() + 30
    wanted = {partition: end for partition, (_, end) in enumerate(made.foreign.bounds(made.name))}
    while (kept := committed(made, "spark-lag")) != wanted and time.monotonic() < end:
        time.sleep(0.2)
    assert kept == wanted
    done.kill()


def committed(topic, group):
    from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
    asked = [ConsumerGroupTopicPartitions(group, [TopicPartition(topic.name, partition)
                                                  for partition in range(topic.partitions)])]
    found = topic.foreign.admin.list_consumer_group_offsets(asked)[group].result(20)
    return {place.partition: place.offset for place in found.topic_partitions}


def test_a_partition_more_is_read_and_nothing_twice(plain_topic, job):
    done = job(plain_topic).run()
    plain_topic.foreign.grow(8, plain_topic.name)
    plain_topic.partitions = 8
    plain_topic.produce(records.plain(240, 80))
    done.run()
    rows, refused = (compare.rows_of(done.lake, table) for table in ("discoveries", "rejected"))
    # What lay wrong was sent on, once.
    assert len(rows) == 320 and {6, 7} <= {partition for partition, _ in refused}
    assert len(plain_topic.copies()) == len(refused)
    # A planet's place is among those that there were when the lake was made.
    assert {partition for partition, _ in rows} == set(range(6))
    assert {row["rules"] for row in refused.values()} == {'["wrong_partition"]'}
    assert "over 6 partitions, not 8" in done.refuse("--key-partitions", "8")
