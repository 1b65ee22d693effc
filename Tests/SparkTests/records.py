"""Records of a topic in which everything is that a topic may hold: every broken and every odd record, each with what a
planet can go through, copies of submissions, and what producers of all kinds send."""
import json
import time

import generator

SUBMISSIONS_KEPT = 64
DAY_MS = 86_400_000


def spelled_out():
    """Every broken and every odd record, each with what a planet can go through."""
    source = [("source", b"test")]
    for body in generator.BROKEN:
        yield b"broken", body, source
    for odd in generator.ODD:
        yield b"odd", json.dumps(odd, ensure_ascii=False).encode(), source
    planet = {"pl_name": "Life b", "hostname": "Life", "pl_rade": 1.5, "discoverymethod": "Transit"}
    other = planet | {"pl_rade": 1.6}
    alias, elsewhere = ({"pl_name": "Life b", "alias_of": name} for name in ("Half-life b", "After-life b"))
    # rowupdate: newer, the same day, older (late), without (the log's order again), older still but now nothing is
    # known; late after a withdrawal too.
    dated = [planet | {"pl_rade": radius} | ({"rowupdate": f"2020-01-{day:02d}"} if day else {}) for radius, day in (
        (2.0, 10), (2.1, 10), (2.2, 9), (2.3, 0), (2.4, 1))]
    for value in (
            None, planet, planet, other, None, None, planet, planet, other, None, *dated, dated[0], None, dated[4],
            dated[2] | {"rowupdate": "2020-01-05"}, dated[0], alias, None, alias, alias | {"alias_source": "again"},
            elsewhere, other, dated[4], None, None, dated[4], dated[0], alias):
        yield b"lifeb", None if value is None else generator.line(value), source
    yield from changes()
    yield from copies()


def changes():
    """Records that were made from a revision, that of the last one or not; solutions of several publications;
    candidates and what was refuted."""
    def sent(made_from=None, **columns):
        headers = [("source", b"test")] + ([("made-from", made_from)] if made_from is not None else [])
        return b"changeb", generator.line({"pl_name": "Change b", "hostname": "Change"} | columns), headers

    yield from (sent(b"0", pl_rade=1), sent(pl_rade=1), sent(b"1", pl_rade=2), sent(b"1", pl_rade=3),
                sent(b"2", pl_rade=3), sent(b"2", pl_rade=3), sent(b"x", pl_rade=4), sent(b"", pl_rade=4),
                sent(b"-3", pl_rade=4), sent(b"4294967296", pl_rade=4), (b"changeb", None, []), sent(b"3", pl_rade=4),
                sent(b"4", pl_rade=4))
    for flag, radius, day in [(0, 5, 3), (1, 6, 1), (0, 7, 9), (1, 8, 2), (1, 9, 1)]:
        yield sent(default_flag=flag, pl_rade=radius, rowupdate=f"2021-01-{day:02d}")
    for word in ("CONFIRMED", "CANDIDATE", "FALSE POSITIVE", "REFUTED", "RETRACTED", "pc", "perhaps"):
        yield sent(pl_rade=5, pl_bmasse=3, disposition=word)
    yield sent(pl_rade=5, status="candidate")


def copies():
    """Submissions that come again: right away, after others, after so many that the first is forgotten; as a copy of
    its own request, under another key."""
    def sent(value, key=None, copy=None):
        headers = [("source", b"test")] + ([("idempotency-key", key)]
                                           if key is not None else []) + ([("idempotency-copy", copy)] if copy else [])
        return b"copyb", None if value is None else generator.line({"pl_name": "Copy b", "pl_rade": value}), headers

    yield sent(None, b"early")  # of a key nobody knows: not kept
    yield from (sent(1, b"a"), sent(1, b"a"), sent(2), sent(1, b"a"), sent(1, b"b"), sent(2, b"a"), sent(1, b"a", b"1"),
                sent(None, b"c"), sent(3, b"d"), sent(None, b"c"))
    yield sent(None, b"early")
    yield from (sent(10 + number / 8, b"n%d" % number) for number in range(SUBMISSIONS_KEPT))
    yield from (sent(10.0, b"n0"), sent(3, b"d"), sent(10.125, b"n1"), sent(10.0, b"n0"), sent(4, b""), sent(5),
                sent(4, b""))
    # A duplicate, a withdrawal and what is refused: the first two are remembered, the last is not.
    yield from (sent(5, b"e"), sent(6), sent(5, b"e"), sent(None, b"f"), sent(7), sent(None, b"f"))
    joins = generator.line({"pl_name": "Copy b", "alias_of": "Copy c"})
    keyed = [("source", b"test"), ("idempotency-key", b"g")]
    yield from ((b"copyb", joins, keyed), (b"copyb", joins, keyed), sent(None), (b"copyb", joins, keyed),
                (b"copyb", None, []), (b"copyb", joins, keyed))


