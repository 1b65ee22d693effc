"""The cluster is away for a while: readyz says so though nothing is sent, submissions are refused in time, and all goes
on by itself."""
import requests


def test_readyz_while_the_cluster_is_away(cluster, planets):
    serve = planets(cluster.address)
    assert serve.submit("Away-1 b") == 201
    cluster.kill(1)
    serve.wait(lambda: serve.ready()[0] == 503 and "log" in serve.ready()[1], 60, "a reason")
    answer = requests.post(
        serve.url + "/api/discoveries", json={"pl_name": "Away-2 b"}, headers={"Idempotency-Key": "away"}, timeout=60)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    cluster.start_again(1)
    serve.wait(lambda: serve.ready()[0] == 200, 90, "readiness")
    assert serve.submit("Away-3 b") == 201
    serve.wait(lambda: {"Away-1 b", "Away-3 b"} <= set(serve.stored()), 30, "rows")
    serve.stop()
