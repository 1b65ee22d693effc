"""Alias records, {"pl_name", "alias_of", "alias_source"}: read and held against their rules
(Sources/PlanetCore/AliasRecords.swift).

Not what an alias does to its key (fold.py).
"""
from dataclasses import dataclass

from .columns import BY_NAME
from .text import identity_key

# The members of an alias record by their names, with the longest text of each. Other spellings are unknown fields.
MEMBERS = {"alias_of": BY_NAME["pl_name"].max_length, "alias_source": 256}


@dataclass(slots=True)
class Alias:
    name: str
    of: str
    of_key: str
    source: str | None


def settle(name: str | None, members: dict, has_values: bool, errors: list) -> tuple[Alias | None, str | None]:
    """The alias, None where there are errors, and the key of its name. `name`: the record's pl_name."""
    if has_values:
        errors.append(("", name or "", "alias_with_values"))
    key = _key(name, "pl_name", errors)
    of = members.get("alias_of")
    of_key = _key(of, "alias_of", errors)
    if key is not None and key == of_key:
        errors.append(("pl_name", name, "alias_to_itself"))
    if errors or key is None or of_key is None:
        return None, key
    return Alias(name, of, of_key, members.get("alias_source")), key


def _key(name, field, errors):
    if name is None:
        if not errors:
            errors.append((field, "", "missing_required"))
        return None
    key = identity_key(name)
    if key is None:
        errors.append((field, name, "no_identity"))
    return key
