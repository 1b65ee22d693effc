"""Retention removed the log's beginning: the catalogue comes from the lake or the cache, or the web says that it has
none, and serves what is left only where it is told to."""
import signal

import pytest
from chromium import launched

ONE = ["--partitions", "1"]
INCOMPLETE = "X-Planetarium-Catalogue"


@pytest.fixture
def trimmed(cluster, foreign, planets):
    """A server with twenty planets, one of them revised, stopped; of its log the first fifteen records are gone."""
    serve = planets(cluster.address, *ONE, "--cache", "none")
    for n in range(20):
        serve.receipt(f"A {n} b")
    serve.receipt("A 3 b", pl_rade=2.5)
    assert serve.post({"pl_name": "Refused b", "pl_rade": -1}).status_code == 422
    serve.wait_stored(21)
    serve.stop()
    foreign.trim(15)
    return serve


def assert_whole(web):
    """Every planet, its history and its receipt, and what comes next."""
    assert web.total() == 20
    planet = web.get("/api/planets/a3b").json()
    assert [(item["revision"], item["offset"]) for item in planet["history"]] == [(1, 3), (2, 20)]
    assert [item["planet"]["pl_rade"] for item in planet["history"]] == [1.5, 2.5]
    assert planet["planet"]["pl_rade"] == 2.5
    stored = web.get("/api/receipts/0/3").json()
    assert stored["stored"] and not stored["in_log"] and stored["key"] == "a3b" and stored["record"]["pl_rade"] == 1.5
    assert INCOMPLETE not in web.get("/api/planets").headers
    receipt = web.receipt("A 3 b", pl_rade=3.5)
    assert receipt["revision"] == 3 and receipt["change"] == "revision"


def test_serve_takes_its_catalogue_from_the_lake(trimmed):
    trimmed.start()
    assert_whole(trimmed)
    rejected = trimmed.get("/api/aggregates/rejects/out_of_range/records").json()
    assert rejected["total"] == 1
    trimmed.stop()
    # And so do the records that came after, at the next start.
    trimmed.start()
    assert trimmed.get("/api/planets/a3b").json()["planet"]["pl_rade"] == 3.5
    trimmed.stop()


def test_a_web_takes_its_catalogue_from_the_lake_it_is_given(cluster, trimmed, planets):
    stream = planets(cluster.address, *ONE, command="stream")
    lake = f"file:{trimmed.data}/lake"
    web = planets(cluster.address, *ONE, "--lake", lake, command="web", folder="web")
    assert_whole(web)
    # Its cache has all of that: it is enough without the lake.
    web.stop()
    alone = planets(cluster.address, *ONE, command="web", folder="web")
    assert alone.total() == 20
    alone.stop()
    stream.stop()


def test_a_web_without_a_lake_says_that_it_has_no_catalogue(cluster, trimmed, planets):
    stream = planets(cluster.address, *ONE, command="stream")
    web = planets(cluster.address, *ONE, command="web", folder="web", ready=False)
    web.wait(lambda: "begins at offset 15" in web.ready()[1], 20, "the reason")
    status, text = web.ready()
    assert status == 503 and "--serve-what-is-left" in text
    answer = web.post({"pl_name": "B b"})
    assert answer.status_code == 503 and "begins at offset 15" in answer.text and answer.headers["Retry-After"]
    assert web.get("/api/planets").headers[INCOMPLETE] == "incomplete"
    web.stop()
    stream.stop()


def test_what_is_left_is_served_where_it_is_asked_for(cluster, trimmed, planets):
    stream = planets(cluster.address, *ONE, command="stream")
    web = planets(
        cluster.address, *ONE, "--serve-what-is-left", "1", command="web", folder="web")
    assert web.total() == 6
    for path in ("/api/planets", "/api/planets/a16b", "/api/board", "/api/planets/nobody"):
        assert web.get(path).headers[INCOMPLETE] == "incomplete", path
    answer = web.post({"pl_name": "B b"})
    assert answer.status_code == 201 and answer.headers[INCOMPLETE] == "incomplete"
    web.stop()
    # Its cache is one of what is left.
    web.start()
    assert web.total() == 7 and web.get("/api/planets").headers[INCOMPLETE] == "incomplete"
    web.stop()
    whole = planets(cluster.address, *ONE, command="web", folder="web", ready=False)
    whole.wait(lambda: "begins at offset 15" in whole.ready()[1], 20, "the reason")
    whole.stop()
    stream.stop()


NOTICES = {"en-GB": "Not all planets are listed", "fr-FR": "Toutes les planètes ne sont pas listées"}


def test_the_page_says_that_planets_are_missing(cluster, trimmed, planets):
    trimmed.start()
    web = planets(cluster.address, *ONE, "--serve-what-is-left", "1", command="web", folder="web")
    with launched() as browser:
        for locale, text in NOTICES.items():
            page = browser.new_page(locale=locale)
            for process, is_shown in [(web, True), (trimmed, False), (web, True)]:
                page.goto(process.url)
                page.wait_for_selector("html[data-ready=true]")
                notice = page.locator("#incomplete")
                notice.wait_for(state="visible" if is_shown else "hidden")
                assert notice.is_visible() is is_shown and text in notice.text_content(), process.url
            page.close()
    web.stop()
    trimmed.stop()


def test_removed_under_a_running_process(cluster, foreign, planets):
    """A reader that retention overtakes goes on at the first record there is, and says what it missed."""
    serve = planets(cluster.address, *ONE)
    serve.receipt("A b")
    serve.wait_stored(1)
    serve.process.send_signal(signal.SIGSTOP)
    # Answers the requests for records that are under way; the readers ask for what comes later once they run again.
    foreign.put(["Bait b"], partition=0)
    foreign.put([f"Gone {n} b" for n in range(10)], partition=0)
    foreign.put([f"Kept {n} b" for n in range(10)], partition=0)
    foreign.trim(12)
    serve.process.send_signal(signal.SIGCONT)
    serve.wait_stored(12)
    told = "records are gone: the log removed them before they were read"
    line = next(line for line in serve.errors if told in line)
    assert "topic=planet-discoveries partition=0 first=2 last=11" in line, line
    assert 'planetarium_log_records_removed_total{backend="kafka"}' in serve.get("/metrics").text
    serve.wait(lambda: serve.ready()[0] == 200, 10, "readyz 200")
    serve.stop()
