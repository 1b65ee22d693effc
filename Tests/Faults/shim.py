"""Builds shim.c and tells it what to do. One control file; every process started with `environment()` looks at it."""
import errno
import mmap
import os
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
LAYOUT = struct.Struct("=iiqi4x")


class Shim:
    def __init__(self, folder: Path, library=None):
        """`library`: of another Shim, so that it need not be built again."""
        self.library = library or folder / "shim.so"
        if library is None:
            subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", self.library, SOURCE, "-ldl"], check=True)
        self.path = folder / "control"
        self.path.write_bytes(bytes(LAYOUT.size))
        self.file = open(self.path, "r+b")
        self.memory = mmap.mmap(self.file.fileno(), LAYOUT.size)
        self.error = self.slow = self.offset = 0

    def environment(self, prefix: Path):
        """For a process whose files below `prefix` are concerned."""
        return os.environ | {
            "LD_PRELOAD": str(self.library), "FAULTS_CONTROL": str(self.path),
            "FAULTS_PREFIX": str(Path(prefix).resolve())}

    def tell(self, error=0, slow=0.0, offset=None, kill_at=0):
        """`error`: "ENOSPC", "EROFS", "EIO" or 0. `slow`: seconds before each write. `offset`: seconds added to the
        wall clock from now on (left as it is where None). `kill_at`: SIGKILL instead of the so-manieth write, sync or
        rename."""
        self.error = getattr(errno, error) if error else 0
        self.slow = int(slow * 1e6)
        if offset is not None:
            self.offset = int(offset * 1e9)
        self.memory[:] = LAYOUT.pack(self.error, self.slow, self.offset, kill_at)
