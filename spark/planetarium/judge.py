"""planetarium-judge from Python: finds it, reads its description, passes a partition's planets and records through it,
and gets the board's figures from it.

The judge (Sources/PlanetJudge) has all rules and formulas, and keeps nothing beyond a partition's end. Frames are
described in Sources/PlanetJudge/Frames.swift and PartitionFold.swift: Arrow's buffers, each after its size."""
import json
import os
import shutil
import struct
import subprocess

import pyarrow as pa

NAME = "planetarium-judge"
# As in Sources/PlanetJudge/PartitionFold.swift.
_PLANETS, _RECORDS, _END, _END_WITH_ALL = range(4)
_ARROW = {
    "text": pa.string(), "real": pa.float64(), "int64": pa.int64(), "int32": pa.int32(), "date": pa.date32(),
    "boolean": pa.bool_(), "timestamp": pa.timestamp("us", tz="UTC")}
_EMPTY = pa.py_buffer(b"")
_FILL = [b"\0" * (-size & 7) for size in range(8)]


class JudgeError(Exception):
    pass


def find(given: str | None, files: str | None = None) -> str:
    """`given`; else the file sent by spark-submit's --files (into the folder `files`), else on PATH."""
    places = [given] if given else [os.path.join(files, NAME)] if files else []
    for place in places + ([] if given else [shutil.which(NAME)]):
        if place and os.path.isfile(place):
            if not os.access(place, os.X_OK):
                os.chmod(place, 0o755)  # --files may have lost it
            return os.path.abspath(place)
    raise JudgeError(f"{given or NAME} is not there: `make judge` builds it; name it by --judge, send it by --files, "
                     "or put it on the PATH of every executor")


def described(path: str) -> dict:
    """The judge's description of itself."""
    return json.loads(_asked([path, "--describe"]))


def board(path: str, figures: list[bytes]) -> list[list]:
    """[aggregate, group, value_json, value, n, measured] rows for the figures of all parts together."""
    pieces = [piece for part in figures for piece in (struct.pack("<Q", len(part)), part)]
    return json.loads(_asked([path, "--board"], b"".join(pieces)))


def _asked(command: list[str], given: bytes = b"") -> bytes:
    done = subprocess.run(command, input=given, capture_output=True)
    if done.returncode:
        raise JudgeError(f"{' '.join(command)}: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def schema(columns: list[dict]) -> pa.Schema:
    """The schema of columns described by the judge."""
    return pa.schema([(column["name"], _ARROW[column["type"]]) for column in columns])


class Judge:
    """One running judge. `about`: its description. `partitions`: how many the planets' keys are spread over; None:
    every place is right."""

    def __init__(self, path: str, about: dict, partitions: int | None = None):
        self.rows, self.kept = schema(about["row_columns"]), schema(about["planet_columns"])
        among = ["--partitions", str(partitions)] if partitions else []
        self.process = subprocess.Popen([path, "--rules", about["rules_version"], *among], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def remember(self, planets: pa.RecordBatch):
        """Takes rows of the state, with the columns that the judge reads."""
        self._answer(_PLANETS, planets)

    def judged(self, records: pa.RecordBatch) -> pa.RecordBatch:
        """`records`: partition (int32), offset (int64), timestamp (microseconds), key, value (binary), headers."""
        return self._answer(_RECORDS, records).rows(self.rows)

    def end(self, has_all: bool = False) -> tuple[dict[int, tuple[pa.RecordBatch, bytes]], dict]:
        """Ends the partition. Returns the changed parts of its state, or all, each with its figures; and the counts."""
        answer = self._answer(_END_WITH_ALL if has_all else _END)
        parts = {answer.word(): (answer.rows(self.kept), answer.buffer().to_pybytes()) for _ in range(answer.word())}
        return parts, json.loads(answer.buffer().to_pybytes())

    def _answer(self, request: int, rows: pa.RecordBatch | None = None) -> "_Answer":
        pieces = [struct.pack("<Q", request)]
        if rows is not None:
            pieces.append(struct.pack("<Q", rows.num_rows))
            for column in rows.columns:
                # A slice of an array lies somewhere within its buffers.
                whole = column.take(pa.array(range(len(column)), pa.int64())) if column.offset else column
                for buffer in whole.buffers():
                    buffer = buffer or _EMPTY
                    pieces += [struct.pack("<Q", buffer.size), buffer, _FILL[buffer.size & 7]]
        frame = b"".join(pieces)
        try:
            self.process.stdin.write(struct.pack("<Q", len(frame)))
            self.process.stdin.write(frame)
            self.process.stdin.flush()
            return _Answer(self._exactly(*struct.unpack("<Q", self._exactly(8))))
        except (BrokenPipeError, EOFError):
            self.process.wait()
            said = self.process.stderr.read().decode("utf-8", "replace").strip()
            raise JudgeError(said or f"{NAME} ended with status {self.process.returncode}") from None

    def _exactly(self, size: int) -> bytes:
        found = self.process.stdout.read(size)
        if len(found) < size:
            raise EOFError
        return found


class _Answer:
    """Must be read in order."""

    def __init__(self, content: bytes):
        self.content, self.at = pa.py_buffer(content), 0

    def word(self) -> int:
        self.at += 8
        return int.from_bytes(self.content[self.at - 8:self.at], "little")

    def buffer(self) -> pa.Buffer:
        size = self.word()
        start, self.at = self.at, self.at + (size + 7 & ~7)
        return self.content.slice(start, size)

    def rows(self, of: pa.Schema) -> pa.RecordBatch:
        rows, arrays = self.word(), []
        for field in of:
            # 0: all null, 1: none null, 2: some null.
            if not (present := self.word()):
                arrays.append(pa.nulls(rows, field.type))
                continue
            buffers = [self.buffer() if present == 2 else None, self.buffer()]
            if field.type == pa.string():
                buffers.append(self.buffer())
            arrays.append(pa.Array.from_buffers(field.type, rows, buffers))
        return pa.RecordBatch.from_arrays(arrays, schema=of)
