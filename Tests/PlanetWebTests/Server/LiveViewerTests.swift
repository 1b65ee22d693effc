import Glibc
import HTTPWire
import TestSupport
import Testing
import Threads

@testable import PlanetWeb

/// Remembers a snapshot and the last deltas, as a board does.
private final class Board: LiveSource {
    struct State: Sendable {
        var frames: [SharedFrame] = []
        var asked: [String?] = []
        var size = 10
    }
    let state = Guarded(State())

    func catchUp(resume: String?) -> [SharedFrame] {
        state.withLock { state in
            state.asked.append(resume)
            guard let last = state.frames.last else { return [] }
            if let resume, let i = state.frames.firstIndex(where: { $0.resume == resume }) {
                return Array(state.frames[(i + 1)...])
            }
            return [frame(.snapshot, last.seq, size: state.size)]
        }
    }
    func add(_ frame: SharedFrame) { state.withLock { $0.frames.append(frame) } }
}

private func frame(_ kind: SharedFrame.Kind, _ seq: UInt64, epoch: String = "e", size: Int = 10) -> SharedFrame {
    let text = "{\"\(kind)\":\(seq),\"epoch\":\"\(epoch)\",\"x\":\"" + String(repeating: "y", count: size) + "\"}"
    return SharedFrame(kind: kind, seq: seq, epoch: epoch, resume: "\(epoch)-\(seq)", payload: Array(text.utf8))
}

@Suite struct LiveViewerTests {
    private let board = Board()
    private let hub: LiveHub
    private let server: TestServer

    init() throws {
        hub = LiveHub(source: board)
        server = try TestServer(hub: hub) {
            $0.loops = 2
            $0.limits.heartbeatTime = second / 3
        }
    }

    private func publish(_ frame: SharedFrame) {
        board.add(frame)
        hub.broadcast(frame)
    }

    /// The next text frame that is not a heartbeat, cut to what identifies it.
    private func text(_ client: Client) -> String {
        while true {
            let (first, payload) = client.frame()
            if first == 0x89 { continue }
            let text = String(decoding: payload, as: UTF8.self)
            if text.contains("heartbeat") { continue }
            return String(text.prefix(while: { $0 != "," }))
        }
    }

