#!/usr/bin/env python3
"""Doors between clients and brokers: TCP proxies that can be hung, shut and opened again.

    doors.py PORT:BROKER_PORT...

Lines on standard input, each answered by `done`; N counts the doors from 1:
    hang N      nothing is passed on any more, connections stay open
    shut N      all connections are closed, new ones at once
    open N      as at first
    cut N       all connections are closed, new ones are taken
Ends when its standard input does."""
import asyncio
import sys


class Door:
    def __init__(self, port, broker):
        self.port, self.broker = port, broker
        self.passing = asyncio.Event()
        self.passing.set()
        self.is_shut = False
        self.writers = set()

    async def listen(self):
        await asyncio.start_server(self.connection, "127.0.0.1", self.port)

    def hang(self):
        self.passing.clear()

    def shut(self):
        self.is_shut = True
        self.cut()

    def open(self):
        self.is_shut = False
        self.passing.set()

    def cut(self):
        for writer in list(self.writers):
            writer.transport.abort()

    async def connection(self, reader, writer):
        # A door that hangs takes the connection, as a network that loses packets behind it would.
        self.writers.add(writer)
        other = None
        try:
            await self.passing.wait()
            if self.is_shut:
                return
            from_broker, other = await asyncio.open_connection("127.0.0.1", self.broker)
            self.writers.add(other)
            ways = [asyncio.ensure_future(way)
                    for way in (self.way(reader, other), self.way(from_broker, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for each in ways:
                each.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for each in (writer, other):
                if each is not None:
                    self.writers.discard(each)
                    each.close()

    async def way(self, reader, writer):
        while data := await reader.read(1 << 16):
            await self.passing.wait()
            writer.write(data)
            await writer.drain()


async def main():
    doors = [Door(*map(int, pair.split(":"))) for pair in sys.argv[1:]]
    for door in doors:
        await door.listen()
    print("done", flush=True)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := (await commands.readline()).split():
        door = doors[int(line[1]) - 1]
        {b"hang": door.hang, b"shut": door.shut, b"open": door.open, b"cut": door.cut}[line[0]]()
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
