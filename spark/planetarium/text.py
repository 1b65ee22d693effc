"""Text compared as Planetarium compares it: folded names of fields, identity keys of planets, days.

Not which field means what (columns.py). The rules are those of Sources/PlanetCore/FoldedText.swift, IdentityKey.swift
and CivilDate.swift."""
import datetime
import re
import unicodedata
from functools import lru_cache

SPACE = "".join(map(chr, range(33))) + "\u00a0"
EPOCH = datetime.date(1970, 1, 1)
_APOSTROPHES = "\u2018\u2019\u201b\u02bc\u02b9\u2032\u00b4\u02bb"
_BAYER = dict(zip(
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    "alf bet gam del eps zet eta tet iot kap lam mu nu xi omi pi rho sig sig tau ups phi chi psi ome".split()))


def fold(text: str) -> str:
    """NFKC, case folded, without diacritics; dashes are "-", white space is " ", Greek letters are their Bayer form."""
    out = []
    for sign in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()):
        category = unicodedata.category(sign)
        if category in ("Mn", "Cf", "Cc"):
            continue
        if category == "Pd" or sign == "\u2212":
            out.append("-")
        elif category in ("Zs", "Zl", "Zp"):
            out.append(" ")
        elif sign in _APOSTROPHES:
            out.append("'")
        else:
            out.append(_BAYER.get(sign, sign))
    return unicodedata.normalize("NFC", "".join(out))


@lru_cache(4096)
def field_name(text: str) -> str:
    """Lower case, without accents, one underscore where there were other signs."""
    return re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")


_DROPPED = re.compile("['`\"()\x00-\x08\x0e-\x1f\x7f]")
_SEPARATORS = re.compile(r"[\t-\r _-]+")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])\x00(?=[0-9])")
_NAMED = re.compile(r"[0-9a-z\u0080-\U0010ffff]")
_UPPER = {code: code + 32 for code in range(0x41, 0x5b)}
_CATALOGUES = [(re.compile(f"^{name}0*(?=[0-9])"), name) for name in ("koi", "kic", "toi", "tic", "epic")]
_KEPLER = re.compile(r"^k[0-9]{5}\.[0-9]{2}$")


@lru_cache(65536)
def identity_key(name: str) -> str | None:
    """The key of a planet's name; None where nothing is left of it."""
    text = _DROPPED.sub("", name if name.isascii() else fold(name)).translate(_UPPER)
    text = _BETWEEN_DIGITS.sub("-", _SEPARATORS.sub("\x00", text.strip("\t\n\v\f\r _-"))).replace("\x00", "")
    if not _NAMED.search(text):
        return None
    if text.startswith("g"):
        return re.sub("^(gl|gliese)(?=[0-9])", "gj", text)
    if _KEPLER.match(text):
        return "koi" + _without_zeros(text[1:])
    for pattern, prefix in _CATALOGUES:
        if found := pattern.match(text):
            # A zero before no digit stays.
            return prefix + text[found.end():]
    return text


def _without_zeros(text: str) -> str:
    return re.sub("^0+(?=[0-9])", "", text)


@lru_cache(65536)
def host_key(name: str) -> str:
    return identity_key(name) or name


_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_FRENCH = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", re.ASCII)


def day(text: str) -> int | None:
    """YYYY-MM-DD or DD/MM/YYYY as days since 1970-01-01."""
    if found := _ISO.fullmatch(text):
        year, month, number = map(int, found.groups())
    elif found := _FRENCH.fullmatch(text):
        number, month, year = map(int, found.groups())
    else:
        return None
    try:
        return (datetime.date(year, month, number) - EPOCH).days
    except ValueError:
        return None
