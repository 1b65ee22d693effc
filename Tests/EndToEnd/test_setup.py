"""Set-up and deployment files: the list of Debian packages against what the sources include and link, the Makefile, the
shell scripts, the Dockerfile against the binary, the compose file. Whether a Docker engine runs them: Tests/Compose."""
import os
import re
import shutil
import subprocess
import time

import pytest

from running import BINARY, ROOT

PACKAGES = ROOT / "Scripts" / "packages.txt"
MODULE_MAPS = sorted(ROOT.glob("Sources/*/module.modulemap"))
TRIPLET = f"{os.uname().machine}-linux-gnu"
# What every Debian has, and what libstdc++-12-dev brings.
C_LIBRARY = {"libc6", "libc6-dev", "linux-libc-dev", "libgcc-s1"}


def packages():
    lines = [line.split() for line in PACKAGES.read_text().splitlines() if line and not line.startswith("#")]
    assert all(len(line) == 2 and line[0] in ("build", "docker", "kafka", "spark", "test") for line in lines), lines
    return lines


def build_packages():
    return {name for group, name in packages() if group == "build"}


def owners(paths):
    """The Debian package of each file that has one. Asked at once: dpkg reads all its lists for every question.

    Packages name a file with or without /usr in front of /lib.
    """
    names = {name: path for path in paths for real in [os.path.realpath(path)]
             for name in (real.removeprefix("/usr"), real, path.removeprefix("/usr"), path)}
    done = subprocess.run(["dpkg", "-S", *names], capture_output=True, text=True, timeout=60)
    found = dict(reversed(line.split(": ", 1)) for line in done.stdout.splitlines() if ": " in line)
    # In the order of `names`: the file's own name beats the one it is a link to.
    return {path: found[name].split(",")[0].split(":")[0] for name, path in names.items() if name in found}


def environment(**more):
    """Without what a `make` above this test run would hand down."""
    return {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")} | more


def run(*command, **kw):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, env=environment(), **kw)


# Packages


def test_packages_are_sorted_and_named_once():
    assert packages() == sorted(packages())
    for together in (("build", "test"), ("build", "spark")):
        names = [name for group, name in packages() if group in together]
        assert len(names) == len(set(names))


def test_every_linked_library_comes_from_a_listed_package():
    manifest = (ROOT / "Package.swift").read_text()
    libraries = set(re.findall(r'linkedLibrary\("(\w+)"', manifest))
    for module_map in MODULE_MAPS:
        libraries |= set(re.findall(r'^\s*link "([^"]+)"', module_map.read_text(), re.M))
    assert len(libraries) >= 9, libraries
    paths = {library: f"/usr/lib/{TRIPLET}/lib{library}.so" for library in libraries}
    found = owners(paths.values())
    for library, path in paths.items():
        assert found.get(path) in build_packages(), f"lib{library}.so comes from {found.get(path)}, not in packages.txt"


def test_every_included_header_comes_from_a_listed_package():
    sources = [p for folder in ROOT.glob("Sources/C*") for p in folder.rglob("*") if p.suffix in (".h", ".c", ".cpp")]
    names = {name for p in sources for name in re.findall(r"^#\s*include <([\w./+-]+)>", p.read_text(), re.M)}
    assert "zlib.h" in names and "openssl/ssl.h" in names
    allowed = build_packages() | C_LIBRARY
    # Without the C++ library's (libstdc++-12-dev) and the compiler's own.
    names = {name for name in names if "." in name} - {"stdbool.h", "stddef.h", "stdint.h"}
    paths = {name: [p for p in (f"/usr/include/{name}", f"/usr/include/{TRIPLET}/{name}") if os.path.exists(p)]
             for name in names}
    found = owners([p for some in paths.values() for p in some])
    for name, some in paths.items():
        packages_of_it = {found.get(p) for p in some}
        assert packages_of_it & allowed, f"<{name}> comes from {packages_of_it or 'nowhere'}, not in packages.txt"


def test_packages_named_in_the_manifest_are_listed():
    named = set(re.findall(r'debian\("\w+", "([\w.+-]+)"\)', (ROOT / "Package.swift").read_text()))
    assert len(named) >= 7
    assert named <= build_packages()


