"""Whether the lake holds what was promised: read with pyarrow, not with the product.

Every acknowledged receipt is there once, with its key and its record; nothing is there twice, acknowledged or not; the
board is what the final state of the planets gives."""
import collections
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "EndToEnd"))
from running import BINARY, ROOT, Server  # noqa: E402

METHODS = "discoverymethod", "disc_year", "pl_name"
COLUMNS = ["key", "change", "log_partition", "log_offset", "comment", "discoverymethod", "disc_year"]
NAME = re.compile(r"lab-\d+-\d+-\d+")


class Oracle:
    def __init__(self, lake: Path):
        self.lake = Path(lake)
        self.cache = {}

    def rows(self, table, columns):
        """(file, row) of every row; a file is read once."""
        found = []
        for path in sorted(self.lake.glob(f"{table}/dt=*/*.parquet")):
            status = path.stat()
            mark = path, status.st_size, status.st_mtime_ns
            if mark not in self.cache:
                self.cache[mark] = pq.ParquetFile(path, page_checksum_verification=True).read(columns).to_pylist()
            found += self.cache[mark]
        return found

    def findings(self, journal, board=None):
        """What is wrong, as sentences; empty when all is well. The lake must be at rest. `board`: the server's, to
        compare."""
        wrong = list(journal.failures)
        stored, names = {}, {}
        rows = self.rows("discoveries", COLUMNS)
        for row in rows:
            place = row["log_partition"], row["log_offset"]
            if place in stored:
                wrong.append(f"offset {place} is stored twice")
            stored[place] = row
            # A copy in the log is marked as such, and changes nothing.
            if (name := row["comment"]) and row["change"] != "duplicate":
                if name in names:
                    wrong.append(f"{name} took effect twice, at {names[name]} and {place}")
                names[name] = place
        for place, (key, name) in journal.receipts.items():
            row = stored.get(place)
            if row is None:
                wrong.append(f"lost: receipt {place} of {key}")
            elif (row["key"], row["comment"]) != (key, name):
                wrong.append(f"receipt {place} is of {key} {name}, stored is {row['key']} {row['comment']}")
        wrong += [f"{row['comment']} took no effect" for row in rows if row["comment"] and row["comment"] not in names]
        refused = {}
        for row in self.rows("rejected", ["log_topic", "log_partition", "log_offset", "raw"]):
            for name in NAME.findall(row["raw"]):
                refused[name] = refused.get(name, 0) + 1
        wrong += [f"lost: the refusal of {name}" for name in journal.rejects if name not in refused]
        wrong += [f"the refusal of {name} is stored {n} times" for name, n in refused.items() if n > 1]
        if board is not None:
            wrong += self.board_findings(rows, sum(refused.values()), board)
        return wrong

    def settled(self, journal, board, seconds=40, **more):
        """The findings that stay: what was acknowledged last is on its way to lake and board."""
        end = time.monotonic() + seconds
        while (wrong := self.findings(journal, board(), **more)) and time.monotonic() < end:
            time.sleep(0.3)
        return wrong

    def board_findings(self, rows, rejects, board):
        """The board beside figures worked out here from the rows."""
        living, counts = {}, dict.fromkeys(("revision", "reinstatement", "withdrawal", "duplicate"), 0)
        for row in sorted(rows, key=lambda row: (row["log_partition"], row["log_offset"])):
            change = row["change"]
            if change in counts:
                counts[change] += 1
            if change == "withdrawal":
                living.pop(row["key"], None)
            elif change != "duplicate":
                living[row["key"]] = row
        self.living = len(living)
        by_method, by_year = {}, {}
        for row in living.values():
            # A null falls into no group.
            if (method := row["discoverymethod"]) is not None:
                by_method[method] = by_method.get(method, 0) + 1
            if (year := row["disc_year"]) is not None:
                by_year[str(year)] = by_year.get(str(year), 0) + 1
        a = board["aggregates"]
        expected = {
            "planets": len(living), "revisions": counts["revision"] + counts["reinstatement"],
            "withdrawals": counts["withdrawal"], "duplicates": counts["duplicate"], "rejected": rejects}
        got = {name: a["totals"][name] for name in expected}
        wrong = [] if got == expected else [f"totals are {got}, should be {expected}"]
        if a["by_method"] != by_method:
            wrong.append(f"by_method is {a['by_method']}, should be {by_method}")
        if a["by_year"] != by_year:
            wrong.append("by_year differs from the rows")
        return wrong

    def verify(self):
        """`planetarium verify`: every aggregate that was published, worked out again from the files."""
        done = subprocess.run([str(BINARY), "verify", str(self.lake)], cwd=ROOT, capture_output=True, text=True,
                              timeout=600)
        self.verified = done.stdout
        return [] if done.returncode == 0 else [
            f"verify: exit {done.returncode}: {(done.stdout + done.stderr)[-1500:]}"]

    def fresh_digest(self, folder):
        """The digest of a new server that is given nothing but the planets' final records."""
        final = {}
        for path in sorted(self.lake.glob("discoveries/dt=*/*.parquet")):
            for row in pq.read_table(path).to_pylist():
                final.setdefault(row["key"], {})[row["log_partition"], row["log_offset"]] = row
        lines = []
        for rows in final.values():
            newest = None
            for _, row in sorted(rows.items()):
                if row["change"] != "duplicate":
                    newest = row
            if newest is None or newest["change"] == "withdrawal":
                continue
            columns = [c for c in newest if newest[c] is not None
                       and (c.startswith(("pl_", "st_", "sy_", "disc")) or c in ("hostname", "comment"))]
            lines.append(json.dumps({c: newest[c] for c in columns}))
        server = Server(folder).start()
        try:
            if lines:
                answer = server.post("\n".join(lines), "application/x-ndjson")
                assert answer.status_code == 201, answer.text[:500]
            return server.board_when(lambda a: a["totals"]["planets"] == len(lines))["digest"]
        finally:
            server.kill()


