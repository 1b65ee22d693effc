"""What records do to their keys: planet, alias or nothing (docs/ARCHITECTURE.md, "State of a planet";
Sources/PlanetCore/PlanetHistory.swift), over Arrow batches that have a partition's known keys first and then its
records in the order of their offsets (batch.py sees to that).

A key is known within its partition, as in `planetarium stream`. Not the rules of a record by itself: the judge's."""
import hashlib
import json
import zlib
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .judge import Judge

# Of the newest planets, so many are shown.
NEWEST = 20
# The planets of a topic partition lie in so many parts, by their keys; a batch rewrites those that it touches.
PARTS = 4
_TAKEN = ("new", "revision", "reinstatement")
_BRIEF = ("pl_name", "discoverymethod", "disc_year", "disc_facility", "pl_rade", "pl_bmasse", "pl_orbper")
_READ = ("key", "verdict", "value_id", "rowupdate", "alias_key", "submission", "rules", "log_timestamp", "dt")


class State:
    """Where a key stands. `kind`: planet, alias, or nothing (before the first record, withdrawn, an alias no more)."""
    __slots__ = ("kind", "revision", "was_planet", "rowupdate", "value_id", "alias_key", "submissions", "brief")

    def __init__(self, kind="nothing", revision=0, was_planet=False, rowupdate=None, value_id=None, alias_key=None,
                 submissions=(), brief=None):
        self.kind, self.revision, self.was_planet, self.rowupdate = kind, revision, was_planet, rowupdate
        self.value_id, self.alias_key, self.submissions, self.brief = value_id, alias_key, list(submissions), brief

    def json(self) -> str:
        return json.dumps([getattr(self, name) for name in self.__slots__], ensure_ascii=False, separators=(",", ":"))

    def apply(self, verdict, value_id, rowupdate, alias_key, submission, kept):
        """(change, None), or (None, the rule under which the record is quarantined)."""
        if submission is None:
            return self._apply(verdict, value_id, rowupdate, alias_key)
        if submission in self.submissions:
            return "duplicate", None
        change, rule = self._apply(verdict, value_id, rowupdate, alias_key)
        # A key that nothing but tombstones came under is not kept.
        if change and self.revision:
            self.submissions = [*self.submissions, submission][-kept:]
        return change, rule

    def _apply(self, verdict, value_id, rowupdate, alias_key):
        if verdict == "withdrawal":
            if self.kind == "nothing":
                return "duplicate", None
            return self._take("nothing", "withdrawal" if self.kind == "planet" else "alias_removal")
        if alias_key is not None:
            if self.kind == "planet":
                return None, "alias_joins_planets"
            if self.kind == "alias":
                return ("duplicate", None) if alias_key == self.alias_key else (None, "alias_conflict")
            return self._take("alias", "alias", alias_key=alias_key)
        if self.kind == "alias":
            return None, "known_alias"
        if self.kind == "planet" and value_id == self.value_id:
            return "duplicate", None
        if rowupdate is not None and self.rowupdate is not None and rowupdate < self.rowupdate:
            return "late", None
        change = "revision" if self.kind == "planet" else "reinstatement" if self.was_planet else "new"
        self.rowupdate, self.was_planet = rowupdate, True
        return self._take("planet", change, value_id=value_id)

    def _take(self, kind, change, value_id=None, alias_key=None):
        self.kind, self.value_id, self.alias_key = kind, value_id, alias_key
        self.revision += 1
        return change, None


class Fold:
    """For mapInArrow; sent to the executors. `begun`: by partition, the offset to go on at; records below it are in the
    lake already, so a batch that is repeated, or a lost checkpoint, changes nothing."""

    def __init__(self, columns, judge, begun: dict[int, int]):
        self.names, self.schema, self.judged = columns.arrow.names, columns.arrow, columns.judged
        self.planet_names = columns.planets
        about = columns.description
        self.judge, self.rules, self.kept = judge, about["rules_version"], about["submissions_kept"]
        self.known_rules = {rule["rule"] for rule in about["rules"]}
        self.sentences = {rule["rule"]: rule["sentence"] for rule in about["rules"]}
        self.begun = begun

    def __call__(self, batches):
        judge, partition = None, None
        for batch in batches:
            partitions = batch.column("partition").to_numpy()
            starts = [0, *(np.flatnonzero(np.diff(partitions)) + 1), batch.num_rows]
            for start, end in zip(starts, starts[1:]):
                rows = batch.slice(start, end - start)
                if not rows.num_rows:
                    continue
                number = int(partitions[start])
                if partition is None or partition.number != number:
                    if partition:
                        yield from partition.end()
                    partition = Partition(self, number)
                offsets = rows.column("offset").to_numpy()
                known = int(np.count_nonzero(offsets < 0))
                if known:
                    partition.remember(rows.slice(0, known))
                unseen = rows.take(pa.array(np.flatnonzero(offsets >= max(0, self.begun.get(number, 0)))))
                if unseen.num_rows:
                    judge = judge or Judge(self.judge(), self.rules, self.judged)
                    yield partition.records(unseen, judge.judged(unseen))
        if partition:
            yield from partition.end()
        if judge:
            judge.close()

    def batch(self, rows: int, given: dict) -> pa.RecordBatch:
        """`given` by name; the other columns are null."""
        return pa.RecordBatch.from_arrays(
            [given[field.name] if field.name in given else pa.nulls(rows, field.type) for field in self.schema],
            schema=self.schema)


