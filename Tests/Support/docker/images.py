"""The images that the Dockerfiles and docker-compose.yml name, made on this machine, for one that can't pull any:
Debian by debootstrap, Swift's from the toolchain on the PATH, a stand-in of apache/kafka's from Apache Kafka's jars,
whose entry point turns the variables KAFKA_* into server.properties as the real one does, and one of apache/spark's
from pyspark.

Packages come from where the machine itself has them from (its sources.list)."""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE.parent / "kafka"))
import kafka  # noqa: E402

DEBIAN = re.search(r"^FROM (debian:\S+)", (ROOT / "Dockerfile").read_text(), re.M).group(1)
SWIFT = re.search(r"^FROM (swift:\S+)", (ROOT / "Dockerfile").read_text(), re.M).group(1)
KAFKA = re.search(r"image: (apache/kafka:\S+)", (ROOT / "docker-compose.yml").read_text()).group(1)
SPARK = re.search(r"^FROM (apache/spark:\S+)", (ROOT / "spark/Dockerfile").read_text(), re.M).group(1)
SOURCES = "/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"
# What Swift's own image for Debian 12 installs.
SWIFT_PACKAGES = [
    "binutils", "ca-certificates", "git", "libc6-dev", "libcurl4-openssl-dev", "libedit2", "libgcc-12-dev",
    "libncurses-dev", "libpython3-dev", "libsqlite3-0", "libstdc++-12-dev", "libxml2-dev", "libz3-dev", "pkg-config",
    "tzdata", "zlib1g-dev"]
# Parts of the toolchain that no build of a package needs: half of its size.
NOT_NEEDED = [
    "usr/local", "usr/bin/lldb*", "usr/lib/liblldb*", "usr/bin/sourcekit-lsp", "usr/lib/libsourcekitd*",
    "usr/bin/docc", "usr/bin/clangd", "usr/lib/libclang.so*", "usr/bin/swift-format", "usr/bin/wasm*",
    "usr/lib/swift/embedded", "usr/lib/swift/FrameworkABIBaseline"]


def make(engine):
    """Those of Debian, Swift and Kafka that the engine does not have; their names."""
    return _make(engine, (DEBIAN, _debian), (SWIFT, _swift), (KAFKA, _kafka))


def make_spark(engine):
    """The same of Spark, after `make`. From the Python environment of `Scripts/setup spark`."""
    return _make(engine, (SPARK, _spark))


def _make(engine, *ways):
    made = []
    for name, way in ways:
        if name not in engine.run("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").split():
            with tempfile.TemporaryDirectory(prefix="planetarium-image-") as scratch:
                way(engine, Path(scratch))
            made.append(name)
    return made


def _installing(packages):
    return ("RUN apt-get update && mkdir -p /usr/share/man/man1 && DEBIAN_FRONTEND=noninteractive apt-get install -y"
            f" --no-install-recommends {' '.join(packages)} && rm -rf /var/lib/apt/lists/*\n")


def _mirror():
    """Where this machine has Debian 12 from."""
    for path in map(Path, SOURCES):
        text = path.read_text() if path.exists() else ""
        if "bookworm" in text and (found := re.search(r"^(?:URIs: *|deb (?:\[.*?\] )?)(http\S+)", text, re.M)):
            return found.group(1)
    return "http://deb.debian.org/debian"


def _debian(engine, scratch):
    root = scratch / "root"
    done = subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root, _mirror()], capture_output=True,
                          text=True, timeout=600)
    assert done.returncode == 0, f"debootstrap: {(done.stdout + done.stderr)[-2000:]}"
    (root / "etc/apt/sources.list").unlink()
    for path in [*SOURCES, *Path("/etc/apt/apt.conf.d").glob("99*")]:
        if Path(path).exists():
            shutil.copy(path, root / str(path).lstrip("/"))
    for folder, pattern in (("var/cache/apt/archives", "*.deb"), ("var/lib/apt/lists", "*_*")):
        for path in (root / folder).glob(pattern):
            path.unlink()
    _piped(engine, ["tar", "-C", root, "-c", "."], ["docker", "import", "-", DEBIAN])


def _swift(engine, scratch):
    program = shutil.which("swift")
    assert program, "no swift on the PATH"
    toolchain = Path(program).resolve().parents[2]
    (scratch / "Dockerfile").write_text(f"FROM {DEBIAN}\n{_installing(SWIFT_PACKAGES)}COPY usr/ /usr/\n")
    without = [f"--exclude={pattern}" for pattern in NOT_NEEDED]
    _piped(engine, ["tar", "-c", *without, "-C", scratch, "Dockerfile", "-C", toolchain, "usr"],
           ["docker", "build", "-q", "-t", SWIFT, "-"])


def _kafka(engine, scratch):
    shutil.copytree(HERE / "kafka", scratch, dirs_exist_ok=True)
    shutil.copytree(kafka.jars(), scratch / "libs")
    (scratch / "log4j2.properties").write_text(kafka.LOG4J)
    text = (scratch / "Dockerfile").read_text()
    java = _installing(["openjdk-17-jre-headless"])
    (scratch / "Dockerfile").write_text(f"FROM {DEBIAN}\n{java}{text}")
    engine.run("docker", "build", "-q", "-t", KAFKA, scratch)


def _spark(engine, scratch):
    packages = next((ROOT / ".venv-spark" / "lib").glob("python3.*")) / "site-packages"
    (scratch / "Dockerfile").write_text(
        f"FROM {DEBIAN}\n" + _installing(["ca-certificates", "openjdk-17-jre-headless", "procps", "python3-pip"])
        # As on this machine, where packages may come through something that has a certificate of its own.
        + "COPY certificates /etc/ssl/certs/ca-certificates.crt\n"
        "ENV SPARK_HOME=/opt/spark PIP_BREAK_SYSTEM_PACKAGES=1 PIP_CERT=/etc/ssl/certs/ca-certificates.crt\n"
        "RUN useradd --system --uid 185 spark\nCOPY pyspark /opt/spark\nUSER spark\n")
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", scratch / "certificates")
    _piped(engine, ["tar", "-c", "-C", scratch, "Dockerfile", "certificates", "-C", packages, "pyspark"],
           ["docker", "build", "-q", "-t", SPARK, "-"])


def _piped(engine, source, sink):
    producer = subprocess.Popen(source, stdout=subprocess.PIPE)
    engine.run(*sink, stdin=producer.stdout)
    producer.stdout.close()
    assert producer.wait(60) == 0, source
