// One viewer's state in the live feed (docs/LIVE.md): what it was sent, whether it is behind, when it must hear again.
// Constant memory: a viewer whose socket is full gets nothing until it drains, and then what brings it up to date.

import HTTPWire
import Reactor
import Synchronization
import Threads

/// The viewers of one hub on one loop.
final class LiveRoom {
    let inlet: LiveInlet
    fileprivate var viewers: [LiveViewer] = []
    init(_ inlet: LiveInlet) { self.inlet = inlet }

    func deliver(_ frame: SharedFrame) {
        let dropped = inlet.taken()
        for viewer in viewers {
            if dropped { viewer.fallBehind() } else { viewer.offer(frame) }
        }
    }
}

final class LiveViewer {
    enum Encoding { case webSocket, compressedWebSocket, eventStream }

    private let room: LiveRoom
    private unowned let channel: Channel
    private let encoding: Encoding
    private var index = -1
    /// The last frame sent; nil before the first.
    private var epoch: String?
    private var seq: UInt64 = 0
    private var isBehind = false
    /// The token this viewer resumed with, as long as nothing newer has been sent; its seq is unknown.
    private var token: String?
    /// When this viewer was last sent anything of the feed.
    private(set) var lastHeard: UInt64

    init(_ room: LiveRoom, _ channel: Channel, _ encoding: Encoding) {
        self.room = room
        self.channel = channel
        self.encoding = encoding
        lastHeard = channel.loop.now
    }

    /// Sends what the viewer has missed, and everything from now on.
    func join(resume: String?) {
        index = room.viewers.count
        room.viewers.append(self)
        room.inlet.hub.viewers.wrappingAdd(1, ordering: .relaxed)
        if encoding == .compressedWebSocket {
            room.inlet.hub.compressedViewers.wrappingAdd(1, ordering: .relaxed)
        }
        catchUp(resume: resume)
    }

    func leave() {
        guard index >= 0 else { return }
        let last = room.viewers.removeLast()
        if last !== self {
            room.viewers[index] = last
            last.index = index
        }
        index = -1
        room.inlet.hub.viewers.wrappingSubtract(1, ordering: .relaxed)
        if encoding == .compressedWebSocket {
            room.inlet.hub.compressedViewers.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    func offer(_ frame: SharedFrame) {
        if isBehind { return }
        if let epoch, frame.epoch == epoch {
            if frame.seq <= seq { return }  // it came with the catch-up
            if channel.isBlocked {
                isBehind = true
            } else if frame.kind == .delta, frame.seq == seq + 1 {
                send(frame)
            } else {
                catchUp(resume: nil)  // a gap
            }
            return
        }
        // A new epoch begins with a snapshot; so does a viewer that found none when it joined.
        if channel.isBlocked {
            isBehind = epoch != nil
        } else if frame.kind == .snapshot, token == nil {
            send(frame)
        } else {
            catchUp(resume: token)
        }
    }

    /// Frames were dropped before they reached this loop.
    func fallBehind() {
        if channel.isBlocked { isBehind = true } else { catchUp(resume: nil) }
    }

    /// The socket has room again.
    func drained() {
        guard isBehind else { return }
        isBehind = false
        catchUp(resume: nil)
    }

    func sendHeartbeat() {
        guard !channel.isBlocked else { return }
        var text = Array("{\"seq\":\(seq),\"t_ns\":\(Clock.wall),\"type\":\"heartbeat\"}".utf8)
        switch encoding {
        case .webSocket, .compressedWebSocket:
            var frame: [UInt8] = []
            WebSocketFrame.append(.text, text, to: &frame)
            text = frame
        case .eventStream: text = EventStreamText.event(id: nil, data: text)
        }
        channel.write(text)
        lastHeard = channel.loop.now
    }

    private func catchUp(resume: String?) {
        let frames = room.inlet.hub.source.catchUp(resume: resume)
        token = frames.isEmpty ? resume : nil
        for frame in frames { send(frame) }
    }

    private func send(_ frame: SharedFrame) {
        switch encoding {
        case .webSocket: channel.write(frame.webSocket)
        case .compressedWebSocket: channel.write(frame.compressedIfQuick ?? frame.webSocket)
        case .eventStream: channel.write(frame.eventStream)
        }
        epoch = frame.epoch
        seq = frame.seq
        lastHeard = channel.loop.now
    }
}
