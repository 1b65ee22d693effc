"""A proxy of the Kafka protocol in front of one loopback broker, which makes good what noida-db 0.2.3 does not do:

- its answers name its own port: the proxy's is put there (Metadata, FindCoordinator);
- it answers a Fetch that finds nothing at once: the answer is held until something is produced or the request's
  max_wait_ms is over;
- it never expires a group's member: the proxy sends LeaveGroup for one that was silent for its session.timeout.ms, or
  that waited in vain for its group.

Requests as in the Kafka protocol guide, up to the versions librdkafka 2.0.2 sends.
"""
import asyncio
import socket
import struct
import time

PRODUCE, FETCH, METADATA, FIND_COORDINATOR = 0, 1, 3, 10
JOIN_GROUP, HEARTBEAT, LEAVE_GROUP, SYNC_GROUP = 11, 12, 13, 14


class Fields:
    """Reads the primitive types of the protocol one after the other."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def number(self, form):
        value = struct.unpack_from(">" + form, self.data, self.at)[0]
        self.at += struct.calcsize(form)
        return value

    def string(self):
        size = self.number("h")
        value = bytes(self.data[self.at:self.at + max(0, size)])
        self.at += max(0, size)
        return value


def string(value):
    return struct.pack(">h", len(value)) + value


def found_nothing(answer, version):
    """Whether a Fetch response carries no record and no error."""
    f = Fields(answer, 4)
    if version >= 1:
        f.number("i")
    if version >= 7:
        if f.number("h") != 0:
            return False
        f.number("i")
    for _ in range(f.number("i")):
        f.string()
        for _ in range(f.number("i")):
            f.number("i")
            if f.number("h") != 0:
                return False
            f.number("q")
            if version >= 4:
                f.number("q")
                if version >= 5:
                    f.number("q")
                for _ in range(max(0, f.number("i"))):
                    f.number("q"), f.number("q")
            if version >= 11:
                f.number("i")
            if f.number("i") > 0:
                return False
    return True


def bound(port):
    """A socket that does not listen yet: whoever connects is refused."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


class Member:
    def __init__(self, timeout):
        self.timeout, self.heard, self.waiting = timeout, time.monotonic(), False


