"""The table of columns as the binary tells it (columns.json, written by update_columns.py), laid out for validation.

Not a second table: names, types, ranges, aliases, rules and units are the file's.
"""
import json
import math
import pkgutil
import sys
from dataclasses import dataclass

TABLE = json.loads(pkgutil.get_data(__package__, "columns.json"))
COLUMNS = TABLE["columns"]
UNITS = TABLE["units"]
SENTENCES = {rule["rule"]: rule["sentence"] for rule in TABLE["rules"]}
NAMES = [column["name"] for column in COLUMNS]
TYPES = {column["name"]: column["type"] for column in COLUMNS}

# A record's limits (docs/API.md, "Limits").
MAX_RECORD_BYTES = 1 << 20
MAX_FIELDS = 512
MAX_DEPTH = 32
MAX_VALUE = 200
MAX_UNKNOWN_WARNINGS = 16

NOT_OF_TYPE = {"integer": "not_an_integer", "flag": "not_a_flag", "boolean": "not_a_boolean", "date": "not_a_date",
               "real": "not_a_number"}


@dataclass(slots=True)
class Column:
    """What a value is compared with."""
    name: str
    type: str
    is_text: bool
    is_whole: bool
    least: float
    greatest: float
    usual_least: float
    usual_greatest: float
    out_of_range: str
    not_of_type: str
    max_length: int


def _column(row: dict) -> Column:
    name, kind = row["name"], row["type"]
    least, greatest = row.get("min", -sys.float_info.max), row.get("max", sys.float_info.max)
    if row.get("min_exclusive"):
        least = math.nextafter(least, math.inf)
    if row.get("max_exclusive"):
        greatest = math.nextafter(greatest, -math.inf)
    if kind == "flag" or kind == "boolean":
        out_of_range = NOT_OF_TYPE[kind]
    elif name.endswith(("err1", "err2")):
        out_of_range = "error_sign"
    elif name.endswith("lim"):
        out_of_range = "invalid_limit"
    else:
        out_of_range = "out_of_range"
    return Column(
        name, kind, kind == "text", kind not in ("real", "text"), least, greatest, row.get("usual_min", -math.inf),
        row.get("usual_max", math.inf), out_of_range, NOT_OF_TYPE.get(kind, ""), row.get("max_length", 0))


BY_NAME = {row["name"]: _column(row) for row in COLUMNS}

CONVERSIONS = {
    "degC": lambda value: value + UNITS["celsius_zero_in_kelvins"],
    "ly": lambda value: value / UNITS["parsec_in_light_years"],
}

# A field's name -> (column, unit it is converted from or None).
TARGETS = {name: (column, None) for name, column in BY_NAME.items()}
TARGETS |= {alias: (BY_NAME[row["name"]], None) for row in COLUMNS for alias in row.get("aliases", [])}
TARGETS |= {row["alias"]: (BY_NAME[row["column"]], row["unit"]) for row in TABLE["conversions"]}

_METHODS = next(row["choices"] for row in COLUMNS if row["name"] == "discoverymethod")
METHODS = {name.lower(): name for name in _METHODS}
METHODS |= {row["synonym"]: row["method"] for row in TABLE["methods"] if row["synonym"] not in METHODS}
EXACT_METHODS = frozenset(_METHODS)
