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
    /// In which it gets the frames.
    private(set) var form: LiveForm
    /// How often it may still choose another one, in thousandths; when that was counted.
    private var choices = LiveViewer.mostChoices * 1000
    private var choicesCounted: UInt64
    private var index = -1
    /// The last frame sent; nil before the first.
    private var epoch: String?
    private var seq: UInt64 = 0
    private var isBehind = false
    /// The token this viewer resumed with, as long as nothing newer has been sent; its seq is unknown.
    private var token: String?
    /// When this viewer was last sent anything of the feed.
    private(set) var lastHeard: UInt64

    /// At once; then one a second more.
    private static let mostChoices = 20

    init(_ room: LiveRoom, _ channel: Channel, _ encoding: Encoding, _ form: LiveForm) {
        self.room = room
        self.channel = channel
        self.encoding = encoding
        self.form = form
        lastHeard = channel.loop.now
        choicesCounted = channel.loop.now
    }

    private var hub: LiveHub { room.inlet.hub }
    private var isCompressed: Bool { encoding == .compressedWebSocket }

    /// Sends what the viewer has missed, and everything from now on.
    func join(resume: String?) {
        index = room.viewers.count
        room.viewers.append(self)
        hub.viewers.wrappingAdd(1, ordering: .relaxed)
        form = hub.forms.join(form, isCompressed: isCompressed)
        catchUp(resume: resume)
    }

    /// The names of aggregates on the board; nil: not known yet.
    var names: [String]? { hub.source.names }

    /// Everything of another form from now on, beginning with a snapshot. False: too often.
    func choose(_ wanted: LiveForm) -> Bool {
        let now = channel.loop.now
        choices = min(LiveViewer.mostChoices * 1000, choices + Int((now &- choicesCounted) / 1_000_000))
        choicesCounted = now
        guard choices >= 1000 else { return false }
        choices -= 1000
        guard index >= 0 else { return true }
        hub.forms.leave(form, isCompressed: isCompressed)
        form = hub.forms.join(wanted, isCompressed: isCompressed)
        // A viewer that is behind gets it when its socket has room.
        if channel.isBlocked { isBehind = true } else { catchUp(resume: nil) }
        return true
    }

    func leave() {
        guard index >= 0 else { return }
        let last = room.viewers.removeLast()
        if last !== self {
            room.viewers[index] = last
            last.index = index
        }
        index = -1
        hub.viewers.wrappingSubtract(1, ordering: .relaxed)
        hub.forms.leave(form, isCompressed: isCompressed)
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
        let frames = hub.source.catchUp(resume: resume)
        token = frames.isEmpty ? resume : nil
        for frame in frames { send(frame) }
    }

    private func send(_ frame: SharedFrame) {
        let formed = frame.formed(form)
        switch encoding {
        case .webSocket: channel.write(formed.webSocket)
        case .compressedWebSocket: channel.write(formed.compressedIfQuick ?? formed.webSocket)
        case .eventStream: channel.write(formed.eventStream)
        }
        epoch = frame.epoch
        seq = frame.seq
        lastHeard = channel.loop.now
    }
}
