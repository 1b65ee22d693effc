// One connection after a Server-Sent Events reply has begun: the live feed, until either side ends the connection.

import HTTPWire
import Reactor

final class EventStreamSession: ChannelOwner, Stoppable {
    private let server: ServerLoop
    private let viewer: LiveViewer

    /// For replies to GET, and to HEAD.
    static let fields = [
        ResponseField("Content-Type", "text/event-stream"), ResponseField("Cache-Control", "no-store"),
        ResponseField("X-Content-Type-Options", "nosniff"), ResponseField("X-Accel-Buffering", "no"),
    ]

    init(_ server: ServerLoop, _ channel: Channel, viewer: LiveViewer, resume: String?) {
        self.server = server
        self.viewer = viewer
        server.scratch.removeAll(keepingCapacity: true)
        ResponseHead.append(
            status: 200, fields: EventStreamSession.fields, contentLength: nil, persistence: .close, date: server.date,
            to: &server.scratch)
        server.scratch += Array("retry: 1000\n\n".utf8)
        server.scratch.withUnsafeBytes { channel.write($0) }
        viewer.join(resume: resume)
        rearm(channel)
    }

    /// Ignores whatever else the peer sends on this connection.
    func received(_ bytes: UnsafeRawBufferPointer, on channel: Channel) -> Int { bytes.count }

    func inputEnded(on channel: Channel) { channel.closeNow() }

    func drained(_ channel: Channel) { viewer.drained() }

    func deadlineReached(on channel: Channel) {
        let now = channel.loop.now
        if channel.isBlocked, now &- channel.lastProgress >= server.limits.viewerSilenceTime {
            return channel.closeNow()
        }
        if now &- viewer.lastHeard >= server.limits.heartbeatTime { viewer.sendHeartbeat() }
        rearm(channel)
    }

    private func rearm(_ channel: Channel) {
        let beat = server.limits.heartbeatTime
        channel.setDeadline(at: max(viewer.lastHeard &+ beat, channel.loop.now &+ beat / 15))
    }

    func serverStops(_ channel: Channel) {
        viewer.leave()
        channel.closeAfterFlush(linger: 0)
    }

    func closed(_ channel: Channel) {
        viewer.leave()
        server.closed(channel)
    }
}
