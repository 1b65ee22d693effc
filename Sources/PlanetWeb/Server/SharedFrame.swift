// One live frame, encoded once for all viewers: the JSON payload inside its WebSocket frame, and as an SSE event.
// Doesn't read the payload: its maker supplies sequence number, epoch and resume token.

import HTTPWire
import Reactor
import Threads

package struct SharedFrame: Sendable {
    package enum Kind: Sendable { case snapshot, delta }

    package let kind: Kind
    /// docs/LIVE.md: rises by one with each delta; a snapshot carries the seq of the last delta in it.
    package let seq: UInt64
    package let epoch: String
    /// Rises when another stream process takes over publishing; 0 if there is only one.
    package let term: Int64
    /// The positions of this frame's board in the log: TOPIC/PARTITION:NEXT,…; nil if its maker doesn't state them.
    package let positions: String?
    /// The token from which a viewer resumes after this frame.
    package let resume: String
    /// The JSON alone.
    package var payload: SharedBytes { body.plain }
    /// The same with its compressed forms, as the body of an answer.
    let body: CodedBytes
    let webSocket: SharedBytes
    let eventStream: SharedBytes
    private let compressed = CompressedFrame()

    package init(
        kind: Kind, seq: UInt64, epoch: String, term: Int64 = 0, positions: String? = nil, resume: String,
        payload: [UInt8]
    ) {
        self.kind = kind
        self.seq = seq
        self.epoch = epoch
        self.term = term
        self.positions = positions
        self.resume = resume
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 10)
        WebSocketFrame.appendHeader(.text, payloadLength: payload.count, to: &frame)
        let start = frame.count
        frame += payload
        webSocket = SharedBytes(frame)
        body = CodedBytes(webSocket.slice(start..<frame.count))
        eventStream = SharedBytes(EventStreamText.event(id: resume, data: payload))
    }
}

extension SharedFrame {
    /// Larger ones are not compressed on an event loop: it has others to serve.
    private static let quickly = 128 << 10

    /// Makes the compressed form, shared by all copies of the frame.
    func compress() { _ = compressed.bytes(of: payload) }

    /// The compressed WebSocket frame, if it exists or can be made quickly.
    var compressedIfQuick: SharedBytes? {
        payload.count <= SharedFrame.quickly ? compressed.bytes(of: payload) : compressed.known
    }

    /// Whether a record of the log is in this frame's board; nil if the frame doesn't say.
    func includes(_ topic: String, _ partition: Int32, _ offset: Int64) -> Bool? {
        guard let positions else { return nil }
        let place = "\(topic)/\(partition):"
        guard let next = positions.split(separator: ",").first(where: { $0.hasPrefix(place) }) else { return false }
        return Int64(next.dropFirst(place.count)).map { offset < $0 }
    }
}

/// A WebSocket frame that is compressed once, by the first to need it.
private final class CompressedFrame: Sendable {
    private let made = Guarded<SharedBytes?>(nil)

    var known: SharedBytes? { made.withLock { $0 } }

    func bytes(of payload: SharedBytes) -> SharedBytes {
        made.withLock { made in
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

/// Where viewers catch up: the live board. Called on loop threads, when a viewer connects or has drained: be quick.
package protocol LiveSource: AnyObject, Sendable {
    /// The deltas after the resume token if all of them still exist; else the newest snapshot and the deltas after it.
    /// Empty while there is no snapshot (the viewer then waits for the first one).
    func catchUp(resume: String?) -> [SharedFrame]
}
