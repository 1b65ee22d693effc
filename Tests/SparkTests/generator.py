"""Records of a topic planet-discoveries, made from the real table with a seed: new planets, revisions, duplicates in
another spelling, late rows, withdrawals, reinstatements, aliases and what they clash with, copies of submissions, and
records that break rules or are odd. The same seed gives the same bytes."""
import collections
import csv
import io
import json
import random
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "Samples" / "nasa_pscomppars_2025-12-15.csv"

# What a broken or odd record has; the odd ones are valid, some with warnings.
BROKEN = [
    b"", b"{", b"[]", b"42", b'"text"', b"null", b'{"pl_name":"A b"} x', b'{"pl_name":"A b",}',
    b'{"pl_name":"A\x01 b"}', b'{"pl_name":"\xff b"}', b'{"pl_name":"\\ud800 b"}', b'{"pl_name":"A b","pl_rade":NaN}',
    b'{"pl_name":"A b","pl_rade":1,"pl_rade":2}', b'{"hostname":"A"}', b'{"pl_name":"--"}',
    b'{"pl_name":null}', b'{"pl_name":"A b","pl_rade":"big"}', b'{"pl_name":"A b","pl_rade":1e999}',
    b'{"pl_name":"A b","pl_rade":"1e999"}', b'{"pl_name":"A b","sy_pnum":1.5}', b'{"pl_name":"A b","sy_pnum":"two"}',
    b'{"pl_name":"A b","hostname":true}', b'{"pl_name":"A b","hostname":{}}',
    b'{"pl_name":"A b","water_present":"perhaps"}', b'{"pl_name":"A b","pl_controv_flag":2}',
    b'{"pl_name":"A b","ttv_flag":"unknown"}', b'{"pl_name":"A b","disc_date":"2020-02-30"}',
    b'{"pl_name":"A b","disc_date":20200101}', b'{"pl_name":"A b","disc_date":"2999-01-01"}',
    b'{"pl_name":"A b","disc_year":2999}', b'{"pl_name":"A b","disc_year":1900}', b'{"pl_name":"A b","pl_rade":-1}',
    b'{"pl_name":"A b","pl_rade":0}', b'{"pl_name":"A b","pl_radeerr1":-0.1}', b'{"pl_name":"A b","pl_radeerr2":0.1}',
    b'{"pl_name":"A b","pl_radelim":2}', b'{"pl_name":"A b","ra":360}', b'{"pl_name":"' + b"x" * 65 + b' b"}',
    b'{"pl_name":"A b","discoverymethod":"Guessing"}', b'{"pl_name":"A b","name":"B c"}',
    b'{"pl_name":"A b","pl_rade":1,"radius_earth":2}', b'{"pl_name":"A b","pl_rade":1,"pl_radj":1}',
    b'{"pl_name":"A b","pl_bmasse":1,"pl_bmassj":1}', b'{"pl_name":"A b","extra":"no object"}',
    b'{"pl_name":"A b","extra":{"a":1,"a":2}}', b'{"pl_name":"A b","a":1,"extra":{"a":2}}',
    b'{"pl_name":"A b","x":' + b"[" * 40 + b"]" * 40 + b"}",
    b'{"pl_name":"A b",' + b",".join(b'"f%d":1' % n for n in range(520)) + b"}",
    b'{"pl_name":"A b","pl_eqt":"+-3"}',
    b'{"pl_name":"A b","pl_eqt":"0x10"}', b'{"pl_rade":"big","hostname":{"a":1},"disc_year":3000}',
    b'{"pl_name":"A b","rowupdate":"2999-01-01"}', b'{"pl_name":"A b","rowupdate":"1980-01-01"}',
    b'{"pl_name":"A b","alias_of":"a b"}', b'{"pl_name":"A b","alias_of":"B c","pl_rade":1}',
    b'{"pl_name":"A b","alias_of":"B c","colour":"blue"}',
    b'{"pl_name":"A b","alias_of":"B c","hostname":"A","pl_rade":"big"}', b'{"alias_of":"B c"}',
    b'{"alias_source":"x"}', b'{"pl_name":"A b","alias_source":"x"}', b'{"pl_name":"A b","alias_of":true}',
    b'{"pl_name":"A b","alias_of":["B c"]}', b'{"pl_name":"A b","alias_of":1e999}',
    b'{"pl_name":"--","alias_of":"B c"}', b'{"pl_name":"A b","alias_of":"--"}', b'{"pl_name":"A b","alias_of":"'
    + b"x" * 65 + b'"}', b'{"pl_name":"A b","alias_of":"B c","alias_source":"a\\u0007b"}',
    b'{"pl_name":"A b","alias_of":"B c","alias_source":"' + b"x" * 257 + b'"}',
    b'{"pl_name":"A b","alias_of":"B c","extra":{"a":1}}',
]
ODD = [
    {"pl_name": "Odd-1 b", "hostname": "Elsewhere"}, {"pl_name": "Odd-2"},
    {"Name": "Odd-3 b", "Méthode": "vitesse radiale"}, {"pl_name": "Odd-4 b", "discoverymethod": "timing"},
    {"pl_name": "Odd-5 b", "distance": 100, "temperature_moyenne": "15"},
    {"pl_name": "Odd-6 b", "pl_radj": 1, "pl_radjerr1": 0.1, "pl_bmassj": 2, "pl_bmassjlim": 1},
    {"pl_name": "Odd-7 b", "disc_date": "31/12/2019"}, {"pl_name": "Odd-8 b", "disc_date": "2019-12-31",
                                                        "disc_year": 2018},
                                                        {"pl_name": "Odd-9 b", "pl_bmasse": 20000, "pl_rade": 90},
    {"pl_name": "Odd-10 b", "pl_orbsmax": 1, "pl_orbper": 10, "st_mass": 1, "st_rad": 300},
    {"pl_name": "Odd-11 b", "pl_rade": 60, "st_rad": 0.5, "pl_bmasse": 0.001},
    {"pl_name": "Odd-12 b", "colour": "blue", "moons_seen": [1, {"a": "é"}], "n": 1.50, "yes": True},
    {"pl_name": "Odd-0 b", "long": "y" * 9000},
    {"pl_name": "Odd-13 b", "extra": {"b": 1, "c": "x"}}, {"pl_name": "Odd-14 b", "extra": "{\"d\": [1,2]}", "e": 2},
    {"pl_name": "  Odd-15 b\u00a0", "comment": "two\nlines", "water_present": "oui"},
    {"pl_name": "Odd-16 b", "water_present": "inconnu", "pl_controv_flag": "yes"},
    {"pl_name": "α Cen B b", "hostname": "α Cen B"}, {"pl_name": "τ Cét e"}, {"pl_name": "Gliese 581 c"},
    {"pl_name": "K00087.01"}, {"pl_name": "KOI-0087.02"}, {"pl_name": "WASP-1 2b"}, {"pl_name": "WASP-12 b"},
    {"pl_name": "Odd’s – star b"}, {"pl_name": "Odd-17 b", "pl_rade": "1.", "pl_orbper": ".5e1", "sy_dist": "+10"},
    {"pl_name": 1234567}, {"pl_name": "Odd-18 b", "st_met": -0.0},
    {"pl_name": "Odd-19 b", "st_lum": 19.5, "pl_orbsmax": 0.1, "st_teff": 2550},
    {"pl_name": "Odd-20 b", "pl_orbeccen": 0.95, "pl_orbsmax": 0.1, "pl_bmasse": 3, "pl_bmassprov": "Msini"},
    {"pl_name": "Odd-21 b", "discoverymethod": "TRANSIT"}, {"pl_name": "Odd-22 b", "pl_rade": 1.1, "pl_radeerr1": 0.1,
                                                            "pl_radeerr2": -0.1, "pl_orbper": 365, "st_mass": 1,
                                                            "st_masserr1": 0.05, "st_rad": 1,
     "st_raderr1": 0.05, "st_teff": 5700, "st_tefferr1": 50},
    {"pl_name": "Odd-23 b", "pl_name_given": "KOI-23.01", "rowupdate": "2024-02-29"},
    {"pl_name": "Odd-24 b", "Alias_Of": "Odd-23 b", "ALIAS": "x"},
    {"pl_name": "Odd-25 b", "alias_of": None, "alias_source": ""}, {"pl_name": "Odd-26 b", "alias_of": " \u00a0"},
    {"pl_name": "Odd-27 b", "alias_of": " Odd-23 b ", "alias_source": "élan"},
    {"pl_name": "Odd-28 b", "alias_of": 1234567, "extra": ""}, {"pl_name": "Odd-29 b", "rowupdate": "29/02/2024",
                                                                "colour": "red"},
                                                                {"pl_name": "Odd-30 b",
                                                                 "disc_year": 99999999999999999999},
    {"pl_name": "Odd-31 b", "pl_radj": 1, "pl_radjerr1": 1.7e308, "pl_radjerr2": -1.7e308},
    {"pl_name": "Odd-32 b", "pl_insol": 1.7e308, "pl_insolerr1": 1.7e308},
]


