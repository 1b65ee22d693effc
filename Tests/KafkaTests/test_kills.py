"""kill -9 under load: no acknowledged record is lost, none is stored twice."""
import time

from foreign import Foreign
from planetarium import Load


def test_leaders_of_three_brokers(kafka, planets):
    cluster = kafka(3, "min.insync.replicas=2", "broker.session.timeout.ms=4000")
    serve = planets(cluster.address, "--replication", "3")
    foreign = Foreign(cluster.address)
    load = Load(serve)
    for turn in range(3):
        time.sleep(3)
        leader = foreign.partition(partition=turn).leader
        cluster.kill(leader)
        time.sleep(5)
        cluster.start_again(leader)
    load.stop()
    load.check(serve)
    serve.wait_ready()
    assert serve.total() == len(serve.stored())
    serve.stop()


def test_the_one_broker(cluster, planets):
    serve = planets(cluster.address)
    load = Load(serve)
    for _ in range(3):
        time.sleep(3)
        cluster.kill(1)
        time.sleep(2)
        cluster.start_again(1)
    time.sleep(3)
    load.stop()
    load.check(serve)
    serve.wait_ready()
    serve.stop()


def test_a_stream(cluster, planets):
    web = planets(cluster.address, folder="web", command="web", ready=False)
    stream = planets(cluster.address, command="stream", ready=False)
    web.wait_ready()
    load = Load(web)
    for _ in range(3):
        time.sleep(3)
        stream.kill()
        stream.start(ready=False)
    load.stop()
    load.check(stream)
    stream.stop()
    web.stop()