class ClusterOracle(Oracle):
    """Of a lab on Apache Kafka, where others write to the topic too, records are sent on to their own partition, and an
    operator's fault can destroy records or put another topic in the old one's place: then a record is known by its
    name, not by its place."""

    def __init__(self, lake):
        super().__init__(lake)
        self.destroyed = []

    def findings(self, journal, board=None, may_be_destroyed=lambda ack: False):
        """As the embedded lab's. `may_be_destroyed(ack)`: an operator's fault explains that the record is not there,
        and was told of."""
        wrong = list(journal.failures)
        rows = self.rows("discoveries", COLUMNS)
        refused = self.rows("rejected", ["log_topic", "log_partition", "log_offset", "raw"])
        for table in rows, refused:
            places = [(row.get("log_topic"), row["log_partition"], row["log_offset"]) for row in table]
            wrong += [f"offset {place} is stored twice" for place, n in collections.Counter(places).items() if n > 1]
        stored = {(row["log_partition"], row["log_offset"]): row for row in rows}
        in_effect = {}
        for row in rows:
            if (name := row["comment"]) and row["change"] != "duplicate":
                if name in in_effect:
                    wrong.append(f"{name} took effect twice: {_place(in_effect[name])} and {_place(row)}")
                in_effect[name] = row
        self.destroyed = []
        for ack in journal.acks:
            if ack.name is None and not journal.log_is_one and ack.sent > journal.moved_at:
                continue  # a withdrawal has no name, and its place may be another record's in the lake
            row = in_effect.get(ack.name) if ack.name else stored.get(ack.place)
            there = stored.get(ack.place)
            if row is None or (ack.name is None and row["key"] != ack.key):
                if may_be_destroyed(ack):
                    self.destroyed.append(ack)
                else:
                    wrong.append(f"lost: {ack.place} {ack.key} {ack.name}")
            elif row["key"] != ack.key:
                wrong.append(f"{ack.name} was acknowledged as {ack.key}, stored is {row['key']}")
            elif ack.place and journal.log_is_one and (
                    there is None or (there["key"], there["comment"]) != (ack.key, ack.name)):
                # Of two copies of a record, the one that the receipt names may be among those.
                if there is None and may_be_destroyed(ack):
                    self.destroyed.append(ack)
                else:
                    wrong.append(f"the receipt {ack.place} of {ack.name} names another record")
        for sent in journal.foreign.values():
            row = in_effect.get(sent.name)
            if row is None:
                if may_be_destroyed(sent):
                    self.destroyed.append(sent)
                else:
                    wrong.append(f"lost: {sent.name} of another producer")
            elif row["key"] != sent.key:
                wrong.append(f"{sent.name} of another producer is stored under {row['key']} instead of {sent.key}")
        wrong += [f"{name} of an aborted transaction is stored" for name in journal.never if name in in_effect]
        names = {name for row in refused for name in NAME.findall(row["raw"])}
        wrong += [f"lost: the refusal of {name}" for name in journal.rejects if name not in names]
        if board is not None:
            wrong += self.board_findings(rows, len(refused), board)
        return wrong


def _place(row):
    return f"{row['log_partition']}/{row['log_offset']}"
