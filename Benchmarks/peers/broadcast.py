"""WebSocket servers that send one text to every viewer, so many times a second: broadcast.py KIND PORT HZ BYTES.
KIND: picows (in Cython, on uvloop) or socketify (uWebSockets, in C++). Nothing is compressed. The text has the time it
was made at, as ours has, and the rest is filling: these do nothing but send."""
import asyncio
import sys
import time

kind, port, hz, size = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])


def text():
    head = f'{{"t_ns":{time.time_ns()},"filling":"'
    return head + "x" * max(0, size - len(head) - 2) + '"}'


async def broadcast(send):
    due = time.monotonic()
    while True:
        # One that is a second behind doesn't try to catch up.
        due = max(due + 1 / hz, time.monotonic() - 1)
        await asyncio.sleep(max(0, due - time.monotonic()))
        send(text())


async def picows():
    from picows import WSListener, WSMsgType, ws_create_server
    viewers = set()

    class Viewer(WSListener):
        def on_ws_connected(self, transport):
            viewers.add(transport)

        def on_ws_disconnected(self, transport):
            viewers.discard(transport)

    def send(text):
        encoded = text.encode()
        for viewer in list(viewers):
            viewer.send(WSMsgType.TEXT, encoded)

    server = await ws_create_server(lambda request: Viewer(), "127.0.0.1", port, backlog=4096)
    sending = asyncio.create_task(broadcast(send))
    await asyncio.gather(server.serve_forever(), sending)


def socketify():
    from socketify import App, CompressOptions, OpCode
    app = App()
    # What a viewer leaves unread is bounded, as ours is: beyond that it misses texts.
    app.ws("/*", {
        "compression": CompressOptions.DISABLED, "max_backpressure": 1 << 20, "idle_timeout": 0,
        "open": lambda viewer: viewer.subscribe("all"), "message": lambda viewer, message, code: None})
    app.listen({"port": port, "host": "127.0.0.1"}, lambda config: None)
    app.loop.loop.create_task(broadcast(lambda text: app.publish("all", text, OpCode.TEXT, False)))
    app.run()


if kind == "picows":
    import uvloop
    uvloop.run(picows())
else:
    socketify()
