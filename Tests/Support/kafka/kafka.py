#!/usr/bin/env python3
"""Apache Kafka itself on this machine, for the tests: 1 or 3 KRaft nodes (broker and controller each) from the jars of
its Maven artifacts, on free loopback ports.

    kafka.py jars       prints the folder of the jars; says what to do, and exits 3, where there is none

The jars are where Tests/Support/jars.py finds them (KAFKA_JARS names a folder; Maven fetches them), else in
KAFKA_HOME/libs of an unpacked Apache Kafka. Java 17 runs them. A broker is ended by its own process id.
"""
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import jars as jar_folders  # noqa: E402
from ports import free_ports  # noqa: E402

VERSION = "4.3.1"
PROTOCOLS = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
ARTIFACTS = [
    f"org.apache.kafka:kafka_2.13:{VERSION}", f"org.apache.kafka:kafka-tools:{VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4",
]
LOG4J = """rootLogger.level=info
rootLogger.appenderRef.o.ref=o
appender.o.type=Console
appender.o.name=o
appender.o.layout.type=PatternLayout
appender.o.layout.pattern=[%d] %p %m (%c)%n
"""
JAAS = """KafkaServer {
  org.apache.kafka.common.security.plain.PlainLoginModule required
  username="admin" password="admin-secret" user_admin="admin-secret" user_desk="desk-secret";
};
"""


def jars():
    """The folder of the jars; LookupError says what to do where there is none."""
    try:
        return jar_folders.find(f"kafka-{VERSION}", "KAFKA_JARS", ARTIFACTS)
    except jar_folders.JarsMissing as missing:
        libraries = Path(os.environ.get("KAFKA_HOME", "/nowhere"), "libs")
        if any(libraries.glob("kafka-clients-*.jar")):
            return libraries.resolve()
        raise LookupError(f"{missing}; or set KAFKA_HOME to an unpacked Apache Kafka 4") from None


