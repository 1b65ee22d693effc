"""planetarium-judge from Python: where it is, what it says of itself, and Arrow batches of records through it.

All rules and formulas are the judge's (Sources/PlanetJudge). It has no state, so each executor runs its own. Frames are
described in Sources/PlanetJudge/Frames.swift and RecordFrame.swift: Arrow's buffers behind their sizes."""
import json
import os
import shutil
import struct
import subprocess

import pyarrow as pa

NAME = "planetarium-judge"
_ARROW = {
    "text": pa.string(), "real": pa.float64(), "int64": pa.int64(), "int32": pa.int32(), "date": pa.date32(),
    "boolean": pa.bool_(), "timestamp": pa.timestamp("us", tz="UTC")}
_EMPTY = pa.py_buffer(b"")
_FILL = [b"\0" * (-size & 7) for size in range(8)]


class JudgeError(Exception):
    pass


def find(given: str | None, files: str | None = None) -> str:
    """`given`; else the file that spark-submit's --files brought (`files`: where it puts them), else on PATH."""
    places = [given] if given else [os.path.join(files, NAME)] if files else []
    for place in places + ([] if given else [shutil.which(NAME)]):
        if place and os.path.isfile(place):
            if not os.access(place, os.X_OK):
                os.chmod(place, 0o755)  # --files may have lost it
            return os.path.abspath(place)
    raise JudgeError(f"{given or NAME} is not there: `make judge` builds it; name it by --judge, bring it by --files, "
                     "or put it on the PATH of every executor")


def described(path: str) -> dict:
    """What the judge says of itself."""
    done = subprocess.run([path, "--describe"], capture_output=True)
    if done.returncode:
        raise JudgeError(f"{path} --describe: {done.stderr.decode('utf-8', 'replace').strip()}")
    return json.loads(done.stdout)


def arrow_type(kind: str) -> pa.DataType:
    return _ARROW[kind]


class Judge:
    """One running judge. `columns`: (name, type) of its rows, from its description. `partitions`: over how many the
    planets' keys are spread; None: every place is right."""

    def __init__(self, path: str, rules: str, columns: list[tuple[str, str]], partitions: int | None = None):
        self.columns = [(name, kind, _ARROW[kind]) for name, kind in columns]
        self.schema = pa.schema([(name, arrow) for name, _, arrow in self.columns])
        among = ["--partitions", str(partitions)] if partitions else []
        self.process = subprocess.Popen([path, "--rules", rules, *among], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def judged(self, records: pa.RecordBatch) -> pa.RecordBatch:
        """`records`: partition (int32), offset (int64), timestamp (microseconds), key, value (binary), headers."""
        pieces = [struct.pack("<Q", records.num_rows)]
        for name in ("partition", "offset", "timestamp"):
            _add(pieces, _whole(records.column(name)).buffers()[1])
        for name in ("key", "value"):
            validity, ends, data = _whole(records.column(name)).buffers()
            for buffer in (validity, ends, data):
                _add(pieces, buffer)
        headers = _whole(records.column("headers"))
        if headers.type == pa.null() or not len(headers.values):
            pieces += [struct.pack("<Q", 0)] * 6
        else:
            names, values = headers.values.field(0), headers.values.field(1)
            for buffer in (headers.buffers()[1], *names.buffers()[1:], *values.buffers()):
                _add(pieces, buffer)
        frame = b"".join(pieces)
        try:
            self.process.stdin.write(struct.pack("<Q", len(frame)))
            self.process.stdin.write(frame)
            self.process.stdin.flush()
            answer = self._read()
        except (BrokenPipeError, EOFError):
            self.process.wait()
            said = self.process.stderr.read().decode("utf-8", "replace").strip()
            raise JudgeError(said or f"{NAME} ended with status {self.process.returncode}") from None
        return self._rows(answer, records.num_rows)

    def _read(self) -> pa.Buffer:
        size, = struct.unpack("<Q", self._exactly(8))
        return pa.py_buffer(self._exactly(size))

    def _exactly(self, size: int) -> bytes:
        found = self.process.stdout.read(size)
        if len(found) < size:
            raise EOFError
        return found

    def _rows(self, answer: pa.Buffer, rows: int) -> pa.RecordBatch:
        words = memoryview(answer)
        at = 8

        def word():
            nonlocal at
            at += 8
            return int.from_bytes(words[at - 8:at], "little")

        def buffer():
            nonlocal at
            size = word()
            start, at = at, at + (size + 7 & ~7)
            return answer.slice(start, size)

        arrays = []
        for _, kind, arrow in self.columns:
            present = word()
            if not present:
                arrays.append(pa.nulls(rows, arrow))
                continue
            buffers = [buffer() if present == 2 else None, *(buffer() for _ in range(2 if kind == "text" else 1))]
            arrays.append(pa.Array.from_buffers(arrow, rows, buffers))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _whole(array: pa.Array) -> pa.Array:
    """One that begins at its buffers' beginning."""
    return array.take(pa.array(range(len(array)), pa.int64())) if array.offset else array


def _add(pieces: list, buffer: pa.Buffer | None):
    buffer = buffer or _EMPTY
    pieces += [struct.pack("<Q", buffer.size), buffer, _FILL[buffer.size & 7]]
