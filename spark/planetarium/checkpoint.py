"""Spark's checkpoint, as far as the job must read it: which offsets a batch was given (Spark writes them before it runs
the batch), and where the query continues. The files are in Spark's own format, the same in 3.5 and 4.1."""
import json

from .lake import Files


class Checkpoint:
    def __init__(self, spark, path: str, topic: str):
        self.files, self.path, self.topic = Files(spark, path), path.rstrip("/"), topic

    def ends(self, batch: int) -> dict[int, int] | None:
        """By partition, the offset after the batch; None if unknown (another source, no such batch)."""
        offsets = json.loads(self._planned(batch)[-1]).get(self.topic) if batch in self._numbers("offsets") else None
        return {int(partition): offset for partition, offset in offsets.items()} if isinstance(offsets, dict) else None

    def shuffle_partitions(self) -> int | None:
        """The number it was made with, which Spark keeps."""
        planned = self._numbers("offsets")
        kept = json.loads(self._planned(max(planned))[1]).get("conf", {}) if planned else {}
        return int(kept["spark.sql.shuffle.partitions"]) if "spark.sql.shuffle.partitions" in kept else None

    def objection(self, state: dict, lake: str) -> str | None:
        """Why the query can't continue after the last batch that the checkpoint has as finished; None if it can."""
        done = self._numbers("commits")
        for partition, start in sorted(((self.ends(max(done)) if done else None) or {}).items()):
            if start > (end := state["ends"].get(str(partition), 0)):
                return (f"the checkpoint {self.path} is ahead of the lake {lake}: it goes on at {self.topic}/"
                        f"{partition} offset {start}, the lake ends before {end}. The lake was removed, or is another "
                        "or an older one: give the job the lake of this checkpoint, or remove the checkpoint, and the "
                        "topic is read from where the lake ends")
        return None

    def _planned(self, batch: int) -> list[str]:
        return self.files.read(f"{self.path}/offsets/{batch}").decode().splitlines()

    def _numbers(self, folder: str) -> list[int]:
        return [int(name) for name in self.files.names(f"{self.path}/{folder}") if name.isdigit()]
