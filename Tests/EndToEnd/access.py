"""Tokens, as `planetarium token` makes them, and requests that carry them."""
import os
import subprocess

from running import BINARY, ROOT

ROLES = ("read", "submit", "curate", "admin")


def run(*arguments, env=None):
    """The binary with these arguments, to its end."""
    return subprocess.run(
        [str(BINARY), *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, **(env or {})})


def token(file, name, role):
    made = run("token", "add", name, "--role", role, "--tokens", file)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def bearer(text):
    return {"Authorization": f"Bearer {text}"}
