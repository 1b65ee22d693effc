"""Readers of the tables: a Spark session with Hive support, Spark's HiveServer2 (the Thrift Server), and beeline on it.

All of it is in PyPI's pyspark. Loopback only; every process is stopped by its own pid.
"""
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyspark.sql

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ports import free_port  # noqa: E402

HOME = Path(pyspark.__file__).parent
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")

# Time stamps in the files are moments; they are compared in UTC.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
}


def session(metastore, warehouse):
    builder = pyspark.sql.SparkSession.builder.master("local[2]").appName("planetarium-test")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return (builder.config("spark.hadoop.hive.metastore.uris", metastore.address)
            .config("spark.sql.warehouse.dir", str(warehouse)).enableHiveSupport().getOrCreate())


class ThriftServer:
    """Spark's HiveServer2, without authentication."""

    def __init__(self, metastore, folder):
        self.metastore = metastore
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process = None

    def start(self, seconds=300):
        settings = SETTINGS | {"spark.hadoop.hive.metastore.uris": self.metastore.address,
                               "spark.sql.warehouse.dir": str(self.folder / "warehouse")}
        command = [HOME / "bin" / "spark-submit", "--class",
                   "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "--master", "local[2]",
                   "--driver-memory", "1g"]
        for name, value in settings.items():
            command += ["--conf", f"{name}={value}"]
        command += ["spark-internal", "--hiveconf", f"hive.server2.thrift.port={self.port}",
                    "--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1", "--hiveconf",
                    "hive.server2.authentication=NOSASL"]
        with (self.folder / "thriftserver.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=os.environ | {"SPARK_HOME": str(HOME)})
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.3)
        raise RuntimeError("no Thrift Server: " + (self.folder / "thriftserver.log").read_text()[-3000:])

    def beeline(self, query):
        """The rows of a query as lists of texts, header first, as the command-line client prints them."""
        # From a file: a query on the command line is echoed with a prompt.
        script = self.folder / "query.sql"
        script.write_text(query + ";\n")
        done = subprocess.run(
            [str(HOME / "bin" / "beeline"), "-u", f"jdbc:hive2://127.0.0.1:{self.port}/default;auth=noSasl", "-n",
             "test", "--silent=true", "--outputformat=csv2", "-f", str(script)],
            capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
            # A terminal would get prompts and control characters.
            env=os.environ | {"SPARK_HOME": str(HOME), "TERM": "dumb"})
        assert done.returncode == 0, done.stderr
        # Where it clears its progress bar without a terminal it prints "null".
        lines = (line.removeprefix("null").strip() for line in done.stdout.splitlines())
        return [line.split(",") for line in lines if line]

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
