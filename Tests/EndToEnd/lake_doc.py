"""Reads docs/LAKE.md: its tables of columns and its examples, each with the answer that is shown; and makes the lake
that the answers are of.

An example is a section (`###`) with a table, the answer, and a block for each engine: ```sql duckdb, ```python pandas,
```python spark, ```sql hive. The blocks of "First, the tables" come before all others. ```sh make and ```sh verify are
bash, ```python manifest is Python. In answers `…` stands for any text.

As a program it writes the tables of columns anew, and keeps the page's own words: what remains to be said has a `?`.
"""
import ast
import math
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from document import parts
from running import BINARY, ROOT, Server

PAGE = (ROOT / "docs" / "LAKE.md").read_text()
BASE, LAKE, PROGRAM = "http://127.0.0.1:8080", "data/lake", ".build/release/planetarium"
ENGINES = ("duckdb", "pandas", "spark", "hive")
# That the page sends.
RECORDS = 6081
TABLES = ("discoveries", "predictions", "aggregates", "rejected")


@dataclass
class Section:
    title: str
    line: int
    header: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    blocks: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def sections(page=PAGE):
    """The page's sections; the first table of each is its answer, a ```text block that of the block before it."""
    found, last = [Section("", 0)], None
    for number, info, text in parts(page):
        here = found[-1]
        if info == "text":
            here.answers[last] = text
        elif info is not None:
            assert info not in here.blocks, f"line {number}: {info} twice in {here.title}"
            here.blocks[info] = text
            last = info
        elif text.startswith("##"):
            found.append(Section(text.lstrip("# "), number))
        elif text.startswith("|"):
            if not here.header:
                here.header = cells(text)
            elif not re.fullmatch(r"[|\s:-]+", text):
                here.rows.append(cells(text))
    return found


def block(info):
    """The only block of its kind."""
    one, = [s for s in sections() if info in s.blocks]
    return one, one.blocks[info]


def questions():
    return [s for s in sections() if "sql duckdb" in s.blocks and not s.title.startswith("First")]


def opening():
    one, = [s for s in sections() if s.title.startswith("First")]
    return one


# The lake of the examples.


def bash(script, url, data):
    text = script.replace(BASE, url).replace(PROGRAM, str(BINARY)).replace(LAKE, f"{data}/lake")
    return subprocess.run(["bash", "-ec", text.replace("curl ", "curl -sS ")], cwd=ROOT, capture_output=True, text=True,
                          timeout=180)


@dataclass
class Made:
    data: object
    board: dict
    planet: dict
    aliases: list
    schema: dict
    hiveql: str


def make(data, *options):
    """The lake as the page makes it, its server stopped; and what the server said of it."""
    server = Server(data, "--roll-age", "1", *options)
    # This suite's environment is not the server's.
    server.environment = {k: v for k, v in os.environ.items() if not k.startswith("PLANETARIUM_")}
    with server:
        written = lambda: {p.name.rsplit("-", 1)[1] for p in (server.data / "lake" / "discoveries").glob("*/*.parquet")}
        rolled = lambda: f"{server.board()['positions']['planet-discoveries/0'] - 1:020}.parquet" in written()
        first, rest = block("sh make")[1].split("\n", 1)
        done = bash(first, server.url, data)
        assert done.returncode == 0, done.stderr
        server.board_when(lambda a: a["totals"]["records"] == 6061)
        # So that there is more than one roll.
        server.wait(rolled, 30, "the first roll")
        done = bash(rest, server.url, data)
        assert done.returncode == 0, done.stderr
        server.board_when(lambda a: a["totals"]["records"] + a["totals"]["rejected"] == RECORDS)
        server.wait(rolled, 30, "the last roll")
        board = server.board()
        planet = server.get("/api/planets/kepler22b").json()
        aliases = server.get("/api/aliases").json()["aliases"]
        schema = server.get("/api/schema").json()
        server.stop()
    hiveql = subprocess.run([str(BINARY), "hive", "ddl", "--data", str(data)], capture_output=True, text=True,
                            check=True).stdout
    return Made(server.data, board, planet, aliases, schema, hiveql)


# Answers.


def text(value):
    """As a table of the page shows it."""
    if value is None or str(value) in ("<NA>", "NaT") or isinstance(value, float) and math.isnan(value):
        return "null"
    if type(value).__name__ in ("bool", "bool_"):
        return str(bool(value)).lower()
    if isinstance(value, float):
        return repr(float(value))
    return str(value)


def like(shown, got):
    return re.fullmatch(".*".join(re.escape(part) for part in shown.split("…")), got, re.S) is not None


def differences(section, header, rows):
    """Where an answer is not as shown."""
    got = [[text(value) for value in row] for row in rows]
    wrong = [] if list(header) == section.header else [f"{section.title}: columns {list(header)}"]
    if len(got) != len(section.rows):
        return wrong + [f"{section.title}: {len(got)} rows instead of {len(section.rows)}: {got[:30]}"]
    return wrong + [f"{section.title}: {row} instead of {shown}" for shown, row in zip(section.rows, got)
                    if len(shown) != len(row) or not all(map(like, shown, row))]