class Proxy:
    def __init__(self, broker_port):
        self.broker_port = broker_port
        self.members = {}
        self.produced = asyncio.Event()
        self.passing = asyncio.Event()
        self.passing.set()
        self.writers = set()

    async def listen(self):
        self.socket = bound(0)
        self.new = string(b"127.0.0.1") + struct.pack(">i", self.socket.getsockname()[1])
        await self.broker_is_at(self.broker_port)
        return self.socket.getsockname()[1]

    def broker_is_away(self):
        """Connections are refused; the port stays ours."""
        port = self.socket.getsockname()[1]
        self.server.close()
        self.cut()
        self.socket = bound(port)

    async def broker_is_at(self, port):
        self.broker_port = port
        self.old = string(b"127.0.0.1") + struct.pack(">i", port)
        for member in self.members.values():
            member.heard = time.monotonic()
        self.server = await asyncio.start_server(self.connection, sock=self.socket, limit=1 << 20)

    def hang(self):
        self.passing.clear()

    def resume(self):
        self.passing.set()

    def cut(self):
        for writer in list(self.writers):
            writer.transport.abort()

    async def connection(self, from_client, to_client):
        try:
            from_broker, to_broker = await asyncio.open_connection("127.0.0.1", self.broker_port, limit=1 << 20)
        except OSError:
            to_client.close()
            return
        self.writers |= {to_client, to_broker}
        asked = {}
        both = up, down = [asyncio.ensure_future(self.upwards(from_client, to_broker, asked)),
                           asyncio.ensure_future(self.downwards(from_broker, to_client, asked))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if up.done() and self.left(asked):
                # The broker doesn't know that its new member has gone: its name is heard, so that it can be expired.
                to_client.close()
                await asyncio.wait([down], timeout=60)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            for writer in (to_client, to_broker):
                writer.close()
                self.writers.discard(writer)

    async def upwards(self, reader, writer, asked):
        while True:
            size = await reader.readexactly(4)
            body = await reader.readexactly(struct.unpack(">i", size)[0])
            await self.passing.wait()
            f = Fields(body)
            key, version, correlation = f.number("h"), f.number("h"), f.number("i")
            if key in (FETCH, JOIN_GROUP, HEARTBEAT, LEAVE_GROUP, SYNC_GROUP):
                f.string()
                asked[correlation] = (key, version, self.note(key, f))
            elif key in (PRODUCE, METADATA, FIND_COORDINATOR):
                asked[correlation] = (key, version, None)
            writer.write(size + body)
            await writer.drain()

    def left(self, asked):
        """A client has closed its connection: whoever waited in it waits no more. Whether a JoinGroup is unanswered."""
        is_joining = False
        for key, _, noted in asked.values():
            name = noted[:2] if key == SYNC_GROUP else noted[2] if key == JOIN_GROUP else None
            if name in self.members:
                self.members[name].heard, self.members[name].waiting = time.monotonic(), False
            is_joining |= key == JOIN_GROUP
        return is_joining

    def note(self, key, f):
        """What the answer's way back needs to know of the request."""
        if key == FETCH:
            f.number("i")
            return time.monotonic() + f.number("i") / 1000
        group = f.string()
        if key == JOIN_GROUP:
            timeout = f.number("i") / 1000
            f.number("i")  # rebalance_timeout_ms, version 1 and later
            name = group, f.string()
            if name in self.members:
                self.members[name].waiting = True
            return group, timeout, name
        if key != LEAVE_GROUP:
            f.number("i")
        name = (group, f.string())
        if key == LEAVE_GROUP:
            self.members.pop(name, None)
        elif name in self.members:
            self.members[name].heard = time.monotonic()
            self.members[name].waiting = key == SYNC_GROUP
        return name

    async def downwards(self, reader, writer, asked):
        while True:
            size = await reader.readexactly(4)
            body = await reader.readexactly(struct.unpack(">i", size)[0])
            await self.passing.wait()
            key, version, noted = asked.pop(struct.unpack_from(">i", body)[0], (None, 0, None))
            if key == PRODUCE:
                self.produced.set()
                self.produced = asyncio.Event()
            elif key == FETCH and found_nothing(body, version):
                try:
                    await asyncio.wait_for(self.produced.wait(), max(0, noted - time.monotonic()))
                except asyncio.TimeoutError:
                    pass
            elif key in (METADATA, FIND_COORDINATOR):
                body = body.replace(self.old, self.new)
            elif key == JOIN_GROUP:
                self.joined(body, version, *noted[:2])
            elif key == SYNC_GROUP and noted in self.members:
                self.members[noted].heard, self.members[noted].waiting = time.monotonic(), False
            if writer.is_closing():
                continue
            try:
                writer.write(size + body)
                await writer.drain()
            except ConnectionError:  # the client has gone; upwards sees it too
                writer.close()

    def joined(self, body, version, group, timeout):
        f = Fields(body, 4)
        if version >= 2:
            f.number("i")
        f.number("h"), f.number("i"), f.string(), f.string()
        if name := f.string():
            self.members[(group, name)] = Member(timeout)

    async def expire_members(self):
        while True:
            await asyncio.sleep(0.1)
            if not self.passing.is_set():
                continue
            now = time.monotonic()
            for name, member in list(self.members.items()):
                # One that waits for the others in JoinGroup or SyncGroup sends no heartbeat. noida-db now and then
                # forgets to answer two that join at the same moment, until one leaves (and joins again).
                limit = member.timeout * (1.5 if member.waiting else 1)
                if now - member.heard > limit:
                    try:
                        await self.leave(*name)
                    except (OSError, EOFError):  # the broker is away: once more when it is back
                        continue
                    self.members.pop(name, None)

    async def leave(self, group, member):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.broker_port)
        body = struct.pack(">hhi", LEAVE_GROUP, 1, 1) + string(b"expiry") + string(group) + string(member)
        writer.write(struct.pack(">i", len(body)) + body)
        await writer.drain()
        await reader.readexactly(4)
        writer.close()
