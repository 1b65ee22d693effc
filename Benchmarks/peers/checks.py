"""What both Python peers do with a record: the usual hand-made checks, and a commit that is as durable as ours (WAL,
FULL)."""
import json
import os
import sqlite3
import threading

METHODS = {
    "Transit", "Radial Velocity", "Microlensing", "Imaging", "Transit Timing Variations", "Eclipse Timing Variations",
    "Orbital Brightness Modulation", "Pulsar Timing", "Astrometry", "Pulsation Timing Variations", "Disk Kinematics"}
RANGES = {"pl_rade": (0, 100), "pl_bmasse": (0, 26636), "pl_orbper": (0.03, 1e9), "sy_dist": (0, 30000),
          "disc_year": (1988, 2100)}
_local = threading.local()


def database():
    if not hasattr(_local, "db"):
        _local.db = sqlite3.connect(os.environ["PEER_DB"], timeout=30, isolation_level=None)
        _local.db.execute("pragma journal_mode=wal")
        _local.db.execute("pragma synchronous=full")
        _local.db.execute("create table if not exists discoveries(id integer primary key, key text, value text)")
    return _local.db


def faults(record):
    found = []
    if not isinstance(record.get("pl_name"), str) or not record["pl_name"].strip():
        found.append("pl_name")
    if record.get("discoverymethod") is not None and record["discoverymethod"] not in METHODS:
        found.append("discoverymethod")
    for name, (low, high) in RANGES.items():
        value = record.get(name)
        if value is not None and not (isinstance(value, (int, float)) and low <= value <= high):
            found.append(name)
    return found


def store(records):
    rows = [(r["pl_name"].lower().replace(" ", ""), json.dumps(r)) for r in records]
    db = database()
    db.execute("begin immediate")
    last = None
    for row in rows:
        last = db.execute("insert into discoveries(key, value) values(?, ?)", row).lastrowid
    db.execute("commit")
    return last
