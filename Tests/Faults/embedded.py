"""One `planetarium serve` on the embedded log, under load, and what can happen to it."""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Support"))
from ports import free_port  # noqa: E402

from load import Load
from oracle import Oracle, Server
from shim import Shim

# Short rolls: many files, many commits, many places to be killed at.
ARGUMENTS = ["--roll-age", "0.2"]


class Embedded:
    def __init__(self, folder: Path, seed: int):
        self.folder, self.seed = folder, seed
        self.data = folder / "data"
        self.lake = self.data / "lake"
        self.shim = Shim(folder)
        self.listen = f"127.0.0.1:{free_port()}"
        self.oracle = Oracle(self.lake)
        self.rechecked = 0
        self.start()
        self.load = Load(seed, lambda: [f"http://{self.listen}"])

    def start(self, prefix=None, ready=True):
        self.server = Server(self.data, *ARGUMENTS, listen=self.listen)
        self.server.environment = self.shim.environment(prefix or self.data)
        self.server.start(ready=False)
        if ready:
            self.server.wait_ready(60)

    def restart(self, prefix=None):
        """By SIGKILL, to have the shim look at other files."""
        self.server.kill()
        self.start(prefix)

    def settle(self, thorough=False):
        """Lets everything come to rest and asks the oracle; sentences about what is wrong."""
        self.shim.tell()
        self.load.hold()
        self.server.wait(lambda: self.server.get("/readyz").status_code == 200, 60, "ready")
        wrong = self.oracle.settled(self.load.journal, self.server.board)
        if thorough:
            self.rechecked += 1
            self.server.stop()
            wrong += self.oracle.verify()
            self.start()
            fresh = self.oracle.fresh_digest(self.folder / f"fresh-{self.rechecked}")
            wrong += self.oracle.settled(self.load.journal, self.server.board)
            if (digest := self.server.board()["digest"]) != fresh:
                wrong.append(f"digest is {digest}, a fresh server's {fresh}")
        self.load.go_on()
        return wrong

    def processes(self):
        return [self.server]

    def end(self):
        self.load.end()
        self.server.kill()

    def failures_seen(self):
        """What /metrics says of failed calls to the lake."""
        text = self.server.get("/metrics").text
        return sum(float(line.split()[-1]) for line in text.splitlines()
                   if line.startswith("planetarium_lake_failures_total"))


# MARK: the faults. Each takes the lab and a random source, and leaves a running server.

def kill(lab, random):
    """kill -9 at a random moment, sometimes amid the start."""
    time.sleep(random.uniform(0, 0.5))
    lab.server.kill()
    if random.random() < 0.2:
        lab.start(ready=False)
        time.sleep(random.uniform(0, 0.08))
        lab.server.kill()
    lab.start(ready=random.random() < 0.5)


def sigterm(lab, random):
    """SIGTERM at a random moment: exit status 0."""
    time.sleep(random.uniform(0.1, 0.5))
    lab.server.stop()
    lab.start()


def _disk(lab, random, prefix, error, seconds):
    lab.restart(prefix)
    time.sleep(random.uniform(0.1, 0.4))
    lab.shim.tell(error)
    time.sleep(seconds)
    lab.shim.tell()
    time.sleep(0.5)


def lake_full(lab, random):
    """No room left for the lake (ENOSPC), then there is again. Submissions go on; the trouble shows."""
    lab.restart(lab.lake)
    lab.shim.tell("ENOSPC")
    lab.server.wait(lambda: lab.failures_seen() > 0, 30, "a failure in /metrics")
    assert lab.server.post({"pl_name": "Full-1 b"}).status_code == 201
    time.sleep(random.uniform(0.2, 1))
    lab.shim.tell()


def log_full(lab, random):
    """No room left anywhere: submissions are refused with 503 and taken once there is room."""
    _disk(lab, random, lab.data, "ENOSPC", 1)


def lake_read_only(lab, random):
    """The lake turns read-only (EROFS)."""
    _disk(lab, random, lab.lake, "EROFS", 1)


def lake_broken(lab, random):
    """Writes and syncs of the lake fail (EIO): what was written must be taken as lost and is read from the log
    again."""
    _disk(lab, random, lab.lake, "EIO", 1)


def killed_while_full(lab, random):
    """kill -9 and a start while the lake is full."""
    lab.restart(lab.lake)
    lab.shim.tell("ENOSPC")
    time.sleep(random.uniform(0.2, 0.6))
    lab.server.kill()
    lab.start(lab.lake, ready=False)
    time.sleep(0.5)
    lab.shim.tell()


def slow_disk(lab, random):
    """Every write of log and lake takes 20 ms; killed in between."""
    lab.restart()
    lab.shim.tell(slow=0.02)
    time.sleep(random.uniform(0.5, 1.5))
    lab.server.kill()
    lab.start(ready=False)
    time.sleep(0.5)
    lab.shim.tell()


def clock_jumps(lab, random):
    """The wall clock is set forwards and back by days, across a restart too."""
    for days in (3, -2, random.randrange(30, 300), 0):
        lab.shim.tell(offset=days * 86_400)
        time.sleep(random.uniform(0.2, 0.5))
        if random.random() < 0.5:
            lab.server.kill()
            lab.start()


def torn_files(lab, random):
    """kill -9, then every file that was being written ends in the middle or in rubbish, as after a power cut."""
    time.sleep(random.uniform(0.1, 0.4))
    lab.server.kill()
    for path in lab.lake.rglob("*.tmp"):
        with open(path, "r+b") as file:
            file.truncate(random.randrange(path.stat().st_size + 1))
            file.seek(0, 2)
            file.write(random.randbytes(100))
    wal = lab.data / "log.db-wal"
    if wal.exists():
        with open(wal, "ab") as file:
            file.write(random.randbytes(random.randrange(1, 9000)))
    lab.start()


def bad_checkpoints(lab, random):
    """kill -9, then every checkpoint is damaged: a flipped byte, a cut, nothing."""
    time.sleep(random.uniform(0.1, 0.4))
    lab.server.stop() if random.random() < 0.5 else lab.server.kill()
    for path in lab.data.rglob("*.ckpt"):
        content = bytearray(path.read_bytes())
        way = random.randrange(3)
        if way == 0 and content:
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        elif way == 1:
            del content[random.randrange(len(content) + 1):]
        else:
            content.clear()
        path.write_bytes(content)
    lab.start()


FAULTS = [sigterm, lake_full, log_full, lake_read_only, lake_broken, killed_while_full, slow_disk, clock_jumps,
          torn_files, bad_checkpoints]
