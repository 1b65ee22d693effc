// A frame's bytes for all viewers of one form: as a WebSocket frame, compressed or not, and as an event. Each is made
// once, by whoever comes first.

import HTTPWire
import Reactor
import Threads

final class FormedFrame: Sendable {
    /// Larger ones are not compressed on an event loop: it has others to serve.
    private static let quickly = 256 << 10

    /// The JSON alone.
    let payload: SharedBytes
    let webSocket: SharedBytes
    private let resume: String
    private let compressed = Guarded<SharedBytes?>(nil)
    private let event = Guarded<SharedBytes?>(nil)

    init(_ payload: [UInt8], resume: String) {
        self.resume = resume
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 10)
        WebSocketFrame.appendHeader(.text, payloadLength: payload.count, to: &frame)
        let start = frame.count
        frame += payload
        webSocket = SharedBytes(frame)
        self.payload = webSocket.slice(start..<frame.count)
    }

    var eventStream: SharedBytes {
        event.withLock { event in
            if let event { return event }
            let made = SharedBytes(EventStreamText.event(id: resume, data: payload.array))
            event = made
            return made
        }
    }

    func compress() { _ = compressedBytes() }

    /// The compressed WebSocket frame, if it is there or soon made.
    var compressedIfQuick: SharedBytes? {
        payload.count <= FormedFrame.quickly ? compressedBytes() : compressed.withLock { $0 }
    }

    private func compressedBytes() -> SharedBytes {
        compressed.withLock { made in
            if let made { return made }
            let deflated = payload.withUnsafeBytes { MessageDeflater().deflate($0) }
            var frame: [UInt8] = []
            frame.reserveCapacity(deflated.count + 10)
            WebSocketFrame.appendHeader(.text, payloadLength: deflated.count, isCompressed: true, to: &frame)
            let bytes = SharedBytes(frame + deflated)
            made = bytes
            return bytes
        }
    }
}

/// A frame in the forms that somebody has asked for.
final class FrameForms: Sendable {
    private let made = Guarded<[LiveForm: FormedFrame]>([:])

    func form(_ form: LiveForm, _ make: () -> FormedFrame) -> FormedFrame {
        if let known = made.withLock({ $0[form] }) { return known }
        let new = make()
        return made.withLock { made in
            if let other = made[form] { return other }
            made[form] = new
            return new
        }
    }

    func forget() { made.withLock { $0 = [:] } }
}
