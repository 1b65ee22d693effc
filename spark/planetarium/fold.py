"""What records do to their keys: planet, alias or nothing (docs/ARCHITECTURE.md, "State of a planet";
Sources/PlanetCore/PlanetHistory.swift), over Arrow batches that have a partition's state first and then its records in
the order of their offsets (batch.py sees to that). Out come finished Parquet files.

A key is known within its partition, as in `planetarium stream`. Not the rules of a record by itself: the judge's."""
import hashlib
import itertools
import json
import zlib
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import board
from .judge import Judge
from .rows import parquet

# Of the newest planets, so many are shown.
NEWEST = 20
# The planets of a topic partition lie in so many parts, by their keys; a batch rewrites those that it touches.
PARTS = 4
_TAKEN = ("new", "revision", "reinstatement")
BRIEF = ("pl_name", "discoverymethod", "disc_year", "disc_facility", "pl_rade", "pl_bmasse", "pl_orbper")
_READ = ("key", "verdict", "value_id", "rowupdate", "alias_key", "submission", "sent_origin", "sent_offset",
         "rules", "log_timestamp", "dt")


class State:
    """Where a key stands. `kind`: planet, alias, or nothing (before the first record, withdrawn, an alias no more).
    `marks`: (origin, offset) of each partition that records were sent on from, up to which they are taken."""
    __slots__ = ("kind", "revision", "was_planet", "rowupdate", "value_id", "alias_key", "submissions", "brief",
                 "marks")

    def __init__(self, kind="nothing", revision=0, was_planet=False, rowupdate=None, value_id=None, alias_key=None,
                 submissions=(), brief=None, marks=()):
        self.kind, self.revision, self.was_planet, self.rowupdate = kind, revision, was_planet, rowupdate
        self.value_id, self.alias_key, self.submissions, self.brief = value_id, alias_key, list(submissions), brief
        self.marks = [tuple(mark) for mark in marks]

    def json(self) -> str:
        return json.dumps([getattr(self, name) for name in self.__slots__], ensure_ascii=False, separators=(",", ":"))

    def apply(self, verdict, value_id, rowupdate, alias_key, submission, sent, kept):
        """(change, None), or (None, the rule under which the record is quarantined). `sent`: origin and offset of one
        that was sent on from another partition. `kept`: so many submissions and marks."""
        place = sent and next((place for place, mark in enumerate(self.marks) if mark[0] == sent[0]), None)
        if place is not None and self.marks[place][1] >= sent[1]:
            return "duplicate", None
        is_known = submission in self.submissions
        change, rule = ("duplicate", None) if is_known else self._apply(verdict, value_id, rowupdate, alias_key)
        # A key that nothing but tombstones came under is not kept.
        if change and self.revision:
            if submission is not None and not is_known:
                self.submissions = [*self.submissions, submission][-kept[0]:]
            if place is not None:
                self.marks[place] = sent
            elif sent:
                self.marks = [*self.marks, sent][-kept[1]:]
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
    lake already, so a batch that is repeated, or a lost checkpoint, changes nothing. `partitions`: the judge's."""
    # `file`: one of a table, by its path in the lake. `part`: a part of the planets, and `partial`, its share of the
    # board. `summary`: what has been seen of a partition.
    OUT = pa.schema([("kind", pa.string()), ("name", pa.string()), ("content", pa.binary())])

    def __init__(self, columns, judge, topic: str, begun: dict[int, int], partitions: int | None = None):
        self.columns, self.judge, self.topic, self.begun, self.partitions = columns, judge, topic, begun, partitions
        about = columns.description
        self.kept, self.partials = (about["submissions_kept"], about["sent_marks_kept"]), board.Partials(about)
        self.sentences = {rule["rule"]: rule["sentence"] for rule in about["rules"]}

    def __call__(self, batches):
        judge, partition = None, None
        for batch in _joined(batches):
            partitions = batch.column("partition").to_numpy()
            starts = [0, *(np.flatnonzero(np.diff(partitions)) + 1), batch.num_rows]
            for start, end in zip(starts, starts[1:]):
                if start == end:
                    continue
                rows, number = batch.slice(start, end - start), int(partitions[start])
                if partition is None or partition.number != number:
                    if partition:
                        yield from partition.end()
                    partition = Partition(self, number)
                offsets = rows.column("offset").to_numpy()
                partition.remember(rows.slice(0, int(np.count_nonzero(offsets < 0))))
                unseen = rows.take(pa.array(np.flatnonzero(offsets >= max(0, self.begun.get(number, 0)))))
                if unseen.num_rows:
                    judge = judge or Judge(self.judge(), self.columns.description["rules_version"],
                                           self.columns.judged, self.partitions)
                    partition.records(unseen, judge.judged(unseen))
        if partition:
            yield from partition.end()
        if judge:
            judge.close()