class Cluster:
    """`nodes` brokers; `settings`: more lines of server.properties. `address` is where clients find them."""

    def __init__(self, folder, nodes=1, settings=(), tls=None, sasl=False, doors=()):
        """`tls`: a folder with kafka.p12 (password "planetarium"): listeners with TLS besides. `sasl`: listeners with
        SASL PLAIN (user "desk", password "desk-secret"); with both there are some with both, too. `doors`: a port a
        node, where a proxy (doors.py) listens: a listener DOORS besides, whose clients are sent on to these."""
        self.folder, self.nodes, self.jars = Path(folder), nodes, jars()
        self.settings, self.tls, self.sasl, self.doors = list(settings), tls, sasl, doors
        self.processes = {}
        self.ports = {}
        names = ["PLAINTEXT", "CONTROLLER"] + ["SSL"] * bool(tls) + ["SASL_PLAINTEXT"] * sasl + ["SASL_SSL"] * bool(
            tls and sasl) + ["DOORS"] * bool(doors)
        ports = iter(free_ports(nodes * len(names)))
        for name in names:
            self.ports[name] = [next(ports) for _ in range(nodes)]
        self.address = self.address_of("PLAINTEXT")
        self._prepare()

    def address_of(self, listener):
        """HOST:PORT,... of PLAINTEXT, SSL or SASL_PLAINTEXT."""
        return ",".join(f"127.0.0.1:{port}" for port in self.ports[listener])

    def start(self):
        for node in range(1, self.nodes + 1):
            self._launch(node)
        for node in range(1, self.nodes + 1):
            self._wait(node)
        return self

    def kill(self, node, sig=signal.SIGKILL):
        self.processes[node].send_signal(sig)
        if sig in (signal.SIGKILL, signal.SIGTERM):
            self.processes[node].wait(60)

    def start_again(self, node):
        """On what it had."""
        self._launch(node)
        self._wait(node)

    def stop(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
        for process in self.processes.values():
            process.wait(60)

    # Settings

    def _prepare(self):
        self.folder.mkdir(parents=True)
        (self.folder / "log4j2.properties").write_text(LOG4J)
        (self.folder / "jaas.conf").write_text(JAAS)
        voters = ",".join(f"{i + 1}@127.0.0.1:{port}" for i, port in enumerate(self.ports["CONTROLLER"]))
        cluster = secrets.token_urlsafe(16)
        while cluster.startswith("-"):
            cluster = secrets.token_urlsafe(16)
        for node in range(1, self.nodes + 1):
            home = self.folder / str(node)
            home.mkdir()
            (home / "server.properties").write_text("\n".join(self._properties(node, voters)) + "\n")
            self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", home / "server.properties", node=node)

    def _properties(self, node, voters):
        listeners = {name: f"{name}://127.0.0.1:{ports[node - 1]}" for name, ports in self.ports.items()}
        advertised = {name: text for name, text in listeners.items() if name != "CONTROLLER"}
        if self.doors:
            advertised["DOORS"] = f"DOORS://127.0.0.1:{self.doors[node - 1]}"
        replicas = self.nodes
        lines = [
            "process.roles=broker,controller", f"node.id={node}", f"controller.quorum.voters={voters}",
            "listeners=" + ",".join(listeners.values()),
            "advertised.listeners=" + ",".join(advertised.values()),
            "controller.listener.names=CONTROLLER",
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,DOORS:PLAINTEXT,"
            + ",".join(f"{name}:{name}" for name in PROTOCOLS),
            "inter.broker.listener.name=PLAINTEXT", f"log.dirs={self.folder / str(node) / 'data'}",
            "auto.create.topics.enable=false", f"offsets.topic.replication.factor={replicas}",
            f"transaction.state.log.replication.factor={replicas}",
            f"transaction.state.log.min.isr={min(2, replicas)}", f"default.replication.factor={replicas}",
            "offsets.topic.num.partitions=4", "transaction.state.log.num.partitions=4",
            "group.initial.rebalance.delay.ms=0", "num.network.threads=2", "num.io.threads=4",
        ]
        if self.tls:
            lines += [
                f"ssl.keystore.location={self.tls}/kafka.p12", "ssl.keystore.type=PKCS12",
                "ssl.keystore.password=planetarium", "ssl.key.password=planetarium"]
        if self.sasl:
            lines.append("sasl.enabled.mechanisms=PLAIN")
        return lines + self.settings

    # Processes

    def _command(self, main, *arguments, heap="384m"):
        return [
            "java", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}",
            f"-Djava.security.auth.login.config={self.folder / 'jaas.conf'}", "-cp", f"{self.jars}/*", main,
            *map(str, arguments)]

    def _java(self, main, *arguments, node):
        # To a file: a process that inherits a pipe would keep it open.
        with open(self.folder / str(node) / "out.log", "ab") as out:
            streams = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out}
            subprocess.run(self._command(main, *arguments), check=True, timeout=120, **streams)

    def _launch(self, node):
        home = self.folder / str(node)
        with open(home / "out.log", "ab") as out:
            streams = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out}
            self.processes[node] = subprocess.Popen(
                self._command("kafka.Kafka", home / "server.properties"), **streams)

    def _wait(self, node, seconds=90):
        """Until the broker answers a client's question about the cluster with itself in it."""
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient
        address = f"127.0.0.1:{self.ports['PLAINTEXT'][node - 1]}"
        client = AdminClient({"bootstrap.servers": address, "log_level": 0})
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.processes[node].poll() is not None:
                break
            try:
                if node in client.list_topics(timeout=2).brokers:
                    return
            except KafkaException:
                time.sleep(0.2)
        log = (self.folder / str(node) / "out.log").read_text(errors="replace")
        raise RuntimeError(f"broker {node} does not answer:\n{log[-2000:]}")


if __name__ == "__main__":
    if sys.argv[1:] != ["jars"]:
        sys.exit(__doc__)
    try:
        print(jars())
    except LookupError as error:
        print(f"test-kafka: {error}", file=sys.stderr)
        sys.exit(3)