def real_planets() -> list[dict]:
    """The sample's rows, numbers as numbers, empty fields left out."""
    lines = [line for line in SAMPLE.read_text().splitlines(keepends=True) if not line.startswith("#")]
    return [{name: _number(text) for name, text in row.items() if text}
            for row in csv.DictReader(io.StringIO("".join(lines)))]


def _number(text):
    try:
        return float(text) if "." in text or "e" in text else int(text)
    except ValueError:
        return text


def records(count: int, seed: int = 1):
    """(key, value, headers), value None for a tombstone. Each tenth has an Idempotency-Key; some of those come again,
    soon or late."""
    rng = random.Random(seed)
    sent = collections.deque(maxlen=400)
    made = _records(count, rng)
    for number in range(count):
        if sent and rng.random() < 0.008:
            # Mostly a moment later, with few records of the planet in between.
            again = sent[-1 - int(len(sent) * rng.random() ** 4)]
            yield again
            continue
        record_key, body = next(made)
        headers = [("source", b"test")]
        if rng.random() < 0.1:
            headers.append(("idempotency-key", b'"%d"' % rng.randrange(10**9)))
            if rng.random() < 0.1:
                headers.append(("idempotency-copy", b"%d" % rng.randrange(1, 4)))
            sent.append((record_key, body, headers))
        yield record_key, body, headers


