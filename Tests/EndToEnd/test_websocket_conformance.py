"""Autobahn's cases against the echo mode of our WebSocket code: the quick groups here, all 517 with `make conformance`."""
import json
import os
import subprocess
import sys


def test_autobahn_cases(server_at, tmp_path):
    server = server_at(tmp_path / "data", "--echo", "1")
    # 12 and 13 are permessage-deflate, which is not offered. 9 moves megabytes and takes minutes.
    excluded = ["12.*", "13.*"] + ([] if os.environ.get("PLANETARIUM_ALL_CASES") else ["9.*"])
    program = f"""
import asyncio, os, kosoku
os.chdir({str(tmp_path)!r})
asyncio.run(kosoku.run_fuzzingclient("ws://127.0.0.1:{server.port}/echo", cases=["*"], exclude_cases={excluded!r}, concurrency=2))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=1200)
    found = list(tmp_path.rglob("index.json"))
    assert found, done.stdout[-2000:] + done.stderr[-2000:]
    index = json.loads(found[0].read_text())
    cases = {case: result for agent in index.values() for case, result in agent.items()}
    assert len(cases) >= 240
    fine = ("OK", "NON-STRICT", "INFORMATIONAL")
    bad = {c: r for c, r in cases.items() if r["behavior"] not in fine or r["behaviorClose"] not in fine}
    assert not bad