# Scripts and Makefile


def scripts():
    files = [p for folder in ("Scripts", ".ci") for p in (ROOT / folder).iterdir() if p.is_file()]
    return [p for p in files if p.read_bytes().startswith(b"#!/bin/sh")]


def test_shell_scripts_are_well_formed_and_executable():
    names = {p.name for p in scripts()}
    assert {"setup", "demo", "run"} <= names
    for script in scripts():
        done = run("sh", "-n", str(script))
        assert done.returncode == 0, done.stderr
        assert os.access(script, os.X_OK), script


@pytest.mark.parametrize("target", ["run", "build", "setup", "test", "test-swift", "test-end-to-end", "demo", "format",
                                    "clean"])
def test_make_knows_its_targets(target):
    done = run("make", "-n", target)
    assert done.returncode == 0, done.stderr
    assert "Nothing to be done" not in done.stdout
    if target == "run":
        assert "Scripts/setup build" in done.stdout
        assert "planetarium serve" in done.stdout.splitlines()[-1]
    if target == "test":
        assert done.stdout.index("swift test") < done.stdout.index("pytest"), "CI reads the last lines: pytest's"


def test_every_phony_target_has_a_rule():
    text = (ROOT / "Makefile").read_text()
    for target in " ".join(re.findall(r"^\.PHONY: (.*)$", text, re.M)).split():
        assert re.search(rf"^{re.escape(target)}:", text, re.M), target


def bare_path(folder, **stand_ins):
    """A PATH with the tools every Debian has, and programs of ours in place of some."""
    for tool in ("sh", "sed", "awk", "tr", "cmp", "dirname", "env", "cat", "grep", "head"):
        (folder / tool).symlink_to(shutil.which(tool))
    for name, body in stand_ins.items():
        file = folder / name.replace("_", "-")
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
    return {"PATH": str(folder)}


def installed_but(missing):
    lines = "\\n".join(f"ii  {name} " for _, name in packages() if name != missing)
    return f"printf '{lines}\\n'"


def test_a_user_who_may_not_install_is_told_in_one_line(tmp_path):
    path = bare_path(tmp_path, dpkg_query=installed_but("libsnappy-dev"), id="echo 1000")
    done = subprocess.run([ROOT / "Scripts" / "setup", "build"], capture_output=True, text=True, env=path, timeout=60)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "setup: missing Debian packages, and this user may not install them: libsnappy-dev"]


def test_a_failed_installation_is_told_in_one_line(tmp_path):
    path = bare_path(tmp_path, dpkg_query=installed_but("libsnappy-dev"), id="echo 0", apt_get='[ "$1" = update ]')
    done = subprocess.run([ROOT / "Scripts" / "setup", "build"], capture_output=True, text=True, env=path, timeout=60)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "setup: installing Debian packages: libsnappy-dev",
        "setup: could not install these Debian packages: libsnappy-dev"]