# Engines. Each gives title -> (names of the columns, rows).


def statements(sql):
    return [part for part in (re.sub(r"^\s*--.*$", "", s, flags=re.M).strip() for s in sql.split(";")) if part]


def evaluate(code, names):
    """Runs Python as a notebook's cell: the value of its last line."""
    parsed = ast.parse(code)
    last = parsed.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(parsed, "docs/LAKE.md", "exec"), names)
        return None
    exec(compile(ast.Module(parsed.body[:-1], []), "docs/LAKE.md", "exec"), names)
    return eval(compile(ast.Expression(last.value), "docs/LAKE.md", "eval"), names)


def with_duckdb(data):
    import duckdb
    connection, found = duckdb.connect(), {}
    for statement in statements(opening().blocks["sql duckdb"].replace(LAKE, f"{data}/lake")):
        connection.execute(statement)
    for question in questions():
        for statement in statements(question.blocks["sql duckdb"]):
            result = connection.execute(statement)
        found[question.title] = [column[0] for column in result.description], result.fetchall()
    return found


def with_pandas(data):
    names, found = {}, {}
    evaluate(opening().blocks["python pandas"].replace(LAKE, f"{data}/lake"), names)
    for question in questions():
        frame = evaluate(question.blocks["python pandas"], dict(names))
        found[question.title] = list(frame.columns), [list(row) for row in frame.itertuples(index=False, name=None)]
    return found


def with_spark(data, session):
    names, found = {"spark": session}, {}
    evaluate(opening().blocks["python spark"].replace(LAKE, f"{data}/lake"), names)
    for question in questions():
        frame = evaluate(question.blocks["python spark"], dict(names))
        found[question.title] = frame.columns, [list(row) for row in frame.collect()]
    return found


def with_hive(cursor):
    found = {}
    for statement in statements(opening().blocks["sql hive"]):
        cursor.execute(statement)
    for question in questions():
        for statement in statements(question.blocks["sql hive"]):
            cursor.execute(statement)
        found[question.title] = [column[0].split(".")[-1] for column in cursor.description], cursor.fetchall()
    return found


# The tables of columns.


def parquet_type(column):
    """A column of pyarrow's ParquetSchema, as the page names it."""
    logical = column.logical_type
    kind = {"STRING": " (STRING)", "DATE": " (DATE)", "NONE": ""}.get(logical.type)
    if logical.type == "TIMESTAMP":
        facts = eval(re.sub(r"(\w+)=", r'"\1":', str(logical).removeprefix("Timestamp(").join("{}").replace(")}", "}")),
                     {"true": True, "false": False, "microseconds": "µs"})
        kind = f" (TIMESTAMP, {facts['timeUnit']}, {'UTC' if facts['isAdjustedToUTC'] else 'local'})"
    return column.physical_type + kind


def columns_of(made):
    """table -> rows of the page: name, Parquet type, Hive type, whether it may be null, unit, meaning (None: the page's
    own words)."""
    import pyarrow.parquet as pq
    found, ours = {}, {column["name"]: column for column in made.schema["columns"]}
    for table in TABLES:
        statement = re.search(rf"CREATE EXTERNAL TABLE [^(]*`{table}` \((.*?)\n\)", made.hiveql, re.S)[1]
        hive = dict(re.findall(r"`(\w+)` (\w+)", statement))
        file = sorted((made.data / "lake" / table).glob("*/*.parquet"))[-1]
        parquet = pq.ParquetFile(file).schema
        rows = []
        for index in range(len(parquet.names)):
            column = parquet.column(index)
            name = column.name
            row = [f"`{name}`", parquet_type(column), hive.pop(name), "yes" if column.max_definition_level else "no"]
            if table == "discoveries" and name in ours:
                about = ours[name]
                row += [about.get("unit", "").replace("|", "\\|"), f"{about['label']['en']}. {about['help']['en']}"]
            else:
                row += [None, None]
            rows.append(row)
        assert not hive, f"in HiveQL only: {table} {hive}"
        found[table] = rows
    return found


def rewritten(made):
    """The page with the files' columns."""
    found, at = [], None
    columns, words = columns_of(made), {s.title: {row[0]: row[4:] for row in s.rows}
                                        for s in sections() if s.title in TABLES}
    for line in PAGE.splitlines():
        if line.startswith("##"):
            at = line.lstrip("# ")
        if at in TABLES and line.startswith("| `"):
            continue
        found.append(line)
        if at in TABLES and line.startswith("|---"):
            for row in columns[at]:
                own = words[at].get(row[0], ["", "?"])
                found.append("| " + " | ".join(row[:4] + [own[i] if row[4 + i] is None else row[4 + i] for i in (0, 1)])
                             + " |")
    return "\n".join(found) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        (ROOT / "docs" / "LAKE.md").write_text(rewritten(make(Path(scratch) / "data")))
