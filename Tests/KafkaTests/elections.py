"""An unclean election: a follower that is behind becomes the leader, and the records that it lacks are gone."""
from foreign import TOPIC, Foreign

SETTINGS = ["unclean.leader.election.enable=true", "replica.lag.time.max.ms=4000", "broker.session.timeout.ms=4000"]


def cut_off(kafka, planets, *arguments):
    """A server around three brokers whose lake has five records named "Safe" and four named "Cut", of which the log has
    the first five alone now; the cluster, the server, and the broker that leads."""
    cluster = kafka(3, *SETTINGS)
    serve = planets(cluster.address, *arguments, "--replication", "2")
    foreign = Foreign(cluster.address)
    for n in range(5):
        serve.receipt(f"Safe {n} b")
    serve.wait_stored(5)
    partition = foreign.partition(TOPIC)
    leader = partition.leader
    [follower] = [node for node in partition.replicas if node != leader]
    cluster.kill(follower)
    foreign.until(lambda: foreign.partition(TOPIC).isrs == [leader], 60, "the follower out of sync")
    serve.wait(lambda: serve.submit("Cut 0 b") == 201, 30, "records without the follower")
    for n in range(1, 4):
        serve.receipt(f"Cut {n} b")
    serve.wait(lambda: len([name for name in serve.stored() if name.startswith("Cut")]) == 4, 30, "cut records stored")
    cluster.kill(leader)
    cluster.start_again(follower)
    foreign.until(lambda: foreign.partition(TOPIC).leader == follower, 60, "the election")
    return cluster, serve, leader
