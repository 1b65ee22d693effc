"""Counts of what came, whatever it did: totals of records, warnings, rejects, submissions by minute and day. Added up
batch by batch, in the state.

Not what the catalogue holds (board.py).
"""
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .columns import SENTENCES
from .fold import REFUSING

KEPT = {"minute/": 60, "day/": 400}


def of_batch(records: DataFrame) -> dict[str, int]:
    """`aggregate/group` -> count. One pass."""
    text = F.date_format("log_timestamp", "yyyy-MM-dd'T'HH:mm'Z'")
    minute, day = F.concat(F.lit("rate/minute/"), text), F.concat(F.lit("rate/day/"),
                                                                  F.date_format("log_timestamp", "yyyy-MM-dd"))
    changed = ~F.col("change").isin("duplicate", "late")
    total = (
        F.when(F.col("verdict") == "reject", "totals/rejected").when(F.col("change") == "duplicate",
                                                                     "totals/duplicates")
        .when(F.col("change").isin("revision", "reinstatement"),
              "totals/revisions").when(F.col("change") == "withdrawal", "totals/withdrawals")
        .when(F.col("change") == "late", "totals/late"))

    def named(aggregate):
        return F.transform("rules", lambda rule: F.concat(F.lit(aggregate), _counted(rule)))

    rules = F.when(F.col("verdict") == "reject", named("rejects/")).when(changed, named("warnings/"))
    warned = F.when(changed & (F.col("verdict") == "warn"), "totals/warned")
    groups = F.concat(F.array(F.lit("totals/records"), minute, day, total, warned),
                      F.coalesce(rules, F.array().cast("array<string>")))
    rows = records.select(F.explode(groups).alias("group")).where("group is not null").groupBy(
        "group").count().collect()
    return {row["group"]: row["count"] for row in rows}


def _counted(rule):
    """A rule that is none of ours is counted with all others of its kind (docs/LIVE.md)."""
    return F.when(rule.isin(*SENTENCES), rule).otherwise("other")


def has_refused(counts: dict[str, int]) -> bool:
    """Whether records were refused because of what came before."""
    return any("rejects/" + rule in counts for rule in REFUSING)


def added(counts: dict[str, int], more: dict[str, int]) -> dict[str, int]:
    """Both together; of minutes and days the newest."""
    total = {group: counts.get(group, 0) + more.get(group, 0) for group in counts.keys() | more.keys()}
    for kind, places in KEPT.items():
        for old in sorted((group for group in total if group.startswith("rate/" + kind)), reverse=True)[places:]:
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
