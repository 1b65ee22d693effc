// The certificates a server shows, as files that may change while it runs: a reload makes a new context for new
// connections; those that are open keep theirs. The calls of libssl are in CTLS.

import CTLS
import Threads

package struct TLSFailure: Error, Sendable, CustomStringConvertible {
    package let description: String
}

package struct TLSFiles: Sendable, Equatable {
    /// PEM: the server's own certificate, then its chain.
    package let certificates: String
    package let key: String
    /// PEM: clients must show a certificate issued by one of these; nil: they need none.
    package let clientCertificates: String?

    package init(certificates: String, key: String, clientCertificates: String?) {
        self.certificates = certificates
        self.key = key
        self.clientCertificates = clientCertificates
    }
}

/// One loaded set of files. @unchecked: libssl's contexts may be used by many threads once they are set up.
final class TLSContext: @unchecked Sendable {
    let handle: OpaquePointer
    let made = Clock.monotonic

    init(_ files: TLSFiles) throws(TLSFailure) {
        var reason = [CChar](repeating: 0, count: 512)
        guard let handle = ctls_open(files.certificates, files.key, files.clientCertificates, &reason, reason.count)
        else {
            throw TLSFailure(
                description: String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        self.handle = handle
    }

    deinit { ctls_close(handle) }

    /// Sessions that clients kept from the other one stay valid with this one.
    func takeTicketKeys(of other: TLSContext) {
        // A handle alone doesn't keep its owner alive: a replaced one might be closed before libssl has read it.
        withExtendedLifetime(other) {
            var keys = [UInt8](repeating: 0, count: Int(CTLS_TICKET_KEYS))
            ctls_ticket_keys(other.handle, &keys)
            ctls_set_ticket_keys(handle, &keys)
        }
    }

    /// Seconds since 1970.
    var expiry: Int64 { withExtendedLifetime(self) { ctls_expiry(handle) } }
}

package final class TLSServer: Sendable {
    private let files: TLSFiles
    private let context: Guarded<TLSContext>
    /// After this long session tickets get new keys: whoever steals the present ones can't read older traffic.
    private static let ticketTime: UInt64 = 12 * 3_600_000_000_000

    package init(_ files: TLSFiles) throws(TLSFailure) {
        self.files = files
        context = Guarded(try TLSContext(files))
    }

    /// For a new connection.
    var current: TLSContext {
        let context = self.context.withLock { $0 }
        guard Clock.monotonic &- context.made > TLSServer.ticketTime, let renewed = try? TLSContext(files) else {
            return context
        }
        self.context.withLock { $0 = renewed }
        return renewed
    }

    /// Reads the files again. On failure the earlier certificates remain.
    package func reload() throws(TLSFailure) {
        let fresh = try TLSContext(files)
        context.withLock { old in
            fresh.takeTicketKeys(of: old)
            old = fresh
        }
    }

    /// Whether clients must show certificates, too.
    package var asksForCertificates: Bool { files.clientCertificates != nil }

    /// When the server's certificate ends, in seconds since 1970.
    package var expiry: Int64 { context.withLock { $0.expiry } }
}