class Partition:
    """One partition's records within a task."""

    def __init__(self, fold: Fold, number: int):
        self.fold, self.number = fold, number
        self.known: dict[bytes, bytes] = {}
        self.states: dict[str, State] = {}
        self.told: dict[str, tuple] = {}
        self.values: dict[str, tuple[int, int]] = {}
        self.aliases: dict[str, tuple] = {}
        self.changed: set[str] = set()
        self.held: list[pa.RecordBatch] = []
        self.counts, self.days, self.newest, self.last, self.latest = Counter(), {}, {}, None, 0

    def remember(self, rows):
        self.known.update(zip(rows.column("key").to_pylist(), rows.column("value").to_pylist()))

    def state(self, key: str) -> State:
        found = self.states.get(key)
        if found is None:
            kept = self.known.get(key.encode())
            found = self.states[key] = State(*json.loads(kept)) if kept else State()
        return found

    def records(self, given: pa.RecordBatch, judged: pa.RecordBatch) -> pa.RecordBatch:
        changes, revisions, refused = [], [], {}
        read = [_plain(judged.column(name)).to_pylist() for name in _READ]
        offsets = given.column("offset").to_pylist()
        counts, minutes = self.counts, Counter()
        taken: set[str] = set()
        for row, (key, verdict, value_id, rowupdate, alias_key, submission, rules, time, day) in enumerate(zip(*read)):
            minutes[time // 60_000_000] += 1
            offset = offsets[row]
            place = self.days.get(day)
            self.days[day] = [offset, offset] if place is None else [place[0], offset]
            if verdict == "reject":
                changes.append(None)
                revisions.append(None)
                self.count_rules("rejects", json.loads(rules))
                continue
            state = self.state(key)
            before = state.brief if state.kind == "planet" else None
            change, rule = state.apply(verdict, value_id, rowupdate, alias_key, submission, self.fold.kept)
            changes.append(change)
            if rule:
                revisions.append(None)
                refused[row] = rule
                self.count_rules("rejects", [rule])
                continue
            revisions.append(state.revision)
            if change in ("duplicate", "late"):
                counts["totals/duplicates" if change == "duplicate" else "totals/late"] += 1
                if submission is not None and state.revision:
                    self.changed.add(key)
                continue
            self.changed.add(key)
            if change in _TAKEN:
                taken.add(key)
                # By its row until the batch is through (_briefs).
                state.brief = row
                self._note([time, self.number, offset, key, change, row])
                self.values[key] = len(self.held), row
                self.told[key] = (change, offset, time)
                if change != "new":
                    counts["totals/revisions"] += 1
            else:
                self.values.pop(key, None)
                if change == "alias":
                    self.aliases[key] = len(self.held), row
                elif change == "withdrawal":
                    counts["totals/withdrawals"] += 1
                    self.told[key] = (change, offset, time)
                    self._note([time, self.number, offset, key, change, before])
            if verdict == "warn":
                counts["totals/warned"] += 1
            if rules:
                self.count_rules("warnings", json.loads(rules))
        self.latest = max(self.latest, *read[-2])
        self._briefs(judged, taken)
        for minute, count in minutes.items():
            counts[f"rate/{minute}"] += count
        counts["totals/records"] += judged.num_rows
        self.held.append(judged)
        self._note_last(given)
        columns = dict(zip(judged.schema.names, judged.columns))
        if refused:
            self._refuse(columns, given, refused)
        columns |= {"kind": pa.array(["record"] * judged.num_rows), "change": pa.array(changes, pa.string()),
                    "revision": pa.array(revisions, pa.int32())}
        return self.fold.batch(judged.num_rows, columns)

    def count_rules(self, aggregate: str, rules: list[str]):
        if aggregate == "rejects":
            self.counts["totals/rejected"] += 1
        for rule in rules:
            # A rule that is none of ours is counted with all others of its kind (docs/LIVE.md).
            self.counts[f"{aggregate}/{rule if rule in self.fold.known_rules else 'other'}"] += 1

    def _briefs(self, judged, taken):
        """What is shown of a planet among the newest: of the rows that the loop has noted."""
        noted = [(self.states[key], self.newest[key]) for key in taken]
        rows = sorted({row for state, entry in noted for row in (state.brief, entry[-1]) if type(row) is int})
        columns = [judged.column(name).take(pa.array(rows, pa.int64())).to_pylist() for name in _BRIEF]
        briefs = dict(zip(rows, map(list, zip(*columns))))
        for state, entry in noted:
            if type(state.brief) is int:
                state.brief = briefs[state.brief]
            if type(entry[-1]) is int:
                entry[-1] = briefs[entry[-1]]
        self._trim()

    def _note(self, entry: list):
        """Times need not rise: a later record may be the older one."""
        if entry[3] not in self.newest or self.newest[entry[3]][:3] < entry[:3]:
            self.newest[entry[3]] = entry

    def _trim(self):
        if len(self.newest) > 50 * NEWEST:
            self.newest = {entry[3]: entry for entry in newest_of(self.newest.values())}

    def _refuse(self, columns, given, refused):
        """Makes the rows what a record is that breaks a rule by itself."""
        names, values = columns["pl_name"].to_pylist(), given.column("value")
        made = {name: columns[name].to_pylist() for name in ("verdict", "rules", "errors", "raw")}
        for row, rule in refused.items():
            error = {"field": "pl_name", "value": names[row] or "", "rule": rule,
                     "detail": self.fold.sentences[rule] + "."}
            made["verdict"][row], made["rules"][row] = "reject", json.dumps([rule])
            made["errors"][row] = json.dumps([error], ensure_ascii=False, separators=(",", ":"))
            made["raw"][row] = (values[row].as_py() or b"").decode("utf-8", "replace")
        columns.update((name, pa.array(each, pa.string())) for name, each in made.items())

    def _note_last(self, given):
        row = given.num_rows - 1
        key, value = given.column("key")[row].as_py() or b"", given.column("value")[row].as_py()
        time = given.column("timestamp").cast(pa.int64())[row].as_py()
        self.last = [given.column("offset")[row].as_py(), time, fingerprint(key, value)]

    def end(self):
        """The rows of the keys that changed, then the summary."""
        if self.last is None:
            return
        yield from self._planets()
        summary = {"partition": self.number, "days": self.days, "last": self.last, "latest": self.latest,
                   "counts": dict(sorted(self.counts.items())), "newest": newest_of(self.newest.values()),
                   "parts": sorted({part_of(self.number, key) for key in self.changed})}
        yield self.fold.batch(1, {"kind": pa.array(["summary"]), "state": pa.array([json.dumps(summary)])})

    def _planets(self):
        keys = sorted(self.changed)
        if not keys:
            return
        table = pa.Table.from_batches(self.held)
        starts = np.cumsum([0, *(batch.num_rows for batch in self.held)])

        def places(of):
            return pa.array([int(starts[of[key][0]]) + of[key][1] if key in of else None for key in keys], pa.int64())

        values = table.select([name for name in self.fold.planet_names if name in table.schema.names]).take(
            places(self.values)).combine_chunks()
        given = {name: values.column(name).combine_chunks() for name in values.schema.names}
        named = table.select(["pl_name", "alias_of", "alias_source"]).take(places(self.aliases)).combine_chunks()
        is_alias = pa.array([self.states[key].kind == "alias" for key in keys])
        for name in named.schema.names:
            given[name] = pc.if_else(is_alias, named.column(name).combine_chunks(), given[name])
        told = [self.told.get(key, (None, None, None)) for key in keys]
        given |= {
            "kind": pa.array(["planet"] * len(keys)), "key": pa.array(keys, pa.string()),
            "part": pa.array([part_of(self.number, key) for key in keys]),
            "revision": pa.array([self.states[key].revision for key in keys], pa.int32()),
            "state": pa.array([self.states[key].json() for key in keys]),
            # What the row says of its values: `taken` here, or `known` before, which the old row has.
            "verdict": pa.array([self._has(key) for key in keys]),
            "change": pa.array([one[0] for one in told], pa.string()),
            "log_partition": pa.array([self.number] * len(keys), pa.int32()),
            "log_offset": pa.array([one[1] for one in told], pa.int64()),
            "log_timestamp": pa.array([one[2] for one in told], pa.int64()).cast(pa.timestamp("us", tz="UTC"))}
        yield self.fold.batch(len(keys), given)

    def _has(self, key: str) -> str:
        kind = self.states[key].kind
        if kind == "planet":
            return "taken" if key in self.values else "known"
        return "known" if kind == "alias" and key not in self.aliases else "none"


def _plain(column):
    """Days and times as numbers."""
    if column.type == pa.date32():
        return column.cast(pa.int32())
    return column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column


def part_of(partition: int, key: str) -> str:
    return f"{partition:05d}-{zlib.crc32(key.encode()) % PARTS}"


def newest_of(entries) -> list:
    """The newest first, a planet once."""
    latest = {}
    for entry in entries:
        if entry[3] not in latest or latest[entry[3]][:3] < entry[:3]:
            latest[entry[3]] = entry
    return sorted(latest.values(), key=lambda entry: entry[:3], reverse=True)[:NEWEST]


def fingerprint(key: bytes, value: bytes | None) -> str:
    """As Sources/EventLog/RecordFingerprint.swift has it."""
    digest = hashlib.sha256(len(key).to_bytes(8, "little") + key)
    digest.update(b"\0" if value is None else b"\1" + value)
    return digest.hexdigest()[:16]
