"""One record of the topic: JSON -> columns with warnings, or the reasons why not. The rules are those of
Sources/PlanetCore.

Not what fields say together (checks.py), nor tables or streams: a record in, a verdict out, no Spark.
"""
import datetime
import hashlib
import json
import math
import re
import unicodedata
from array import array
from dataclasses import dataclass, field
from json.decoder import scanstring

from . import checks
from .alias import MEMBERS as ALIAS_MEMBERS
from .alias import Alias, settle
from .columns import (
    BY_NAME, CONVERSIONS, EXACT_METHODS, MAX_DEPTH, MAX_FIELDS, MAX_RECORD_BYTES, MAX_UNKNOWN_WARNINGS, MAX_VALUE,
    METHODS, NAMES, SENTENCES, TARGETS, UNITS)
from .text import EPOCH, SPACE, day, field_name, identity_key


class Number(str):
    """A JSON number as it was written."""


class Object(list):
    """A JSON object's members, in its order, repeated names too."""


class Refused(Exception):
    """The record as a whole breaks a rule."""


def _constant(name):
    raise ValueError(name)


_DECODER = json.JSONDecoder(object_pairs_hook=Object, parse_float=Number, parse_int=Number, parse_constant=_constant)
_YES = {"1", "true", "yes", "y", "oui", "o", "vrai", "t", "1.0"}
_NO = {"0", "false", "no", "n", "non", "faux", "f", "0.0"}
_UNKNOWN = {"inconnu", "inconnue", "unknown", "?"}
_DECIMAL = re.compile(r"\+?-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_CONTROL_BUT_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PLAIN_NAME = re.compile("[a-z0-9_]*")
_JSON_SPACE = re.compile("[ \t\n\r]*")
_TEXTS = [name for name in NAMES if BY_NAME[name].is_text]
_NUMBERS = [name for name in NAMES if not BY_NAME[name].is_text]


@dataclass(slots=True)
class Verdict:
    """What a record is: a discovery's `columns`, or an `alias`, or refused, and then `issues` says why; else `issues`
    are warnings."""
    key: str | None
    columns: dict | None
    issues: list = field(default_factory=list)
    alias: Alias | None = None

    def rules(self):
        return [rule for _, _, rule in self.issues]

    def errors_json(self):
        return errors_json(self.issues)


def errors_json(issues) -> str:
    return json.dumps(
        [{"field": name, "value": value, "rule": rule, "detail": SENTENCES[rule] + "."} for name, value,
         rule in issues],
        ensure_ascii=False, separators=(",", ":"))


def parse(value: bytes) -> tuple[Object, str]:
    """The members of the one object that the bytes are, and the text."""
    if len(value) > MAX_RECORD_BYTES:
        raise Refused("too_large")
    try:
        text = value.decode("utf-8")
        members, end = _DECODER.raw_decode(text, _JSON_SPACE.match(text).end())
        if _JSON_SPACE.match(text, end).end() != len(text):
            raise ValueError
        if "\\u" in text:
            json.dumps(members, ensure_ascii=False).encode()  # half a surrogate pair is no character
    except RecursionError:
        raise Refused("too_deep") from None
    except ValueError:
        raise Refused("malformed_json") from None
    if type(members) is not Object:
        raise Refused("not_an_object")
    if len(members) > MAX_FIELDS:
        raise Refused("duplicate_field" if len(dict(members[:MAX_FIELDS])) < MAX_FIELDS else "too_many_fields")
    if len(dict(members)) < len(members):
        raise Refused("duplicate_field")
    if ("[" in text or text.count("{") > 1) and any(isinstance(value, list) and _depth(value) >= MAX_DEPTH for _,
                                                    value in members):
        raise Refused("too_deep")
    return members, text


def _depth(value) -> int:
    if type(value) is Object:
        value = [inner for _, inner in value]
    elif type(value) is not list:
        return 0
    return 1 + max(map(_depth, value), default=0)


def raw_members(text: str) -> dict:
    """Of a valid object's text: each member's value as it was written."""
    found = {}
    at = text.index("{") + 1
    while True:
        at = _JSON_SPACE.match(text, at).end()
        if text[at] == "}":
            return found
        if text[at] == ",":
            at += 1
            continue
        name, at = scanstring(text, at + 1)
        at = _JSON_SPACE.match(text, text.index(":", at) + 1).end()
        _, end = _DECODER.raw_decode(text, at)
        found[name] = text[at:end]
        at = end


class Decoder:
    """Holds records against the rules, one after the other. `today`: days since 1970-01-01 in UTC."""

    def __init__(self, today: int | None = None):
        self.today = today if today is not None else (datetime.datetime.now(datetime.timezone.utc).date() - EPOCH).days
        self.current_year = (EPOCH + datetime.timedelta(self.today)).year

    def decode(self, value: bytes) -> Verdict:
        self.draft, self.errors, self.warnings, self.conversions = {}, [], [], []
        self.unknown, self.extra, self.given_members = 0, [], None
        self.alias, self.is_alias = {}, False
        self.raw = None
        try:
            members, self.text = parse(value)
        except Refused as refused:
            return Verdict(None, None, [("", "", str(refused))])
        for name, given in members:
            if given is None:
                continue
            target = TARGETS.get(name) or self._folded(name)
            if target is None:
                self._take_unknown(name, given)
                continue
            column, unit = target
            rule = self._take_text(column, name,
                                   given) if column.is_text else self._take_number(column, unit, name, given)
            if rule:
                self.errors.append((name[:MAX_VALUE], self._shown(name, given), rule))
        return self._finish()

    @staticmethod
    def _folded(name):
        if len(name.encode()) > 48 or _PLAIN_NAME.fullmatch(name):
            return None
        return TARGETS.get(field_name(name))

    def _written(self, name, given) -> str:
        """The value as text: a string's characters, else its JSON."""
        if isinstance(given, str):
            return given
        if given is True or given is False:
            return "true" if given else "false"
        if self.raw is None:
            self.raw = raw_members(self.text)
        return self.raw[name]

    def _shown(self, name, given) -> str:
        return self._written(name, given)[:MAX_VALUE]

    def _warn(self, name, value, rule):
        self.warnings.append((name, value, rule))

    def _take_number(self, column, unit, name, given) -> str | None:
        kind = type(given)
        if kind is Number:
            if column.type == "date":
                return "not_a_date"
            value = float(given)
            if math.isinf(value):
                return "number_too_big"
        elif kind is str:
            read = self._read(given.strip(SPACE), column)
            if read is None or type(read) is str:
                return read
            value = read
        elif kind is bool:
            if column.type not in ("flag", "boolean"):
                return column.not_of_type
            value = 1.0 if given else 0.0
        else:
            return column.not_of_type
        if unit:
            value = CONVERSIONS[unit](value)
        if column.is_whole:
            value += 0.0
            if value != math.trunc(value):
                return column.not_of_type
        if value < column.least or value > column.greatest:
            return column.out_of_range
        if column.name == "disc_year" and value > self.current_year:
            return "out_of_range"
        if column.name in ("disc_date", "rowupdate") and value > self.today:
            return "date_in_future"
        other = self.draft.get(column.name)
        if other is not None and abs(other - value) > 1e-9 * abs(value):
            return "conflicting_alias"
        if value < column.usual_least or value > column.usual_greatest:
            self._warn(name, self._shown(name, given), "unusual_value")
            if column.name == "pl_bmasse" and value > 30 * UNITS["jupiter_mass_in_earths"]:
                self._warn(name, self._shown(name, given), "above_archive_mass")
        self.draft[column.name] = value
        if unit:
            self.conversions.append(f"{column.name}={unit}")
        return None

    @staticmethod
    def _read(text, column):
        """A number given as text: a float, None for nothing, or a rule."""
        if not text:
            return None
        if column.type == "date":
            days = day(text)
            return "not_a_date" if days is None else float(days)
        if column.type in ("flag", "boolean"):
            word = text[:16].lower()
            if word in _YES:
                return 1.0
            if word in _NO:
                return 0.0
            return None if column.type == "boolean" and word in _UNKNOWN else column.not_of_type
        if not _DECIMAL.fullmatch(text) or text.startswith("+-"):
            return column.not_of_type
        value = float(text)
        return "number_too_big" if math.isinf(value) else value

    def _take_text(self, column, name, given) -> str | None:
        if column.name == "extra":
            return self._take_extra(name, given)
        if not isinstance(given, str):
            return "not_text"
        if type(given) is Number and math.isinf(float(given)):
            return "not_text"
        text = str(given).strip(SPACE)
        if not text:
            return None
        if rule := self._broken(text, column.max_length, column.name == "comment"):
            return rule
        if column.name == "discoverymethod" and text not in EXACT_METHODS:
            method = METHODS.get(text.lower())
            if method is None:
                return "unknown_method"
            if text.lower() == "timing":
                self._warn(name, text, "ambiguous_method")
            text = method
        other = self.draft.get(column.name)
        if other is not None and other != text:
            return "conflicting_alias"
        self.draft[column.name] = text
        return None

    @staticmethod
    def _broken(text, max_length, allows_lines) -> str | None:
        if (_CONTROL_BUT_LINES if allows_lines else _CONTROL).search(text):
            return "control_character"
        return "too_long" if len(text) > max_length else None

    def _take_alias(self, name, given) -> str | None:
        if not isinstance(given, str) or type(given) is Number and math.isinf(float(given)):
            self.is_alias = True
            return "not_text"
        text = str(given).strip(SPACE)
        if not text:
            return None
        self.is_alias = True
        self.alias[name] = text
        return self._broken(text, ALIAS_MEMBERS[name], False)

    # Fields that are no column: kept as members of one JSON object in the column `extra`.

    def _take_unknown(self, name, given):
        if not name or given == "":
            return
        if name in ALIAS_MEMBERS:
            if rule := self._take_alias(name, given):
                self.errors.append((name, self._shown(name, given), rule))
            return
        written = self._written(name, given)
        self.extra.append((name, json.dumps(written, ensure_ascii=False) if type(given) is str else str(written)))
        self._warn_unknown(name, written)

    def _warn_unknown(self, name, written):
        self.unknown += 1
        if self.unknown <= MAX_UNKNOWN_WARNINGS:
            self._warn(name[:MAX_VALUE], written[:MAX_VALUE], "unknown_field")

    def _take_extra(self, name, given) -> str | None:
        if type(given) not in (str, Object):
            return "not_an_object"
        text = self._written(name, given).strip(SPACE)
        if not text:
            return None
        try:
            members, _ = parse(text.encode())
        except Refused as refused:
            return "duplicate_field" if str(refused) == "duplicate_field" else "not_an_object"
        if not members:
            return None
        raw = raw_members(text)
        self.given_members = (self.given_members or []) + [member for member, _ in members]
        for member, value in members:
            self._warn_unknown(member, value if type(value) is str else raw[member])
        self.extra.append((None, text[1:-1]))
        return None

    def _settle_extra(self):
        if not self.extra:
            return
        if self.given_members:
            names = self.given_members + [name for name, _ in self.extra if name is not None]
            if len(set(names)) < len(names):
                self.errors.append(("extra", "", "duplicate_field"))
                return
        text = "{" + ",".join(raw if name is None else json.dumps(name, ensure_ascii=False) + ":" + raw for name,
                              raw in self.extra) + "}"
        if len(text.encode()) > BY_NAME["extra"].max_length:
            self.errors.append(("extra", "", "too_long"))
            return
        self.draft["extra"] = text

    def _finish(self) -> Verdict:
        if self.is_alias:
            name = self.draft.get("pl_name")
            found, key = settle(name, self.alias, bool(self.extra) or any(column != "pl_name" for column in self.draft),
                                self.errors)
            return Verdict(key, None, self.errors, found)
        self._settle_extra()
        checks.derive(self.draft, self.conversions, self.errors, self._warn)
        if self.conversions:
            notes = [self.draft["units_given"]] if "units_given" in self.draft else []
            notes += [note for note in dict.fromkeys(self.conversions) if note not in notes]
            self.draft["units_given"] = ";".join(notes)
        name = self.draft.get("pl_name")
        key = identity_key(name) if name is not None else None
        if name is None:
            if not any((TARGETS.get(given) or self._folded(given) or (None,))[0] is BY_NAME["pl_name"] for given, _,
                       _ in self.errors):
                self.errors.append(("pl_name", "", "missing_required"))
        elif key is None:
            self.errors.append(("pl_name", name, "no_identity"))
        checks.together(self.draft, self.errors, self._warn)
        if self.errors or key is None:
            return Verdict(key, None, self.errors)
        return Verdict(key, self.draft, self.warnings)


def fingerprint(columns: dict) -> str:
    """Equal for equal records, however they were spelled: -0 is 0, texts are compared by their characters."""
    missing = math.nan
    numbers = array("d", [columns.get(name, missing) + 0.0 for name in _NUMBERS])
    texts = "\x1e".join([columns.get(name, "\x1f") for name in _TEXTS])
    if not texts.isascii():
        texts = unicodedata.normalize("NFC", texts)
    return hashlib.blake2b(numbers.tobytes() + texts.encode(), digest_size=16).hexdigest()
