// Asks the cluster's listeners directly what they speak, for the error message when no answer came: librdkafka's own
// words for a wrong security.protocol vary with its version and OpenSSL's, and some cases are not logged at all. Three
// questions: the start of a TLS handshake, which a TLS listener answers with a TLS record; the protocol's request for
// its versions (KIP-35), which a plain one answers before anybody authenticates; and the start of SASL (KIP-43), which
// a listener without it refuses.

import Glibc
import Threads

final class KafkaListeners: Sendable {
    private enum Speech {
        case tls
        case plain(hasSASL: Bool)
    }

    private let servers: [(host: String, port: String)]
    private let asksTLS: Bool
    private let asksSASL: Bool
    private let last = Guarded<(advice: String, until: UInt64)>(("", 0))
    /// How long an answer is kept, and how long to wait for one.
    private static let freshness: UInt64 = 30_000_000_000
    private static let patience = timeval(tv_sec: 1, tv_usec: 500_000)

    init(_ settings: KafkaSettings) {
        servers = KafkaListeners.addresses(settings.servers)
        let named = settings.options.kafkaProperties.last { $0.0 == "security.protocol" }?.1 ?? ""
        let asked = named.lowercased()
        asksTLS = asked.hasSuffix("ssl")
        asksSASL = asked.hasPrefix("sasl")
    }

    /// To be appended to an error's text; empty if the listener speaks the protocol in use, or says nothing.
    var advice: String {
        if let kept = last.withLock({ Clock.monotonic < $0.until ? $0.advice : nil }) { return kept }
        let found = look()
        last.withLock { $0 = (found, Clock.monotonic + KafkaListeners.freshness) }
        return found
    }

    /// Asks the first server that can be reached.
    private func look() -> String {
        for (host, port) in servers {
            guard let speech = KafkaListeners.speech(host, port) else { continue }
            return objection(speech).map { "; \(host):\(port) \($0)" } ?? ""
        }
        return ""
    }

    private func objection(_ speech: Speech) -> String? {
        switch speech {
        case .plain where asksTLS:
            "does not speak TLS: set security.protocol to plaintext (with SASL: sasl_plaintext), or name the TLS listener"
        case .tls where !asksTLS:
            "is a TLS listener: set security.protocol to ssl (with SASL: sasl_ssl), or name the plain listener"
        case .plain(hasSASL: true) where !asksSASL:
            "asks for SASL: set security.protocol to sasl_plaintext, and sasl.mechanism, sasl.username and sasl.password"
        case .plain(hasSASL: false) where asksSASL:
            "knows no SASL: set security.protocol to plaintext, or name the listener with SASL"
        default: nil
        }
    }

    /// `[PROTOCOL://]HOST[:PORT]`, separated by commas; HOST may be an IPv6 address in brackets.
    static func addresses(_ servers: String) -> [(host: String, port: String)] {
        servers.split(separator: ",").compactMap { each in
            var text = String(each.drop { $0 == " " })
            if let scheme = text.firstRange(of: "://") { text.removeSubrange(..<scheme.upperBound) }
            let colon = text.lastIndex(of: ":").flatMap { text[$0...].contains("]") ? nil : $0 }
            let host = colon.map { text[..<$0] } ?? text[...]
            let port = colon.map { text[text.index(after: $0)...] } ?? "9092"
            let bare = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
            return bare.isEmpty ? nil : (String(bare), String(port))
        }
    }

    // MARK: Asking

    private static func speech(_ host: String, _ port: String) -> Speech? {
        // A TLS record: its type (alert or handshake), then the version's first byte.
        if let answer = connected(host, port, { $0.ask(clientHello, count: 2) }),
            [0x15, 0x16].contains(answer[0]), answer[1] == 3
        {
            return .tls
        }
        return connected(host, port) { connection in
            // The length, then the number from the request.
            guard let answer = connection.ask(apiVersions, count: 8), answer[0] == 0, answer[1] == 0,
                Array(answer[4...]) == correlation,
                connection.receive(Int(answer[2]) * 256 + Int(answer[3]) - 4) != nil
            else { return nil }
            // Without SASL: ILLEGAL_SASL_STATE.
            let begun = connection.ask(saslHandshake, count: 10)
            return .plain(hasSASL: begun.map { $0[8] != 0 || $0[9] != 34 } ?? false)
        }
    }

    private static let correlation: [UInt8] = [0x70, 0x6C, 0x61, 0x6E]

    /// Version 0, without a client name.
    private static let apiVersions: [UInt8] = [0, 0, 0, 10, 0, 18, 0, 0] + correlation + [0xFF, 0xFF]

    /// Version 1, for PLAIN.
    private static let saslHandshake: [UInt8] =
        [0, 0, 0, 17, 0, 17, 0, 1] + correlation + [0xFF, 0xFF, 0, 5] + Array("PLAIN".utf8)

    /// A TLS 1.2 one (RFC 5246, 7.4.1.2) with one cipher suite that every server knows; an alert is an answer, too.
    private static let clientHello: [UInt8] =
        [0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3] + [UInt8](repeating: 0x70, count: 32) + [0, 0, 2, 0xC0, 0x2F, 1, 0]

    /// What `talk` finds out from the first of the host's addresses that answers.
    private static func connected<Answer>(_ host: String, _ port: String, _ talk: (Connection) -> Answer?) -> Answer? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        var next = found
        while let entry = next {
            next = entry.pointee.ai_next
            if let connection = Connection(entry.pointee, limit: patience), let answer = talk(connection) {
                return answer
            }
        }
        return nil
    }

    private final class Connection {
        private let descriptor: Int32

        init?(_ entry: addrinfo, limit: timeval) {
            descriptor = socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol)
            guard descriptor >= 0 else { return nil }
            // Linux bounds a blocking connect by the send time-out (socket(7), SO_SNDTIMEO).
            var limit = limit
            let size = socklen_t(MemoryLayout<timeval>.size)
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
            guard connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 else { return nil }
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        /// The first `count` bytes of the answer; nil without one.
        func ask(_ question: [UInt8], count: Int) -> [UInt8]? {
            guard send(descriptor, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else { return nil }
            return receive(count)
        }

        func receive(_ count: Int) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: max(0, count))
            return recv(descriptor, &bytes, bytes.count, Int32(MSG_WAITALL)) == bytes.count ? bytes : nil
        }
    }
}
