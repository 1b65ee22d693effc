"""One engine and the images for all tests of this folder. Everything is removed at the end, also after a failure."""
import os
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1] / "Support" / "docker")]
import images  # noqa: E402
from engine import Engine, EngineMissing  # noqa: E402
from stack import Stack  # noqa: E402


@pytest.fixture(scope="session")
def engine():
    try:
        made = Engine().start()
    except EngineMissing as error:
        pytest.exit(f"test-compose: {error}", returncode=1)
    names = []
    try:
        if os.environ.get("PLANETARIUM_IMAGES") != "pull":
            names = images.make(made)
        yield made
    finally:
        if not made.is_own and names:
            made.run("docker", "rmi", "-f", *names)
        made.stop()


@pytest.fixture
def stack(engine):
    """Makes stacks; each is removed after its test."""
    made = []

    def make(*options):
        made.append(Stack(engine, *options))
        return made[-1]

    yield make
    for each in made:
        each.remove()