def _records(count, rng):
    real = real_planets()
    names, latest = [], {}
    while True:
        kind = rng.random()
        if kind < 0.012:
            body = rng.choice(BROKEN)
            yield (b"" if rng.random() < 0.3 else b"broken%d" % rng.randrange(50)), body
        elif kind < 0.018:
            odd = rng.choice(ODD)
            yield b"odd", json.dumps(odd, ensure_ascii=rng.random() < 0.5).encode()
        elif kind < 0.04 and names:
            name = rng.choice(names)
            yield key(name), None
        elif kind < 0.044:
            yield b"neverheardof%d" % rng.randrange(20), None
        elif kind < 0.06 and names:
            yield from _alias(rng, rng.choice(names), f"Alt-{rng.randrange(count // 200 + 5)}.01", latest)
        elif kind < 0.10 and names:
            # The same values in another order, with white space.
            name = rng.choice(names)
            members = list(latest[name].items())
            rng.shuffle(members)
            yield key(name), json.dumps(dict(members), indent=1).encode()
        elif kind < 0.25 and names:
            # Some of the newest, so that a planet has more than one or two.
            name = rng.choice(names[-20:] if rng.random() < 0.3 else names)
            latest[name] = planet = varied(rng, latest[name])
            yield key(name), line(planet)
        else:
            planet = varied(rng, rng.choice(real))
            host = f"Gen-{rng.randrange(count)}"
            planet |= {"hostname": host, "pl_name": f"{host} {rng.choice('bcdef')}"}
            name = planet["pl_name"]
            if name not in latest:
                names.append(name)
            latest[name] = planet
            yield key(name), line(planet)


def _alias(rng, name, alias, latest):
    """One of: an alias, one that clashes, a discovery under it, its end; or a planet that is withdrawn and becomes an
    alias, or the other way round."""
    kind = rng.random()
    if kind < 0.45:
        yield key(alias), line({"pl_name": alias, "alias_of": name}
                               | ({"alias_source": "OEC"} if rng.random() < 0.5 else {}))
    elif kind < 0.6:
        yield key(alias), line(latest[name] | {"pl_name": alias})
    elif kind < 0.75:
        yield key(alias), None
    elif kind < 0.85:
        yield key(name), line({"pl_name": name, "alias_of": alias})
    else:
        yield key(name), None
        yield key(name), json.dumps({"alias_of": alias, "pl_name": name}).encode()


def key(name: str) -> bytes:
    return name.lower().replace("-", "").replace(" ", "").encode()


def line(planet: dict) -> bytes:
    return json.dumps(planet, separators=(",", ":"), ensure_ascii=False).encode()


_SELDOM = ("st_met", "st_logg", "sy_vmag", "sy_kmag", "sy_gaiamag", "pl_insol", "pl_eqt", "pl_radj", "pl_bmassj",
           "pl_orbsmax", "rastr", "decstr", "sy_disterr")


def varied(rng, planet: dict) -> dict:
    """Some of its numbers a little different, some gone."""
    made = dict(planet)
    for name in ("pl_rade", "pl_bmasse", "pl_orbper", "sy_dist"):
        if name in made and rng.random() < 0.5:
            made[name] = float(f"{made[name] * rng.uniform(0.95, 1.05):.6g}")
    for name in ("pl_radj", "pl_bmassj", "pl_orbsmax"):
        made.pop(name, None)
    if "st_logg" in made and rng.random() < 0.5:
        # Half of them as people send them: without the columns hardly anyone fills.
        made = {name: value for name, value in made.items() if not name.startswith(_SELDOM)}
    if rng.random() < 0.4:
        made["rowupdate"] = f"20{rng.randrange(15, 25)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    elif rng.random() < 0.3:
        made.pop("rowupdate", None)
    if rng.random() < 0.05:
        made.pop(rng.choice(("discoverymethod", "disc_year", "disc_facility", "pl_rade", "st_teff")), None)
    return made


def partition(key: bytes, partitions: int) -> int:
    """Where Kafka's Java client and Planetarium put a key (murmur2)."""
    factor, mask = 0x5BD1E995, 0xFFFFFFFF
    found = 0x9747B28C ^ len(key)
    whole = len(key) & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(key[at:at + 4], "little") * factor & mask
        found = found * factor & mask ^ (word ^ word >> 24) * factor & mask
    if whole < len(key):
        found = (found ^ int.from_bytes(key[whole:], "little")) * factor & mask
    found = (found ^ found >> 13) * factor & mask
    return ((found ^ found >> 15) & 0x7FFFFFFF) % partitions
