"""spark/planetarium/columns.json is what the binary says now; and what needs no Spark: keys, quantiles, the
generator."""
import math
import random
import statistics

import pytest

import generator
import update_columns
from planetarium import stats, submission
from planetarium.decode import Decoder, fingerprint
from planetarium.text import identity_key
from running import Server


def test_the_table_of_columns_is_the_binarys(tmp_path):
    server = Server(tmp_path / "data").start()
    try:
        schema = server.get("/api/schema").json()
    finally:
        server.kill()
    assert update_columns.FILE.read_text() == update_columns.reduced(
        schema), "curl .../api/schema | python spark/update_columns.py"


@pytest.mark.parametrize("name,key", [
    ("Kepler-22 b", "kepler22b"), ("WASP-1 2b", "wasp1-2b"), ("WASP-12 b", "wasp12b"), ("Gliese 581 c", "gj581c"),
    ("K00087.01", "koi87.01"), ("KOI-0087.01", "koi87.01"), ("τ Cét e", "taucete"), ("--", None)])
def test_identity_keys(name, key):
    assert identity_key(name) == key


def test_equal_records_have_equal_fingerprints():
    decoder = Decoder()
    a = decoder.decode(b'{"pl_name":"A b","st_met":0.0,"disc_year":2000}').columns
    b = decoder.decode(b'{ "disc_year" : "2000", "st_met": -0.0, "name": "A b" }').columns
    c = decoder.decode(b'{"pl_name":"A b","st_met":0.1,"disc_year":2000}').columns
    assert fingerprint(a) == fingerprint(b) != fingerprint(c)


def test_identifiers_are_fnv_1a():
    """The test vectors of draft-eastlake-fnv are of plain bytes; here two zero bytes stand before the value, or behind
    the key."""
    def plain(data):
        value = 0xcbf29ce484222325
        for byte in data:
            value = (value ^ byte) * 0x100000001b3 % 2**64
        return value

    assert plain(b"foobar") == 0x85944171f73967e8
    rng = random.Random(5)
    values = [None, b""] + [rng.randbytes(rng.randrange(40)) for _ in range(200)] + [rng.randbytes(5000)]
    keys = [None if rng.random() < 0.3 else b'"%d"' % number for number in range(len(values))]
    copies = [None if rng.random() < 0.5 else b"%d" % number for number in range(len(values))]
    for few in (1, 5, len(values)):
        made = submission.identifiers(keys[:few], copies[:few], values[:few])
        for number, key, copy, value in zip(made, keys, copies, values):
            expected = None if key is None else plain(key + b"\0" + (copy or b"") + b"\0" + (value or b""))
            assert number == (expected if expected is None or expected < 2**63 else expected - 2**64)


def test_moments_are_exact_where_sums_lose_everything():
    values = [1e16, 1.0, -1e16, 3.0] * 100
    mean, sd, population = stats.moments(values)
    assert mean == 1.0
    assert sd == pytest.approx(statistics.stdev(values), rel=1e-14)
    shifted = [1e9 + value for value in (0.0, 0.25, 0.5)] * 7
    assert stats.moments(shifted)[2] == pytest.approx(statistics.pstdev([0.0, 0.25, 0.5]), rel=1e-12)


def test_quantiles_of_many_values_are_within_one_per_cent():
    rng = random.Random(3)
    values = sorted(math.exp(rng.gauss(0, 3)) for _ in range(20_000))
    for q in (0.05, 0.5, 0.95):
        assert stats.quantile(values, q) == pytest.approx(values[math.floor(q * 19_999)], rel=0.0101)
    assert stats.quantile(values[:10_000], 0.5) == pytest.approx(statistics.median(values[:10_000]), rel=1e-15)


def test_the_generator_makes_the_same_records_of_the_same_seed_and_every_kind():
    made = list(generator.records(5000))
    assert made == list(generator.records(5000)) != list(generator.records(5000, seed=2))
    verdicts = [None if value is None else Decoder().decode(value) for _, value, _ in made]
    assert {verdict and ("alias" if verdict.alias else verdict.columns is not None)
            for verdict in verdicts} == {None, "alias", True, False}
    assert not any((verdict := Decoder().decode(body)).columns or verdict.alias for body in generator.BROKEN)
    # All records of a planet in one partition, as the log promises.
    places = {(verdict.key, generator.partition(key, 6)) for (key, _, _), verdict in zip(made, verdicts) if verdict
              and (verdict.columns or verdict.alias)}
    assert len({key for key, _ in places}) == len(places)
    keyed = [(value, dict(headers).get("idempotency-key")) for _, value, headers in made if len(headers) > 1]
    assert len(keyed) - len(set(keyed)) > 20