    @Test func viewersGetASnapshotThenEveryDeltaOnce() throws {
        let early = try server.connect()
        #expect(early.upgrade("/live").contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        let stream = try server.connect()
        stream.send("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(stream.read(until: "\r\n\r\n").contains("Content-Type: text/event-stream"))
        #expect(eventually { hub.viewerCount == 2 })
        publish(frame(.snapshot, 5))
        #expect(text(early) == "{\"snapshot\":5")
        #expect(stream.read(until: "\n\n").hasPrefix("retry:"))
        for seq: UInt64 in 6...20 { publish(frame(.delta, seq)) }
        for seq in 6...20 { #expect(text(early) == "{\"delta\":\(seq)") }
        #expect(stream.read(until: "\n\n").hasPrefix("id: e-5\ndata: {\"snapshot\":5,"))
        for seq in 6...20 { #expect(stream.read(until: "\n\n").hasPrefix("id: e-\(seq)\ndata: {\"delta\":\(seq),")) }
        let late = try server.connect()
        _ = late.upgrade("/live")
        #expect(text(late) == "{\"snapshot\":20")
        let resumed = try server.connect()
        _ = resumed.upgrade("/live?resume=e-18")
        #expect(text(resumed) == "{\"delta\":19")
        #expect(text(resumed) == "{\"delta\":20")
        let newest = try server.connect()
        _ = newest.upgrade("/live?resume=e-20")
        #expect(eventually { hub.viewerCount == 5 })
        publish(frame(.delta, 21))
        for client in [early, late, resumed, newest] { #expect(text(client) == "{\"delta\":21") }
        hub.broadcast(frame(.delta, 21))
        hub.broadcast(frame(.snapshot, 21))
        publish(frame(.snapshot, 0, epoch: "f"))
        #expect(text(early) == "{\"snapshot\":0")
        publish(frame(.delta, 1, epoch: "f"))
        #expect(text(early) == "{\"delta\":1")
        publish(frame(.delta, 3, epoch: "f"))
        #expect(text(early) == "{\"snapshot\":3", "a gap is made good by a snapshot")
    }

    @Test func aSlowViewerGetsTheNewestSnapshotWhenItDrains() throws {
        let slow = try Client(server.server.port, receiveBuffer: 4096)
        let quick = try server.connect()
        publish(frame(.snapshot, 0))
        _ = slow.upgrade("/live")
        _ = quick.upgrade("/live")
        #expect(text(slow) == "{\"snapshot\":0" && text(quick) == "{\"snapshot\":0")
        for seq: UInt64 in 1...300 {
            publish(frame(.delta, seq, size: 50_000))
            #expect(text(quick) == "{\"delta\":\(seq)")
        }
        var seen: [String] = []
        repeat { seen.append(text(slow)) } while seen.last != "{\"snapshot\":300" && seen.count < 400
        #expect(seen.last == "{\"snapshot\":300")
        #expect(seen.count < 200, "deltas were skipped, not kept: \(seen.count)")
        publish(frame(.delta, 301))
        #expect(text(slow) == "{\"delta\":301")
    }

    @Test func quietConnectionsHearAHeartbeatAndAPing() throws {
        publish(frame(.snapshot, 7))
        let client = try server.connect()
        _ = client.upgrade("/live")
        #expect(text(client) == "{\"snapshot\":7")
        let frames = [client.frame(), client.frame()]
        #expect(frames.contains { String(decoding: $0.payload, as: UTF8.self).hasPrefix("{\"seq\":7,\"t_ns\":") })
        #expect(frames.contains { $0.first == 0x89 })
    }

    /// A conformance client takes a ping amid the answers to its messages for a fault.
    @Test func aConnectionThatTalksIsNotAskedWhetherItIsThere() throws {
        let talking = try TestServer(hub: hub) { $0.limits.heartbeatTime = 2 * second }
        let client = try talking.connect()
        _ = client.upgrade("/echo")
        let end = Clock.monotonic + 5 * second
        while Clock.monotonic < end {
            client.send([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
            try #require(client.frame() == (0x81, [0x68, 0x69]))
        }
        #expect(client.frame().first == 0x89, "quiet at last")
    }

    @Test func aViewerThatIsDeadIsClosed() throws {
        let mute = try TestServer(hub: hub) {
            $0.limits.heartbeatTime = second / 10
            $0.limits.viewerSilenceTime = second / 2
        }
        let client = try mute.connect()
        _ = client.upgrade("/live")
        #expect(eventually { mute.server.connectionCount == 1 })
        #expect(eventually { mute.server.connectionCount == 0 })
    }

    @Test func originsAndHandshakesAreChecked() throws {
        func status(_ extra: String) throws -> String {
            String(try server.connect().upgrade("/live", extra: extra).dropFirst(9).prefix(3))
        }
        #expect(try status("") == "101")
        #expect(try status("Origin: http://x\r\n") == "101")
        #expect(try status("Origin: http://X:80\r\n") == "101")
        #expect(try status("Origin: http://evil\r\n") == "403")
        #expect(try status("Origin: null\r\n") == "403")
        #expect(try status("Sec-WebSocket-Version: 8\r\n") == "426")
        #expect(try status("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") == "400")
        let plain = try server.talk("GET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(plain.hasPrefix("HTTP/1.1 426 ") && plain.contains("Upgrade: websocket\r\n"))
    }

    @Test func echoAnswersPingsClosesAndLimits() throws {
        let client = try server.connect()
        _ = client.upgrade("/echo")
        client.send([0x89, 0x81, 0, 0, 0, 0, 0x41, 0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
        #expect(client.frame() == (0x8A, [0x41]))
        #expect(client.frame() == (0x81, [0x68, 0x69]))
        client.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8])
        #expect(client.frame() == (0x88, [0x03, 0xE8]))
        #expect(client.isClosed())
        let viewer = try server.connect()
        _ = viewer.upgrade("/live")
        viewer.send([0x81, 0xFE, 0x10, 0x01, 0, 0, 0, 0])
        var last = viewer.frame()
        while last.first != 0x88, last.first != 0 { last = viewer.frame() }
        #expect(last.payload.starts(with: [0x03, 0xF1]), "4097 bytes are too many: 1009")
    }
}
