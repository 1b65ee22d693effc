#!/usr/bin/env python3
"""A Docker engine for the tests.

    engine.py check     says in one line what is missing, and exits 1, where no engine can run

The engine that this machine runs already, where one answers; else Debian's `dockerd`, started as root with a folder and
a socket of its own and ended by its process id. Afterwards its data, its network bridges and its packet filter's rules
are gone.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAMS = {"dockerd": "docker.io", "docker-compose": "docker-compose", "debootstrap": "debootstrap",
            "iptables-save": "iptables", "ip": "iproute2"}
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")


class EngineMissing(RuntimeError):
    """Says in one line why no engine can run here."""


def answers(environment=None):
    done = subprocess.run(["docker", "info"], capture_output=True, env=environment, timeout=60)
    return done.returncode == 0


def needed():
    """EngineMissing where an engine neither runs nor can be started."""
    if not shutil.which("docker-compose"):
        raise EngineMissing("docker-compose is not installed (Debian's package docker-compose)")
    if shutil.which("docker") and answers():
        return
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)]
    if missing:
        raise EngineMissing(f"no Docker engine answers, and to start one these packages are missing: {missing}")
    if os.geteuid() != 0:
        raise EngineMissing("no Docker engine answers, and to start one this must be run as root")


def rules():
    """The packet filter's rules and chains, as (table, line)."""
    found, table = [], None
    for line in subprocess.run(["iptables-save"], capture_output=True, text=True, check=True).stdout.splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif line.startswith(("-A", ":")):
            found.append((table, line.split(" [")[0]))
    return found


def bridges():
    shown = subprocess.run(["ip", "-o", "link", "show", "type", "bridge"], capture_output=True, text=True, check=True)
    return {line.split(": ")[1] for line in shown.stdout.splitlines()}


class Engine:
    """`environment` is for the clients: docker, docker-compose."""

    def __init__(self):
        needed()
        os.environ["PATH"] += ":/usr/sbin:/sbin"
        self.environment = dict(os.environ, DOCKER_BUILDKIT="0", COMPOSE_DOCKER_CLI_BUILD="0")
        self.process = None
        self.is_own = not answers()

    def start(self):
        if not self.is_own:
            return self
        # Not below the project, whose path may be too long for a socket's.
        self.folder = Path(tempfile.mkdtemp(prefix="planetarium-docker-"))
        self.environment["DOCKER_HOST"] = f"unix://{self.folder}/socket"
        self.before = rules(), bridges(), FORWARDING.read_text()
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            ["dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec",
             "--pidfile", self.folder / "pid", "--host", self.environment["DOCKER_HOST"]],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            if answers(self.environment):
                return self
            time.sleep(0.2)
        last = (self.folder / "log").read_text(errors="replace").strip().splitlines()[-1:]
        self.stop()
        raise EngineMissing(f"dockerd does not run here: {''.join(last)[-400:]}")

    def run(self, *command, timeout=600, **more):
        """A client's command to its end; its output. AssertionError where it fails."""
        done = subprocess.run([*map(str, command)], env=self.environment, capture_output=True, text=True,
                              timeout=timeout, **more)
        assert done.returncode == 0, f"{' '.join(map(str, command))[:200]}: {(done.stdout + done.stderr)[-3000:]}"
        return done.stdout.strip()

    def stop(self):
        """Ends the engine with all its containers, and removes what it made."""
        if not self.process:
            return
        if self.process.poll() is None:
            subprocess.run("docker kill $(docker ps -q)", shell=True, env=self.environment, capture_output=True,
                           timeout=60)
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(30)
        self.process = None
        mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for place in reversed([each for each in mounted if each.startswith(f"{self.folder}/")]):
            subprocess.run(["umount", "-l", place], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._restore_network(*self.before)

    @staticmethod
    def _restore_network(old_rules, old_bridges, forwarding):
        for bridge in bridges() - old_bridges:
            subprocess.run(["ip", "link", "delete", bridge], check=True)
        new = [each for each in rules() if each not in old_rules]
        for table, line in new:
            if line.startswith("-A"):
                subprocess.run(f"iptables -t {table} -D {line[3:]}", shell=True, check=True)
        policies = {(table, line.split()[0][1:]): line.split()[1] for table, line in old_rules if line[0] == ":"}
        for table, line in new:
            if line.startswith(":"):
                chain = line.split()[0][1:]
                if policy := policies.get((table, chain)) or (line.split()[1] != "-" and "ACCEPT"):
                    subprocess.run(["iptables", "-t", table, "-P", chain, policy], check=True)
                else:
                    subprocess.run(["iptables", "-t", table, "-X", chain], check=True)
        FORWARDING.write_text(forwarding)


if __name__ == "__main__":
    if sys.argv[1:] != ["check"]:
        sys.exit(__doc__)
    try:
        needed()
    except EngineMissing as error:
        sys.exit(f"test-compose: {error}")
