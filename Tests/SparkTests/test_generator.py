"""The generator of records: no Spark."""
import generator


def test_the_same_records_come_of_the_same_seed():
    made = list(generator.records(5000))
    assert made == list(generator.records(5000)) != list(generator.records(5000, seed=2))
    keyed = [(value, dict(headers).get("idempotency-key")) for _, value, headers in made if len(headers) > 1]
    assert len(keyed) - len(set(keyed)) > 20
