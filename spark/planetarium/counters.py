"""Counts of what came, whatever it did: totals of records, warnings, rejects, submissions by minute and day. Added up
batch by batch, in the state. Not what the catalogue holds (board.py)."""
import datetime

# The newest so many are kept.
KEPT = {"minute": 60, "day": 400}


def added(counts: dict[str, int], summaries: list[dict]) -> dict[str, int]:
    """Both together, as `aggregate/group`. The fold counts minutes since 1970."""
    total = dict(counts)

    def add(group, count):
        total[group] = total.get(group, 0) + count

    for summary in summaries:
        for group, count in summary["counts"].items():
            if group.startswith("rate/"):
                moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(minutes=int(group[5:]))
                add(f"rate/minute/{moment:%Y-%m-%dT%H:%MZ}", count)
                add(f"rate/day/{moment:%Y-%m-%d}", count)
            else:
                add(group, count)
    for kind, places in KEPT.items():
        for old in sorted((group for group in total if group.startswith(f"rate/{kind}/")), reverse=True)[places:]:
            del total[old]
    return dict(sorted(total.items()))


def board(counts: dict[str, int]) -> dict[str, dict]:
    """As on the board: aggregate -> group -> count. The totals are there when they are 0, too."""
    made = {"totals": dict.fromkeys(("records", "revisions", "duplicates", "withdrawals", "rejected", "warned", "late"),
                                    0), "rate": {}, "warnings": {}, "rejects": {}}
    for group, count in counts.items():
        aggregate, name = group.split("/", 1)
        made[aggregate][name] = count
    return made
