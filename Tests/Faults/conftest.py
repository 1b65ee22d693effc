"""The lab uses the end-to-end tests' servers."""
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1] / "EndToEnd")]
