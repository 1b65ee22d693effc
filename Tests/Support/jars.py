"""Where the jars of a Java server lie that is in neither Debian nor PyPI.

    jars.find("hive-metastore-4.0.1", "HIVE4_JARS", ["org.apache.hive:hive-standalone-metastore-server:4.0.1", ...])

In order: the folder that the environment variable names; a folder `jars/NAME` beside the project's; what Maven fetched
before, or fetches now, into .build/jars/NAME. None of them: JarsMissing, with a sentence that says what to do.
"""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class JarsMissing(LookupError):
    """Says in one line what is missing and how it can be had."""


def find(name, variable, artifacts, exclusions=()):
    """The folder with the jars. `artifacts`: GROUP:ARTIFACT:VERSION; `exclusions`: GROUP:ARTIFACT, of all of them."""
    if given := os.environ.get(variable):
        if not list(Path(given).glob("*.jar")):
            raise JarsMissing(f"{variable}={given} holds no jars")
        return Path(given).resolve()
    for folder in (ROOT.parent / "shared" / "jars" / name, ROOT / ".build" / "jars" / name):
        if folder.is_dir() and list(folder.glob("*.jar")):
            return folder.resolve()
    if not shutil.which("mvn"):
        raise JarsMissing(f"{name}: set {variable} to a folder with its jars ({', '.join(artifacts)} and what they"
                          " depend on), or install Maven, which fetches them")
    return _fetch(ROOT / ".build" / "jars" / name, artifacts, exclusions)


def _fetch(folder, artifacts, exclusions):
    without = "".join("<exclusion><groupId>%s</groupId><artifactId>%s</artifactId></exclusion>" % tuple(each.split(":"))
                      for each in exclusions)
    dependencies = "".join(
        "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>" % tuple(each.split(":"))
        + f"<exclusions>{without}</exclusions></dependency>" for each in artifacts)
    with tempfile.TemporaryDirectory() as scratch:
        pom = Path(scratch) / "pom.xml"
        pom.write_text('<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
                       "<groupId>local</groupId><artifactId>jars</artifactId><version>1</version>"
                       f"<dependencies>{dependencies}</dependencies></project>")
        aside = Path(scratch) / "jars"
        done = subprocess.run(
            ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime",
             f"-DoutputDirectory={aside}"], capture_output=True, text=True)
        if done.returncode or not list(aside.glob("*.jar")):
            said = (done.stdout + done.stderr).strip()[-300:]
            raise JarsMissing(f"Maven could not fetch {', '.join(artifacts)}: {said}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(aside, folder)  # last: a fetch that was cut short is made again
    return folder