def test_sudo_does_not_wait_for_a_password_where_nobody_is(tmp_path):
    path = bare_path(tmp_path, dpkg_query=installed_but("libsnappy-dev"), id="echo 1000",
                     sudo='[ "$1" = -n ] && exit 1; sleep 60')
    done = subprocess.run(
        [ROOT / "Scripts" / "setup", "build"], capture_output=True, text=True, env=path, timeout=60,
        stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "setup: could not install these Debian packages: libsnappy-dev"


def test_missing_swift_is_told_in_one_line(tmp_path):
    path = bare_path(tmp_path, dpkg_query=installed_but(None), id="echo 1000")
    done = subprocess.run([ROOT / "Scripts" / "setup", "build"], capture_output=True, text=True, env=path, timeout=60)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "missing: Swift 6.2 or newer" in done.stderr


def test_setup_needs_neither_root_nor_sudo_where_nothing_is_missing(tmp_path):
    path = bare_path(tmp_path, dpkg_query=installed_but(None), id="echo 1000", swift="exit 1")
    done = subprocess.run([ROOT / "Scripts" / "setup", "build"], capture_output=True, text=True, env=path, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_make_run_serves_without_compiling_or_installing(tmp_path):
    """So it takes no longer than the binary does (half a second and less)."""
    if run("make", "-q", ".build/release/planetarium").returncode != 0:
        pytest.skip("the sources are newer than the binary: `make build` first")
    page = run("make", ".build/page/index.html")
    assert page.returncode == 0, page.stderr
    called = tmp_path / "called"
    for name in "swift", "apt-get", "esbuild", "pip":
        stub = tmp_path / name
        stub.write_text(f"#!/bin/sh\necho {name} \"$@\" >> {called}\nexit 1\n")
        stub.chmod(0o755)
    process = subprocess.Popen(
        ["make", "--no-print-directory", "run", f"ARGS=--listen 127.0.0.1:0 --data {tmp_path / 'data'}"], cwd=ROOT,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        env=environment() | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}, start_new_session=True)
    try:
        assert any("Planetarium serves http://" in line for line in process.stdout), "no address printed"
    finally:
        os.killpg(process.pid, 15)
        process.wait(60)
    lines = called.read_text().splitlines() if called.exists() else []
    assert lines == []


# Image and compose file


def stages():
    return re.split(r"^(?=FROM )", (ROOT / "Dockerfile").read_text(), flags=re.M)[1:]


def test_images_have_pinned_tags():
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    images += re.findall(r"^\s*image: (\S+)", (ROOT / "docker-compose.yml").read_text(), re.M)
    assert len(images) >= 4
    for image in images:
        assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)?$", image), f"{image} has no tag of a release"


def test_the_image_holds_every_library_the_binary_loads():
    """Only what the binary itself names; Debian's packages bring the rest."""
    listed = set(re.findall(r"^ {8}([a-z][\w.+-]*) \\$", stages()[-1], re.M))
    assert {"ca-certificates", "curl"} <= listed
    read = subprocess.run(["readelf", "-d", str(BINARY)], capture_output=True, text=True, check=True,
                          env=environment(LC_ALL="C")).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", read)
    # --static-swift-stdlib puts Swift's own into the image's binary.
    swift = ("libswift", "libdispatch", "libBlocksRuntime", "lib_", "libFoundation", "ld-linux")
    foreign = [name for name in needed if not name.startswith(swift)]
    assert len(foreign) >= 8, needed
    paths = {name: next(p for p in (f"/usr/lib/{TRIPLET}/{name}", f"/lib/{TRIPLET}/{name}") if os.path.exists(p))
             for name in foreign}
    found = owners(paths.values())
    for name, path in paths.items():
        assert found.get(path) in listed | C_LIBRARY, f"{name} comes from {found.get(path)}, not in the Dockerfile"


def test_the_image_is_no_root_and_has_a_health_check():
    last = stages()[-1]
    assert re.search(r"^USER (?!0|root)\d+:\d+$", last, re.M)
    assert re.search(r'^HEALTHCHECK .*\n\s+CMD \["curl", "-fsS".*/readyz"\]$', last, re.M)


CORE = {"kafka", "web", "stream"}
HADOOP = {"namenode", "datanode", "metastore", "hiveserver2"}
SPARK = {"spark-master", "spark-worker", "spark-job"}
WAITS = {
    "datanode": "namenode", "metastore": "datanode", "hiveserver2": "metastore", "spark-worker": "spark-master",
    "spark-job": "spark-worker"}


