"""Autobahn's cases against the echo mode of our WebSocket code: the quick groups here, all 517 of them by
`make test-websocket`."""
import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import kosoku

# Without 9, which moves megabytes, and most of 12 and 13, which compress much.
SOME = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*", "12.1.1", "12.1.2", "12.2.1", "13.*.1"]


def test_autobahn_cases(server_at, tmp_path):
    server = server_at(tmp_path / "data", "--echo", "1")
    everything = os.environ.get("PLANETARIUM_ALL_CASES")

    async def run():
        # Raises FailureError, which names the cases, if any did not pass.
        return await kosoku.run_fuzzingclient(
            f"ws://127.0.0.1:{server.port}/echo", cases=["*"] if everything else SOME, concurrency=2)

    # In a thread of its own: the browser's driver keeps an event loop in the main one.
    with ThreadPoolExecutor(1) as pool:
        results = pool.submit(lambda: asyncio.run(run())).result()
    assert len(results) >= (517 if everything else 240)
