"""Which sending a record is a copy of (Sources/PlanetCore/SubmissionID.swift): FNV-1a of 64 bits over the headers
idempotency-key, idempotency-copy and the record's bytes.

Many records at once, byte by byte with numpy: one by one, Python would spend more on this than on all the rules. Not
what a copy means (fold.py)."""
import numpy as np

_BASIS, _PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1
# Fewer records than these are quicker one by one.
_FEW = 8


def identifiers(keys: list, copies: list, values: list) -> list[int | None]:
    """None where the record has no key. A missing copy or value counts as empty."""
    found: list[int | None] = [None] * len(keys)
    texts = [
        (b"\0".join((key, copy or b"", value or b"")), place) for place,
        (key, copy, value) in enumerate(zip(keys, copies, values)) if key is not None]
    if not texts:
        return found
    # The longest first: those that still go on at a byte are the first so many.
    texts.sort(key=lambda text: -len(text[0]))
    shorter = -np.array([len(text) for text, _ in texts])
    starts = np.concatenate(([0], np.cumsum(-shorter)[:-1]))
    data = np.frombuffer(b"".join(text for text, _ in texts), np.uint8)
    hashes = np.full(len(texts), _BASIS, np.uint64)
    prime, at, live = np.uint64(_PRIME), 0, len(texts)
    while live >= _FEW:
        hashes[:live] = (hashes[:live] ^ data[starts[:live] + at]) * prime
        at += 1
        live = int(np.searchsorted(shorter, -at))
    for number, (_, place) in enumerate(texts):
        value = int(hashes[number])
        if number < live:
            for byte in texts[number][0][at:]:
                value = ((value ^ byte) * _PRIME) & _MASK
        found[place] = value - (1 << 64) if value >> 63 else value
    return found
