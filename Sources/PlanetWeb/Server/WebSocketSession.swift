// One connection after the WebSocket handshake: a live viewer, or the echo that conformance tests talk to.
// Answers pings and closes; a viewer's messages say which aggregates it wants (LiveWish.swift), or are ignored.

import HTTPWire
import Reactor

final class WebSocketSession: ChannelOwner, Stoppable {
    private let server: ServerLoop
    private let viewer: LiveViewer?
    private var decoder: WebSocketDecoder
    private let deflate: PerMessageDeflate?
    private var isClosing = false
    private var isPaused = false
    private var lastPing: UInt64

    init(
        _ server: ServerLoop, _ channel: Channel, _ handshake: WebSocketAgreement, viewer: LiveViewer?, resume: String?
    ) {
        self.server = server
        self.viewer = viewer
        let limits = server.limits
        deflate = handshake.deflate
        decoder = WebSocketDecoder(
            messageLimit: viewer == nil ? limits.echoMessageBytes : limits.viewerMessageBytes,
            inflates: deflate != nil)
        lastPing = server.loop.now
        server.scratch.removeAll(keepingCapacity: true)
        var fields = [
            ResponseField("Upgrade", "websocket"), ResponseField("Connection", "Upgrade"),
            ResponseField("Sec-WebSocket-Accept", handshake.accept),
        ]
        if let deflate { fields.append(ResponseField("Sec-WebSocket-Extensions", deflate.answer)) }
        ResponseHead.append(
            status: 101, fields: fields, contentLength: nil, date: server.date, to: &server.scratch)
        server.scratch.withUnsafeBytes { channel.write($0) }
        viewer?.join(resume: resume)
        rearm(channel)
    }

    func received(_ bytes: UnsafeRawBufferPointer, on channel: Channel) -> Int {
        var position = 0
        do throws(WebSocketError) {
            while !isClosing {
                if channel.unsentBytes > server.limits.unsentBytes {
                    // The peer doesn't read its answers, so its messages aren't read either.
                    isPaused = true
                    channel.pauseReading()
                    return position
                }
                guard let event = try decoder.next(bytes, &position) else { return position }
                handle(event, channel)
            }
        } catch {
            close(error.code, error.reason, channel)
        }
        return bytes.count
    }

    private func handle(_ event: WebSocketEvent, _ channel: Channel) {
        switch event {
        case .text(let text):
            if let viewer { choose(text, viewer, channel) } else { echo(.text, text, channel) }
        case .binary(let bytes): if viewer == nil { echo(.binary, bytes, channel) }
        // RFC 6455 section 5.5.2: a ping MUST be answered by a pong with the same data.
        case .ping(let data): send(.pong, data, channel)
        case .pong: break
        // RFC 6455 section 5.5.1: a close MUST be answered by a close, typically with the same code.
        case .close(let code, _): close(code, "", channel)
        }
    }

    private func choose(_ message: [UInt8], _ viewer: LiveViewer, _ channel: Channel) {
        switch LiveWish.read(message, after: viewer.form, names: viewer.names) {
        case nil: break
        case .success(let form): if !viewer.choose(form) { send(.text, LiveWish.Faults.tooOften.frame, channel) }
        case .failure(let faults): send(.text, faults.frame, channel)
        }
    }

    private func echo(_ opcode: WebSocketOpcode, _ payload: [UInt8], _ channel: Channel) {
        guard let deflate else { return send(opcode, payload, channel) }
        let deflater = server.deflater(windowBits: deflate.serverWindowBits)
        send(opcode, payload.withUnsafeBytes { deflater.deflate($0) }, isCompressed: true, channel)
    }

    private func send(_ opcode: WebSocketOpcode, _ payload: [UInt8], isCompressed: Bool = false, _ channel: Channel) {
        server.scratch.removeAll(keepingCapacity: true)
        WebSocketFrame.appendHeader(
            opcode, payloadLength: payload.count, isCompressed: isCompressed, to: &server.scratch)
        if payload.count <= 4096 { server.scratch += payload }
        server.scratch.withUnsafeBytes { channel.write($0) }
        if payload.count > 4096 { channel.write(payload) }
    }

    /// RFC 6455 section 7.1.1: after its close frame the server closes the TCP connection first.
    private func close(_ code: UInt16?, _ reason: String, _ channel: Channel) {
        guard !isClosing else { return }
        isClosing = true
        var frame: [UInt8] = []
        WebSocketFrame.appendClose(code, reason, to: &frame)
        channel.write(frame)
        viewer?.leave()
        channel.closeAfterFlush(linger: min(server.lingerTime, 2_000_000_000))
    }

    func inputEnded(on channel: Channel) {
        // Without a close frame (RFC 6455 section 7.1.5: 1006): nothing more will come.
        viewer?.leave()
        channel.closeAfterFlush(linger: 0)
    }

    func drained(_ channel: Channel) {
        viewer?.drained()
        if isPaused {
            isPaused = false
            channel.resumeReading()
        }
    }

    func deadlineReached(on channel: Channel) {
        let now = channel.loop.now
        let limits = server.limits
        let silent = now &- channel.lastReceived >= limits.viewerSilenceTime
        if silent, !channel.isBlocked || now &- channel.lastProgress >= limits.viewerSilenceTime {
            return channel.closeNow()
        }
        let isQuiet = now &- lastSign(channel) >= limits.heartbeatTime
        // A blocked peer gets nothing more: its memory doesn't grow.
        if !channel.isBlocked {
            if let viewer, now &- viewer.lastHeard >= limits.heartbeatTime { viewer.sendHeartbeat() }
            if isQuiet { send(.ping, [], channel) }
        }
        if isQuiet { lastPing = now }
        rearm(channel)
    }

    /// When the peer was last heard or asked to answer: who talks is not asked whether it is there.
    private func lastSign(_ channel: Channel) -> UInt64 { max(lastPing, channel.lastReceived) }

    private func rearm(_ channel: Channel) {
        let now = channel.loop.now
        let last = min(lastSign(channel), viewer?.lastHeard ?? .max)
        // Blocked viewers are checked again a little later, not at once.
        channel.setDeadline(at: max(last &+ server.limits.heartbeatTime, now &+ server.limits.heartbeatTime / 15))
    }

    func serverStops(_ channel: Channel) { close(1001, "the server stops", channel) }

    func closed(_ channel: Channel) {
        viewer?.leave()
        server.closed(channel)
    }
}