def _planet(name, **columns):
    return generator.line({"pl_name": name, "hostname": name.rsplit(" ", 1)[0]} | columns)


def strange():
    """What clients send that know nothing of Planetarium: keys, headers, sizes, places and times. With partition and
    time."""
    now = int(time.time() * 1000)

    def sent(key, value, headers=(), partition=None, time=0):
        return key, value, list(headers), partition, time

    for partition in range(6):
        yield from (sent(None, _planet("No-key b", pl_rade=2), (), partition), sent(None, None, (), partition))
    yield from (sent(None, b""), sent(b"", b"{"), sent(b"\xff\xfe", _planet("Key-of-bytes b")),
                sent(b"\xff\xfe", None), sent(b"\xff", b"\xc3("))
    yield from _sent_on(sent)
    for number, headers in enumerate([
            [("source", None)], [("source", b"a"), ("source", b"b")], [("source", b"\xed\xa0\x80")],
            [("source", b"\xe2\x82")], [("source", b"")], [("SOURCE", b"x")], [("idempotency-key", None)],
            [("idempotency-key", b"1"), ("idempotency-key", b"2")], [("x", b"y")] * 40 + [("source", b"last")],
            [("source", "Ωé".encode() * 400)], [("\u00e9", b"x"), ("source", b"nul\0")]]):
        for _ in range(2):
            yield sent(b"head%db" % number, _planet(f"Head-{number} b", pl_rade=1 + number), headers)
    for partition in range(2):
        yield sent(b"largeb", _planet("Large b", comment="x" * 2_500_000), (), partition)
    yield sent(b"largeb", _planet("Large b", comment="x" * 2_500_000))
    yield sent(b"wideb", _planet("Wide b") + b" " * 2_500_000)
    yield sent(b"deepb", b"[" * 2_500_000)
    for number, moment in enumerate([now, now - 3 * DAY_MS, now + 2 * DAY_MS, 1, now - 3 * DAY_MS, now]):
        yield sent(b"time%db" % number, _planet(f"Time-{number} b"), (), 4, moment)
        yield sent(b"timeb", _planet("Time b", pl_rade=1 + number), (), 4, moment)
    yield sent(b"bad", b"{bad", (), 3, now - 9 * DAY_MS)
    # A producer that gives microseconds for milliseconds.
    yield sent(b"farb", _planet("Far b"), (), 2, now * 1000)
    yield sent(b"farb", _planet("Far b", pl_rade=2), (), 2, now)


def _sent_on(sent):
    """Copies of records of other partitions: in order, once more, from another partition, of another log; with a
    submission, an alias and withdrawals; from so many partitions that the first is forgotten; one that lies wrong, and
    sources that only look like it."""
    def copy(radius, source, key=None, partition=None):
        headers = [("source", source.encode())] + ([("idempotency-key", key)] if key else [])
        return sent(b"sentb", radius and _planet("Sent b", pl_rade=radius), headers, partition)

    yield from (copy(None, "sent-on/t/1/3/aa"), copy(1, "sent-on/t/1/5/aa"), copy(2, "sent-on/t/1/5/aa"),
                copy(3, "sent-on/t/1/4/aa"), copy(3, "sent-on/t/1/7/aa"), copy(4, "sent-on/t/2/7/aa"),
                copy(5, "sent-on/t/1/7/bb"), copy(5, "sent-on/t/1/9/bb"), copy(6, "sent-on/t/1/8/bb"),
                copy(7, "sent-on/t/1/10/aa", b"k"), copy(8, "sent-on/t/3/1/aa"), copy(7, "sent-on/t/3/2/aa", b"k"),
                copy(9, "sent-on/t/3/2/aa"), copy(None, "sent-on/t/3/5/aa"), copy(10, "sent-on/t/3/5/aa"),
                copy(11, "sent-on/t/3/-5/aa"), copy(12, "sent-on/t/3/5"), copy(13, "sent-on/"))
    for partition in range(2):
        yield copy(14, "sent-on/t/4/0/aa", partition=partition)
    alias = generator.line({"pl_name": "Sent b", "alias_of": "Sent c"})
    yield from (copy(None, "sent-on/t/4/3/aa"), sent(b"sentb", alias, [("source", b"sent-on/t/4/2/aa")]),
                sent(b"sentb", alias, [("source", b"sent-on/t/4/4/aa")]), copy(15, "sent-on/t/4/9/aa"),
                copy(None, "sent-on/t/4/6/aa"))
    yield from (copy(16 + number / 8, f"sent-on/t/{number}/0/many") for number in range(70))
    yield from (copy(16, "sent-on/t/0/0/many"), copy(17, "sent-on/t/69/0/many"), copy(18, "sent-on/t/1/0/many"))


def plain(first, count):
    """Planets with a name each."""
    for number in range(first, first + count):
        yield b"plain%db" % number, _planet(f"Plain-{number} b", pl_rade=1 + number / 512), []