def services(text):
    """The services of a compose file and the lines of each; enough of YAML for a file of this shape."""
    body = re.search(r"^services:\n(.*?)(?=^\S|\Z)", text, re.M | re.S).group(1)
    parts = re.split(r"^  ([\w-]+):\n", body, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def test_every_service_has_a_health_check_and_waits_for_healthy_ones():
    found = services((ROOT / "docker-compose.yml").read_text())
    assert set(found) == CORE | {"single"} | HADOOP | SPARK
    for name, text in found.items():
        assert re.search(r"^    healthcheck:\n(?:\s+#.*\n)*      test: \[\"CMD", text, re.M), name
        for check in re.findall(r"^      test: (.*)$", text, re.M):
            assert "|| true" not in check and "exit 0" not in check, f"{name}: a check that cannot fail"
    for name in ("web", "stream"):
        assert re.search(r"depends_on:\n      kafka:\n        condition: service_healthy", found[name]), name
    for name, needed in WAITS.items():
        assert re.search(rf"depends_on:\n(?:      .*\n)*      {needed}:\n        condition: service_healthy",
                         found[name]), name
    assert "profiles: [single]" in found["single"]


@pytest.mark.parametrize("profiles,expected,volumes", [
    (["single"], CORE | {"single"}, {"kafka", "lake", "data"}),
    (["hadoop"], CORE | HADOOP, {"kafka", "lake", "namenode", "datanode", "metastore"}),
    (["spark"], CORE | HADOOP - {"hiveserver2"} | SPARK, {"kafka", "lake", "namenode", "datanode", "metastore"}),
])
def test_docker_compose_accepts_the_file(profiles, expected, volumes):
    if not (program := shutil.which("docker-compose")):
        pytest.skip("docker-compose is not installed (apt-get install docker-compose)")
    done = run(program, *(word for profile in profiles for word in ("--profile", profile)), "-f", "docker-compose.yml",
               "config")
    assert done.returncode == 0, done.stderr
    found = services(done.stdout)
    # 1.29 shows the services of every profile.
    assert expected <= set(found) <= CORE | {"single"} | HADOOP | SPARK
    for name, text in found.items():
        assert "healthcheck:" in text and "restart: unless-stopped" in text, name
        assert all(port.startswith("127.0.0.1:") for port in re.findall(r"^    ports:\n    - (\S+)", text, re.M)), name
    used = {volume for text in found.values() for volume in re.findall(r"^    - (\w+):/[\w/]+:rw$", text, re.M)}
    assert volumes <= used <= {"kafka", "lake", "data", "namenode", "datanode", "metastore"}


def stream_environment(*options):
    """The services of the compose file under these options, and what `stream` gets to know by variables."""
    if not (program := shutil.which("docker-compose")):
        pytest.skip("docker-compose is not installed (apt-get install docker-compose)")
    done = run(program, *options, "-f", "docker-compose.yml", "config")
    assert done.returncode == 0, done.stderr
    found = services(done.stdout)
    lines = re.search(r"^    environment:\n((?:      .*\n)+)", found["stream"], re.M).group(1)
    variables = dict(line.strip().split(": ", 1) for line in lines.splitlines())
    return set(found), {name: value for name, value in variables.items() if value != "null"}


@pytest.mark.parametrize("file,expected", [("spark/hadoop.env", CORE | HADOOP),
                                           ("spark/spark.env", CORE | HADOOP - {"hiveserver2"} | SPARK)])
def test_the_files_of_variables_bring_hdfs_and_hive_to_the_stream(file, expected):
    found, variables = stream_environment("--env-file", file)
    assert expected <= found
    assert variables == {
        "PLANETARIUM_LAKE": "hdfs://namenode:9870/planetarium", "PLANETARIUM_HIVE": "thrift://metastore:9083",
        "PLANETARIUM_HIVE_LOCATION": "hdfs://namenode:8020/planetarium"}
    # The binary takes them by these names: the tables are where Hive can open them.
    tables = subprocess.run([str(BINARY), "hive", "ddl"], capture_output=True, text=True, timeout=60,
                            env=environment(**variables))
    assert tables.returncode == 0, tables.stderr
    assert re.findall(r"LOCATION '([^']+)'", tables.stdout) == [
        f"hdfs://namenode:8020/planetarium/{name}" for name in ("discoveries", "predictions", "aggregates", "rejected")]
    del variables["PLANETARIUM_HIVE_LOCATION"]
    refused = subprocess.run([str(BINARY), "hive", "ddl"], capture_output=True, text=True, timeout=60,
                             env=environment(**variables))
    assert refused.returncode != 0 and "--hive-location" in refused.stderr


@pytest.mark.parametrize("options", [(), ("--profile", "single")])
def test_without_these_files_the_lake_is_a_volume_and_there_is_no_hive(options):
    assert stream_environment(*options)[1] == {"PLANETARIUM_LAKE": "file:/lake"}
