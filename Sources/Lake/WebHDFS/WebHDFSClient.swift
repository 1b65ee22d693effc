// Talks to a file system's NameNodes (and the DataNodes they name) over WebHDFS: addresses, credentials, which NameNode
// is active, retries after a failure. Calls are bounded in time, further by `giveUpSoon`. For several threads.
// WebHDFSFileStore combines the calls into a file store.

import Glibc
import Telemetry
import Threads

final class WebHDFSClient: Sendable {
    let address: WebHDFSAddress
    private let deadline = WebHDFSDeadline()
    /// Connections not in use.
    private let idle = Guarded<[WebHDFSConnection]>([])
    /// The NameNode that answered last.
    private let active = Guarded(0)
    /// The NameNode's clock (milliseconds since 1970), with the monotonic time when it was read.
    private let clock = Guarded<(shown: Int64, at: UInt64)?>(nil)
    private let metrics = WebHDFSMetrics()
    private static let firstPause: UInt64 = 50_000_000
    private static let longestPause: UInt64 = 2_000_000_000
    private static let keptConnections = 4

    init(_ address: WebHDFSAddress) { self.address = address }

    /// From now on calls end within this time, with an error if need be.
    func giveUpSoon(within nanoseconds: UInt64) { deadline.set(Clock.monotonic + nanoseconds) }

    /// The NameNode's clock, milliseconds since 1970, within a second (the header Date). Nil before its first answer.
    var now: Int64? { clock.withLock { $0.map { $0.shown + Int64((Clock.monotonic - $0.at) / 1_000_000) } } }

    // MARK: Retries

    /// Runs `body` until it succeeds, fails for good, or patience runs out.
    func patiently<Result>(
        patience: UInt64? = nil, _ body: () throws(WebHDFSFailure) -> Result
    ) throws(LakeError) -> Result {
        let end = Clock.monotonic + (patience ?? address.options.patience)
        var pause = WebHDFSClient.firstPause
        while true {
            let asked = active.withLock { $0 }
            do {
                return try body()
            } catch {
                var wait = UInt64.random(in: pause / 2...pause)
                switch error.remedy {
                case .none: throw error.error
                case .again: break
                case .elsewhere:
                    let isFirstRound = active.withLock { active in
                        // Unless another thread has moved on already.
                        if active == asked { active = (active + 1) % address.nodes.count }
                        return active != 0
                    }
                    // The other one has not been asked yet.
                    if isFirstRound { wait = WebHDFSClient.firstPause / 10 }
                }
                guard Clock.monotonic + wait < min(end, deadline.value) else { throw error.error }
                metrics.retries.add()
                Log.warning("hdfs call failed; trying again", ["reason": error.error, "pause_ms": wait / 1_000_000])
                deadline.pause(wait)
                pause = min(pause * 2, WebHDFSClient.longestPause)
            }
        }
    }

    // MARK: Once

    /// One request to a NameNode. `path` is absolute; `parameters` are unescaped, and omitted if nil. Throws on
    /// anything but success or a redirect.
    func ask(
        _ method: String, _ operation: String, _ path: String, _ parameters: KeyValuePairs<String, String?> = [:]
    ) throws(WebHDFSFailure) -> WebHDFSAnswer {
        let node = address.nodes[active.withLock { $0 }]
        var url =
            "\(address.isSecure ? "https" : "http")://\(node)/webhdfs/v1\(WebHDFSClient.escaped(path))?op=\(operation)"
        for case (let name, let value?) in parameters { url += "&\(name)=\(WebHDFSClient.escaped(value))" }
        url += try identity()
        let answer = send(method, url, operation, nil, isLong: false)
        // 307 Temporary Redirect: to a DataNode.
        guard (200...299).contains(answer.status) || answer.status == 307 else {
            throw WebHDFSFailure(answer, "\(operation) \(path) at \(node)")
        }
        if let date = answer.date {
            // Half a second, because the header has no fraction.
            clock.withLock { $0 = (date * 1000 + 500, Clock.monotonic) }
        }
        return answer
    }

    /// The second step of CREATE and OPEN, at the address in the NameNode's answer.
    func follow(
        _ redirect: WebHDFSAnswer, _ method: String, _ operation: String, _ path: String,
        upload: WebHDFSUpload? = nil
    ) throws(WebHDFSFailure) -> WebHDFSAnswer {
        guard redirect.status == 307, let location = redirect.location,
            location.hasPrefix(address.isSecure ? "https://" : "http://")
        else {
            throw WebHDFSFailure(
                .unsupported("\(operation) \(path): the NameNode named no DataNode with our protocol"))
        }
        let answer = send(method, location, operation, upload, isLong: true)
        guard (200...299).contains(answer.status) else {
            let host = location.split(separator: "/").dropFirst().first ?? "?"
            var failure = WebHDFSFailure(answer, "\(operation) \(path) at DataNode \(host)")
            // The NameNode works, and will name another DataNode once it has noticed.
            if failure.remedy == .elsewhere { failure.remedy = .again }
            throw failure
        }
        return answer
    }

    private func send(
        _ method: String, _ url: String, _ operation: String, _ upload: WebHDFSUpload?, isLong: Bool
    ) -> WebHDFSAnswer {
        guard
            let connection = idle.withLock({ $0.popLast() })
                ?? WebHDFSConnection(caFile: address.options.caFile, deadline: deadline)
        else { return WebHDFSAnswer(error: "no memory for a connection") }
        let start = Clock.monotonic
        let answer = connection.send(method, url, upload: upload, isLong: isLong)
        metrics.asked(operation, answer.status, seconds: Double(Clock.monotonic - start) / 1e9)
        if answer.status != 0 {
            idle.withLock { if $0.count < WebHDFSClient.keptConnections { $0.append(connection) } }
        }
        return answer
    }

    /// The part of the query with our credentials.
    private func identity() throws(WebHDFSFailure) -> String {
        let options = address.options
        if let file = options.tokenFile {
            guard let token = WebHDFSClient.firstLine(of: file), !token.isEmpty else {
                throw WebHDFSFailure(.readOnly("cannot read a delegation token from \(file)"))
            }
            return "&delegation=\(WebHDFSClient.escaped(token))"
        }
        if let token = options.token { return "&delegation=\(WebHDFSClient.escaped(token))" }
        return "&user.name=\(WebHDFSClient.escaped(options.userName))"
    }

    private static func firstLine(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { return nil }
        return String(decoding: bytes[..<count].prefix { $0 > 0x20 }, as: UTF8.self)
    }

    /// RFC 3986 section 2.1: all but unreserved characters, the path's slashes, and "=", as in `dt=...`.
    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F, 0x3D: bytes.append(byte)
            default:
                bytes.append(0x25)
                for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension WebHDFSFailure.Remedy: Equatable {}

/// The client's numbers for /metrics.
final class WebHDFSMetrics: Sendable {
    let retries = Metrics.shared.counter("planetarium_hdfs_retries_total", "Requests to HDFS that were made again.")
    private let seconds = Metrics.shared.histogram("planetarium_hdfs_request_seconds", "Time of a request to HDFS.")

    func asked(_ operation: String, _ status: Int, seconds time: Double) {
        let outcome = status == 0 ? "none" : String(status)
        Metrics.shared.counter(
            "planetarium_hdfs_requests_total", "Requests to HDFS.", labels: ["op": operation, "status": outcome]
        ).add()
        seconds.record(seconds: time)
    }
}
