"""What a key's next record does to it: planet, alias or nothing (docs/ARCHITECTURE.md, "State of a planet";
Sources/PlanetCore/PlanetHistory.swift).

Plain Python over one key's records in their order, and the same over Arrow batches in which each key's records stand
together (history.py sees to that)."""
from dataclasses import dataclass

import pyarrow as pa

from .decode import errors_json

# A record that has an Idempotency-Key is compared with so many before it.
SUBMISSIONS_KEPT = 64
# The rules that are about what came before.
REFUSING = ("alias_joins_planets", "alias_conflict", "known_alias")


@dataclass(slots=True)
class State:
    """Where a key stands. `kind`: planet, alias, or nothing (before the first record, withdrawn, an alias no more)."""
    kind: str = "nothing"
    revision: int = 0
    was_planet: bool = False
    rowupdate: int | None = None
    value_id: str | None = None
    alias_key: str | None = None
    submissions: tuple = ()

    def apply(self, verdict: str, value_id: str | None, rowupdate: int | None, alias_key: str | None,
              submission: int | None) -> tuple[str | None, str | None]:
        """(change, None), or (None, the rule under which the record is quarantined)."""
        if submission is None:
            return self._apply(verdict, value_id, rowupdate, alias_key)
        if submission in self.submissions:
            return "duplicate", None
        change, rule = self._apply(verdict, value_id, rowupdate, alias_key)
        # A key that nothing but tombstones came under is not kept.
        if change and self.revision:
            self.submissions = (*self.submissions, submission)[-SUBMISSIONS_KEPT:]
        return change, rule

    def _apply(self, verdict, value_id, rowupdate, alias_key):
        if verdict == "withdrawal":
            if self.kind == "nothing":
                return "duplicate", None
            change = "withdrawal" if self.kind == "planet" else "alias_removal"
            return self._take("nothing", change)
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


# The state as columns of each record, after it.
STATE = {
    "kind": pa.string(), "revision": pa.int32(), "was_planet": pa.bool_(), "known_rowupdate": pa.int32(),
    "known_value": pa.string(), "known_alias": pa.string(), "submissions": pa.list_(pa.int64())}
_ADDED = {"change": pa.string()} | STATE
_READ = ("group", "verdict", "value_id", "rowupdate", "alias_key", "submission", "pl_name")
_NONE = (None,) * len(_ADDED)


def over(names: list[str]):
    """For mapInArrow: rows with `group`, the record's columns (`names`), and the state before the batch in
    `before_...`; sorted by group, then the log's order. Gives the record's columns, then `change` and STATE."""
    def fold(batches):
        group, state = None, State()
        for batch in batches:
            read = [_plain(batch.column(name)).to_pylist() for name in _READ]
            known = [batch.column("before_" + name) for name in STATE]
            before = list(zip(*(column.to_pylist()
                                for column in known))) if known[0].null_count < batch.num_rows else None
            added, refused = [], {}
            for row, (own, verdict, value_id, rowupdate, alias_key, submission, name) in enumerate(zip(*read)):
                if own != group:
                    group, state = own, _known(before and before[row])
                if verdict == "reject":
                    added.append(_NONE)
                    continue
                change, rule = state.apply(verdict, value_id, rowupdate, alias_key, submission)
                if rule:
                    refused[row] = rule, errors_json([("pl_name", name or "", rule)])
                    added.append(_NONE)
                    continue
                added.append((
                    change, state.kind, state.revision, state.was_planet, state.rowupdate, state.value_id,
                    state.alias_key, list(state.submissions) or None))
            columns = [batch.column(name) for name in names]
            if refused:
                _refuse(columns, names, refused)
            columns += [pa.array(values, kind) for values, kind in zip(zip(*added), _ADDED.values())]
            yield pa.RecordBatch.from_arrays(columns, names=[*names, *_ADDED])

    return fold


def _known(before) -> State:
    return State() if before is None or before[0] is None else State(*before[:-1], tuple(before[-1] or ()))


def _plain(column):
    """Days as numbers."""
    return column.cast(pa.int32()) if column.type == pa.date32() else column


def _refuse(columns, names, refused):
    """Makes the rows what a record is that breaks a rule by itself."""
    for name, made in (("verdict", lambda _: "reject"), ("rules", lambda of: [of[0]]), ("errors", lambda of: of[1])):
        place = names.index(name)
        values = columns[place].to_pylist()
        for row, of in refused.items():
            values[row] = made(of)
        columns[place] = pa.array(values, columns[place].type)
