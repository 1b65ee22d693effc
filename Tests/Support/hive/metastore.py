"""A real Hive metastore with its database in a folder (Derby): Hive 2.3.9, from the jars that pyspark 3.5 carries, or
Hive 4.0.1, whose jars Tests/Support/jars.py finds.

    with Metastore(folder, "4.0.1") as metastore: ... metastore.port ... metastore.stop() ... metastore.start()

As a program it runs a command beside one: `metastore.py VERSION COMMAND...`; the command finds HOST:PORT in
PLANETARIUM_HIVE and the version in PLANETARIUM_HIVE_VERSION. It is stopped by its own pid. Java 17 must be installed.
"""
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyspark

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import jars  # noqa: E402
from ports import free_port  # noqa: E402

# Its client logs every attempt to connect that fails.
logging.getLogger("thrift").addHandler(logging.NullHandler())

VERSIONS = ["2.3.9", "4.0.1"]
SERVICE = "org.apache.hadoop.hive.metastore.HiveMetaStore"


# What Hive 4 and its DataNucleus reach into; its own start scripts open the same.
OPENED = ["java.base/java." + package for package in (
    "io lang lang.reflect math net nio text time util util.concurrent util.concurrent.atomic util.regex").split()]
OPENED += ["java.base/sun.nio.ch", "java.base/sun.security.action", "java.sql/java.sql"]


def class_path(version):
    bundled = Path(pyspark.__file__).parent / "jars"
    if version == "2.3.9":
        return f"{bundled}/*"
    folder = jars.find(
        "hive-metastore-4.0.1", "HIVE4_JARS",
        ["org.apache.hive:hive-standalone-metastore-server:4.0.1", "org.apache.hive:hive-metastore:4.0.1",
         "org.apache.derby:derby:10.14.2.0"], ["org.apache.hive:hive-exec"])
    # It catches an exception of HDFS's where it makes a database's folder; Hive finds that in Hadoop's own jars.
    hadoop = list((jars.ROOT / ".build" / "hdfs" / "jars").glob("hadoop-hdfs-3*.jar"))
    if not hadoop:
        raise jars.JarsMissing("Hadoop's jars: Tests/Support/hdfs/hdfs.py .build/hdfs install")
    return f"{folder}/*:{hadoop[0]}"


class Metastore:
    """The port stays the same from start to start, so that clients find it again."""

    def __init__(self, folder, version="2.3.9"):
        self.folder = Path(folder).resolve()
        self.version = version
        self.class_path = class_path(version)
        self.port = free_port()
        self.process = None

    @property
    def address(self):
        return f"thrift://127.0.0.1:{self.port}"

    def _configure(self):
        settings = {
            "javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={self.folder}/database;create=true",
            "javax.jdo.option.ConnectionDriverName": "org.apache.derby.jdbc.EmbeddedDriver",
            # There is no schematool in the jars: the tables are made as they are needed, and have no version row.
            "datanucleus.schema.autoCreateAll": "true",
            "hive.metastore.schema.verification": "false",
            "hive.metastore.warehouse.dir": f"file:{self.folder}/warehouse",
            # The asynchronous logger needs a jar that pyspark leaves out.
            "hive.async.log.enabled": "false",
        }
        if self.version != "2.3.9":
            settings |= {
                "metastore.warehouse.dir": f"file:{self.folder}/warehouse",
                # The usual one needs hive-exec.
                "metastore.expression.proxy": "org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy",
                "hive.metastore.event.db.notification.api.auth": "false",
            }
        conf = self.folder / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        (self.folder / "warehouse").mkdir(exist_ok=True)
        rows = "".join(f"<property><name>{k}</name><value>{v}</value></property>\n" for k, v in settings.items())
        (conf / "hive-site.xml").write_text(f"<configuration>\n{rows}</configuration>\n")
        (conf / "metastore-site.xml").write_text((conf / "hive-site.xml").read_text())
        (conf / "core-site.xml").write_text(
            "<configuration><property><name>fs.defaultFS</name><value>file:///</value></property></configuration>\n")
        (conf / "hive-log4j2.properties").write_text(
            "rootLogger.level=info\nrootLogger.appenderRef.out.ref=out\nappender.out.name=out\n"
            "appender.out.type=Console\nappender.out.layout.type=PatternLayout\n"
            "appender.out.layout.pattern=%d{HH:mm:ss} %p %c{1}: %m%n\n")

    def start(self, wait=True):
        self._configure()
        log = (self.folder / "metastore.log").open("ab")
        self.process = subprocess.Popen(
            ["java", "-Xmx512m", *(f"--add-opens={each}=ALL-UNNAMED" for each in OPENED),
             f"-Dderby.stream.error.file={self.folder}/derby.log",
             f"-Dlog4j.configurationFile=file:{self.folder}/conf/hive-log4j2.properties",
             "-cp", f"{self.folder}/conf:{self.class_path}", SERVICE, "-p", str(self.port)],
            cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        log.close()
        return self.wait() if wait else self

    def wait(self, seconds=180):
        """Until it answers a call: the port is open a little earlier."""
        from hmsclient import hmsclient
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with hmsclient.HMSClient(host="127.0.0.1", port=self.port) as client:
                    client.get_all_databases()
                return self
            except Exception:
                time.sleep(0.2)
        raise RuntimeError(f"no metastore on port {self.port}: " + (self.folder / "metastore.log").read_text()[-3000:])

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


if __name__ == "__main__":
    try:
        with tempfile.TemporaryDirectory(prefix="planetarium-hive-") as scratch, \
                Metastore(scratch, sys.argv[1]) as running:
            environment = os.environ | {
                "PLANETARIUM_HIVE": f"127.0.0.1:{running.port}", "PLANETARIUM_HIVE_VERSION": running.version}
            status = subprocess.run(sys.argv[2:], env=environment).returncode
    except jars.JarsMissing as missing:
        sys.exit(f"metastore: {missing}")
    sys.exit(status)