class Partition:
    """One partition's records within a task."""

    def __init__(self, fold: Fold, number: int):
        self.fold, self.number = fold, number
        self.parts: dict[str, bytes] = {}
        self.known: dict[str, str] = {}
        self.states: dict[str, State] = {}
        self.told: dict[str, tuple] = {}
        self.values: dict[str, int] = {}
        self.aliases: dict[str, int] = {}
        self.changed: set[str] = set()
        self.held: list[pa.RecordBatch] = []
        self.rows = 0
        self.counts, self.days, self.newest, self.last, self.latest = Counter(), {}, {}, None, 0

    def remember(self, rows):
        """The parts' files."""
        for name, content in zip(rows.column("key").to_pylist(), rows.column("value").to_pylist()):
            self.parts[name.decode()] = content
            known = pq.read_table(pa.BufferReader(content), columns=["key", "state"])
            self.known.update(zip(known.column("key").to_pylist(), known.column("state").to_pylist()))

    def state(self, key: str) -> State:
        found = self.states.get(key)
        if found is None:
            kept = self.known.get(key)
            found = self.states[key] = State(*json.loads(kept)) if kept else State()
        return found

    def records(self, given: pa.RecordBatch, judged: pa.RecordBatch):
        changes, revisions, refused = [], [], {}
        read = [_plain(judged.column(name)).to_pylist() for name in _READ]
        offsets = given.column("offset").to_pylist()
        counts, minutes = self.counts, Counter()
        taken: set[str] = set()
        for row, (key, verdict, value_id, rowupdate, alias_key, submission, origin, sent_offset, rules, time, day
                  ) in enumerate(zip(*read)):
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
            sent = None if origin is None else (origin, sent_offset)
            change, rule = state.apply(verdict, value_id, rowupdate, alias_key, submission, sent, self.fold.kept)
            changes.append(change)
            if rule:
                revisions.append(None)
                refused[row] = rule
                self.count_rules("rejects", [rule])
                continue
            revisions.append(state.revision)
            if change in ("duplicate", "late"):
                counts["totals/duplicates" if change == "duplicate" else "totals/late"] += 1
                if (submission is not None or sent) and state.revision:
                    self.changed.add(key)
                continue
            self.changed.add(key)
            if change in _TAKEN:
                taken.add(key)
                # By its row until the batch is through (_briefs).
                state.brief = row
                self._note([time, self.number, offset, key, change, row])
                self.values[key] = self.rows + row
                self.told[key] = (change, offset, time)
                if change != "new":
                    counts["totals/revisions"] += 1
            else:
                self.values.pop(key, None)
                if change == "alias":
                    self.aliases[key] = self.rows + row
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
        self._note_last(given)
        columns = dict(zip(judged.schema.names, judged.columns))
        if refused:
            self._refuse(columns, given, refused)
        columns |= {"change": pa.array(changes, pa.string()), "revision": pa.array(revisions, pa.int32())}
        self.held.append(pa.RecordBatch.from_pydict(columns))
        self.rows += judged.num_rows

    def count_rules(self, aggregate: str, rules: list[str]):
        if aggregate == "rejects":
            self.counts["totals/rejected"] += 1
        for rule in rules:
            # A rule that is none of ours is counted with all others of its kind (docs/LIVE.md).
            self.counts[f"{aggregate}/{rule if rule in self.fold.sentences else 'other'}"] += 1

    def _briefs(self, judged, taken):
        """What is shown of a planet among the newest: of the rows that the loop has noted."""
        noted = [(self.states[key], self.newest[key]) for key in taken]
        rows = sorted({row for state, entry in noted for row in (state.brief, entry[-1]) if type(row) is int})
        columns = [judged.column(name).take(pa.array(rows, pa.int64())).to_pylist() for name in BRIEF]
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
        """What the lake gets of the partition."""
        if self.last is None:
            return
        rows = pa.Table.from_batches(self.held)
        first, last = min(place[0] for place in self.days.values()), max(place[1] for place in self.days.values())
        for day in self.days:
            # As Sources/Lake/LakePath.swift has it.
            part = "" if day == max(self.days) else ".part"
            name = f"dt={day}/{self.fold.topic}-p{self.number:05d}-{first:020d}-{last:020d}{part}.parquet"
            own = rows if len(self.days) == 1 else rows.filter(pc.equal(rows.column("dt"), day))
            for table, made in self.fold.columns.tables(own, self.fold.topic).items():
                if made.num_rows:
                    yield _out("file", f"{table}/{name}", parquet(made))
        by_part: dict[str, list[str]] = {}
        for key in sorted(self.changed):
            by_part.setdefault(part_of(self.number, key), []).append(key)
        for part, keys in by_part.items():
            planets = self._part(part, self._planets(rows, keys), keys)
            yield _out("part", part, parquet(planets))
            yield _out("partial", part, json.dumps(self.fold.partials.partial(planets)).encode())
        summary = {"partition": self.number, "days": self.days, "last": self.last, "latest": self.latest,
                   "counts": dict(sorted(self.counts.items())), "newest": newest_of(self.newest.values())}
        yield _out("summary", str(self.number), json.dumps(summary).encode())

    def _planets(self, rows: pa.Table, keys: list[str]) -> pa.Table:
        """The keys' rows as far as the batch tells them."""
        def places(of):
            return pa.array([of.get(key) for key in keys], pa.int64())

        names = [name for name in self.fold.columns.planets.names if name in rows.schema.names]
        values = rows.select(names).take(places(self.values))
        given = dict(zip(names, values.columns))
        named = rows.select(["pl_name", "alias_of", "alias_source"]).take(places(self.aliases))
        is_alias = pa.array([self.states[key].kind == "alias" for key in keys])
        for name in named.schema.names:
            given[name] = pc.if_else(is_alias, named.column(name), given[name])
        change, offset, time = zip(*(self.told.get(key, (None, None, None)) for key in keys))
        given |= {"key": keys, "revision": [self.states[key].revision for key in keys], "change": change,
                  "log_partition": [self.number] * len(keys), "log_offset": offset, "log_timestamp": time,
                  "state": [self.states[key].json() for key in keys]}
        return pa.Table.from_pydict(given, self.fold.columns.planets)

    def _part(self, part: str, new: pa.Table, keys: list[str]) -> pa.Table:
        """All rows of the part: those that the batch did not touch are as they were, and so is of the others what it
        did not tell."""
        if part not in self.parts:
            return new
        old = pq.read_table(pa.BufferReader(self.parts[part]), schema=new.schema)
        rows = {key: row for row, key in enumerate(old.column("key").to_pylist())}
        before = old.take(pa.array([rows.get(key) for key in keys], pa.int64()))
        is_known = pa.array([self._is_known(key) for key in keys])
        for place, name in enumerate(new.schema.names):
            if name in ("change", "log_offset", "log_timestamp"):
                column = pc.coalesce(new.column(name), before.column(name))
            elif name in ("key", "revision", "state", "log_partition"):
                continue
            else:
                column = pc.if_else(is_known, before.column(name), new.column(name))
            new = new.set_column(place, new.schema.field(place), column)
        kept = old.filter(pc.invert(pc.is_in(old.column("key"), pa.array(keys, pa.string()))))
        return pa.concat_tables([kept, new]).sort_by("key")

    def _is_known(self, key: str) -> bool:
        """Whether the key's values are those of before the batch."""
        kind = self.states[key].kind
        return kind == "planet" and key not in self.values or kind == "alias" and key not in self.aliases


def _joined(batches):
    """Spark's are of few records, so that large ones fit; a frame of many takes less time a record."""
    held, rows, size = [], 0, 0
    for batch in itertools.chain(batches, [None]):
        if rows and (batch is None or rows >= 1000 or size >= 1 << 26):
            yield pa.Table.from_batches(held).combine_chunks().to_batches()[0]
            held, rows, size = [], 0, 0
        if batch is not None:
            held.append(batch)
            rows, size = rows + batch.num_rows, size + batch.nbytes


def _out(kind: str, name: str, content: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"kind": [kind], "name": [name], "content": [content]}, Fold.OUT)


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
