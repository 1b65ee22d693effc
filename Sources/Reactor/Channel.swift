// One connection's bytes on one loop: non-blocking reads handed to an owner, an output queue flushed once a tick,
// back-pressure in both directions, half-close, and a lingering close. Knows no protocol; the owner does.

import CLinux
import Glibc

/// The protocol session on top of a channel. All calls come on the loop's thread.
package protocol ChannelOwner: AnyObject {
    /// Returns how many bytes were used; the rest is passed again with what follows, once reading is not paused.
    func received(_ bytes: UnsafeRawBufferPointer, on channel: Channel) -> Int
    /// The peer will send nothing more; it may still be reading.
    func inputEnded(on channel: Channel)
    /// Everything was sent, after a delay or while reading was paused.
    func drained(_ channel: Channel)
    /// The deadline set with `Channel.setDeadline` passed.
    func deadlineReached(on channel: Channel)
    /// The channel is gone; the last call.
    func closed(_ channel: Channel)
}

package final class Channel: EventSource {
    private enum State { case open, closing, lingering, closed }

    package let loop: EventLoop
    private var wire: Wire
    package var owner: (any ChannelOwner)?
    private var state = State.open
    private var held: [UInt8] = []
    private var output = OutputQueue()
    private var interest: UInt32
    private var isTouched = false
    private var isPaused = false
    private var isDelivering = false
    /// The handshake of an encrypted connection is not complete: nothing goes either way.
    private var isShakingHands: Bool
    /// The peer speaks in clear on an encrypted port.
    package private(set) var isPlainByMistake = false
    private var lingerTime: UInt64 = 0
    private let stallTime: UInt64
    /// The peer has half-closed.
    package private(set) var isInputEnded = false
    /// The socket accepted less than there was at the last flush.
    package private(set) var isBlocked = false
    /// When bytes last arrived.
    package private(set) var lastReceived: UInt64
    /// When the peer last took bytes, or output began to wait.
    package private(set) var lastProgress: UInt64
    package private(set) var bytesReceived = 0
    package private(set) var bytesSent = 0

    private static let readable = UInt32(CLINUX_READABLE)
    private static let writable = UInt32(CLINUX_WRITABLE)
    private static let hangup = UInt32(CLINUX_HANGUP)

    /// Takes over a connected, non-blocking socket. `stallTime`: how long a closing channel waits for a stalled peer.
    /// `tls`: the connection is encrypted.
    package init(
        _ loop: EventLoop, socket: Int32, stallTime: UInt64 = 30_000_000_000, tls: TLSServer? = nil
    ) throws(ReactorError) {
        self.loop = loop
        wire = Wire(descriptor: socket)
        isShakingHands = tls != nil
        if let tls {
            guard let encryption = TLSConnection(tls.current, descriptor: socket) else {
                throw ReactorError(operation: "TLS", code: ENOMEM)
            }
            wire.encryption = encryption
        }
        interest = Channel.readable
        lastReceived = loop.now
        lastProgress = loop.now
        self.stallTime = stallTime
        super.init()
        _ = clinux_set_nodelay(socket)
        try loop.add(self, descriptor: socket, interest: interest)
    }

    package var isOpen: Bool { state == .open }
    package var isEncrypted: Bool { wire.encryption != nil }
    /// The common name in the client's certificate.
    package var clientName: String? { wire.encryption?.clientName }
    /// Bytes waiting to be sent.
    package var unsentBytes: Int { output.byteCount }

    /// The owner waits until everything is sent, even if that is at once.
    package var tellsWhenDrained = false

    // MARK: Output

    package func write(_ bytes: UnsafeRawBufferPointer) {
        guard state == .open, bytes.count > 0 else { return }
        if output.isEmpty { lastProgress = loop.now }
        output.append(bytes, loop.blocks)
        touch()
    }

    package func write(_ bytes: [UInt8]) {
        if bytes.count > ByteBlock.capacity {
            write(SharedBytes(bytes))
        } else {
            bytes.withUnsafeBytes { write($0) }
        }
    }

    package func write(_ shared: SharedBytes) {
        guard state == .open else { return }
        if output.isEmpty { lastProgress = loop.now }
        output.append(shared)
        touch()
    }

    /// Sends what waits, ends the output, and drops what the peer sends for at most `linger`, so that a peer that is
    /// still sending can read the last reply instead of being reset (RFC 9112 section 9.6).
    package func closeAfterFlush(linger: UInt64) {
        guard state == .open else { return }
        state = .closing
        lingerTime = linger
        held = []
        loop.setDeadline(self, at: loop.now &+ stallTime)
        touch()
    }

    /// Ends the connection now; unsent bytes are lost.
    package func closeNow() {
        guard state != .closed else { return }
        state = .closed
        // The kernel watches a descriptor no longer once it is closed.
        loop.remove(self)
        wire.close()
        output.clear(loop.blocks)
        held = []
        let owner = owner
        self.owner = nil
        owner?.closed(self)
    }

    // MARK: Input

    /// Stops reading (the kernel's buffer fills, the peer must wait) until `resumeReading`.
    package func pauseReading() {
        guard !isPaused else { return }
        isPaused = true
        touch()
    }

    package func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        touch()
        if !held.isEmpty || wire.hasPending { loop.resume(self) }
    }

    package func setDeadline(at: UInt64) {
        guard state == .open else { return }
        loop.setDeadline(self, at: at)
    }

    override func ready(_ bits: UInt32) {
        if isShakingHands { return shakeHands() }
        if bits & (Channel.readable | Channel.hangup) != 0 || wire.readWaitsForWriting {
            if wantsInput {
                readAvailable()
            } else if bits & Channel.hangup != 0 {
                // Reading is off, so this is not a half-close: both directions are down.
                return closeNow()
            }
        }
        if bits & Channel.writable != 0 { touch() }
    }

    /// If the loop has no time for it now, the socket's readiness brings it back.
    private func shakeHands() {
        guard loop.mayShakeHands, let encryption = wire.encryption else { return }
        switch encryption.shakeHands() {
        case .failed: return closeNow()
        case .waits: return touch()
        case .isPlain:
            isPlainByMistake = true
            wire.encryption = nil
        case .done: break
        }
        isShakingHands = false
        touch()
        // What came with the handshake's end is not on the socket any more; for the rest that tells.
        if wire.encryption?.isHoldingInput ?? true { readAvailable() }
    }

    private var wantsInput: Bool {
        switch state {
        case .open: !isPaused && !isInputEnded
        case .closing, .lingering: !isInputEnded
        case .closed: false
        }
    }

    private func readAvailable() {
        // A few reads at most, so that one fast peer doesn't starve the others; the event comes again.
        for _ in 0..<4 where wantsInput {
            switch wire.read(into: loop.readBuffer) {
            case .moved(let count):
                lastReceived = loop.now
                bytesReceived += count
                if state == .open { deliver(UnsafeRawBufferPointer(rebasing: loop.readBuffer[..<count])) }
                if count < loop.readBuffer.count, !wire.hasPending { return }
            case .ended:
                isInputEnded = true
                touch()
                switch state {
                case .open: if held.isEmpty || !isPaused { owner?.inputEnded(on: self) }
                case .lingering: closeNow()
                case .closing, .closed: break
                }
                return
            case .wouldBlock: return
            case .failed: return closeNow()
            }
        }
        // The socket may not become readable again.
        if wantsInput, wire.hasPending { loop.resume(self) }
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        guard let owner else { return closeNow() }
        isDelivering = true
        defer { isDelivering = false }
        guard !held.isEmpty else {
            let used = owner.received(bytes, on: self)
            if used < bytes.count, state == .open { held = Array(bytes[used...]) }
            return
        }
        var all = held
        held = []
        all.append(contentsOf: bytes)
        let used = all.withUnsafeBytes { owner.received($0, on: self) }
        guard state == .open, used < all.count else { return }
        if used > 0 { all.removeFirst(used) }
        held = all
    }

    /// Passes held-back input to the owner again after `resumeReading`.
    func deliverHeld() {
        guard state != .closed, !isDelivering else { return }
        if state == .open, !isPaused, !held.isEmpty {
            deliver(UnsafeRawBufferPointer(start: nil, count: 0))
            if isInputEnded, state == .open, !isPaused { owner?.inputEnded(on: self) }
        }
        if wantsInput, wire.hasPending { readAvailable() }
    }

    override func deadlineReached() {
        switch state {
        case .open: owner?.deadlineReached(on: self)
        case .closing:
            if loop.now &- lastProgress >= stallTime {
                closeNow()
            } else {
                loop.setDeadline(self, at: lastProgress &+ stallTime)
            }
        case .lingering: closeNow()
        case .closed: break
        }
    }

    // MARK: End of tick

    private func touch() {
        guard !isTouched, state != .closed else { return }
        isTouched = true
        loop.touch(self)
    }

    /// One writev, unless the peer accepts everything; then sets the interest by what is left.
    func settle() {
        isTouched = false
        guard state != .closed else { return }
        if isShakingHands { return settleHandshake() }
        let wasBlocked = isBlocked
        guard flush() else { return closeNow() }
        if output.isEmpty {
            if state == .closing {
                wire.endOutput()
                if isInputEnded { return closeNow() }
                state = .lingering
                loop.setDeadline(self, at: loop.now &+ lingerTime)
            } else if wasBlocked || isPaused || tellsWhenDrained, state == .open {
                owner?.drained(self)
                guard state != .closed else { return }
            }
        }
        let isWriting = isBlocked || (wantsInput && wire.readWaitsForWriting)
        wish((wantsInput ? Channel.readable : 0) | (isWriting ? Channel.writable : 0))
    }

    /// Nothing can be sent yet, so a channel about to close stays silent.
    private func settleHandshake() {
        if state == .closing { return closeNow() }
        wish(wire.readWaitsForWriting ? Channel.writable : Channel.readable)
    }

    private func wish(_ wanted: UInt32) {
        guard wanted != interest else { return }
        interest = wanted
        loop.setInterest(self, descriptor: wire.descriptor, wanted)
    }

    /// False if the connection is broken.
    private func flush() -> Bool {
        isBlocked = false
        // Bounded, so that one fast reader of a large reply doesn't starve the others.
        for _ in 0..<16 where !output.isEmpty {
            switch output.withVectors({ wire.write($0, loop.recordBuffer) }) {
            case .moved(let count):
                lastProgress = loop.now
                bytesSent += count
                output.drop(count, loop.blocks)
            case .wouldBlock, .ended:
                isBlocked = true
                return true
            case .failed: return false
            }
        }
        isBlocked = !output.isEmpty
        return true
    }
}
