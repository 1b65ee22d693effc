"""Writes planetarium/columns.json from the answer to GET /api/schema, so that Sources/PlanetCore stays the one table of
columns and rules:

    curl -s http://127.0.0.1:8080/api/schema | python spark/update_columns.py

Tests/SparkTests holds the file against the binary. Not a place to edit a column.
"""
import json
import sys
from pathlib import Path

FILE = Path(__file__).parent / "planetarium" / "columns.json"
# Words for people.
LEFT_OUT = {"label", "help", "group", "form"}


def reduced(schema: dict) -> str:
    columns = [{name: value for name, value in column.items() if name not in LEFT_OUT} for column in schema["columns"]]
    names = ("conversions", "methods", "rules", "counted", "diagrams")
    parts = {"columns": columns} | {name: schema[name] for name in names}
    lines = [f'"{name}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]" for name,
             rows in parts.items()]
    return "{" + ",\n".join(lines) + ',\n"units": ' + json.dumps(schema["units"]) + "}\n"


if __name__ == "__main__":
    FILE.write_text(reduced(json.load(sys.stdin)), encoding="utf-8")
