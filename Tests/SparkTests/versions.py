"""The Sparks that the job is tested on: each with an environment of its own (Scripts/setup spark) and its Kafka
source's jars, which Tests/Support/jars.py finds, or Maven fetches."""
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Support"))
import jars  # noqa: E402


@dataclass(frozen=True)
class Version:
    name: str
    number: str
    scala: str
    environment: str
    settings: tuple = ()

    @property
    def bin(self) -> Path:
        return ROOT / self.environment / "bin"

    def jars(self) -> str:
        """The source and what it depends on, as spark-submit's --jars wants them."""
        variable = "SPARK_KAFKA_JARS_" + self.number.replace(".", "_")
        folder = jars.find(f"spark-kafka-{self.number}", variable,
                           [f"org.apache.spark:spark-sql-kafka-0-10_{self.scala}:{self.number}"],
                           ["org.apache.hadoop:hadoop-client-runtime", "org.apache.hadoop:hadoop-client-api"])
        return ",".join(str(path) for path in sorted(folder.glob("*.jar")))


SPARK_3 = Version("3.5.7", "3.5.7", "2.12", ".venv-spark")
ANSI = Version("3.5.7-ansi", "3.5.7", "2.12", ".venv-spark", ("spark.sql.ansi.enabled=true",))
SPARK_4 = Version("4.1.1", "4.1.1", "2.13", ".venv-spark4")
ALL = [SPARK_3, ANSI, SPARK_4]
