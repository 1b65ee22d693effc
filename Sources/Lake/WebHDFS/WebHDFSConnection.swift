// One HTTP connection to a NameNode or a DataNode, by libcurl: sends a request and returns the answer, for one thread
// at a time. Neither interprets nor retries.

import CCurl
import Glibc
import Threads

struct WebHDFSAnswer {
    /// 0: no answer; `error` says why.
    var status = 0
    var body: [UInt8] = []
    var location: String?
    /// The header Date, seconds since 1970.
    var date: Int64?
    var error = ""
    /// No answer, and the server has not seen the request.
    var isUnsent = false
}

/// When requests are cut off, perhaps by another thread.
final class WebHDFSDeadline: @unchecked Sendable {
    // @unchecked: the number is only read and written atomically, by ccurl.
    let nanoseconds: UnsafeMutablePointer<UInt64>
    private let end = Guarded(UInt64.max)

    init() {
        nanoseconds = .allocate(capacity: 1)
        nanoseconds.initialize(to: .max)
    }

    deinit { nanoseconds.deallocate() }

    /// Monotonic.
    var value: UInt64 { end.withLock { $0 } }

    /// Only ever moves nearer.
    func set(_ value: UInt64) {
        let value = end.withLock { end in
            end = min(end, value)
            return end
        }
        ccurl_set(nanoseconds, value)
        end.wakeAll()
    }

    /// Pauses; ends early if the deadline moves before the end of the pause.
    func pause(_ nanoseconds: UInt64) {
        let until = Clock.monotonic + nanoseconds
        let _: Bool? = end.wait(timeout: nanoseconds) { $0 < until ? true : nil }
    }
}

/// A local file as a request's body.
struct WebHDFSUpload {
    var descriptor: Int32
    var length: Int64
}

final class WebHDFSConnection: @unchecked Sendable {
    // @unchecked: only the thread that took it from the pool uses it.
    private let client: OpaquePointer
    private let caFile: String?
    private let deadline: WebHDFSDeadline
    /// For requests without a body.
    private static let wholeSeconds = 20
    private static let connectSeconds = 4
    /// An upload may take as long as it needs while data moves.
    private static let stallSeconds = 20

    init?(caFile: String?, deadline: WebHDFSDeadline) {
        guard let client = ccurl_open() else { return nil }
        self.client = client
        self.caFile = caFile
        self.deadline = deadline
    }

    deinit { ccurl_close(client) }

    func send(_ method: String, _ url: String, upload: WebHDFSUpload? = nil, isLong: Bool = false) -> WebHDFSAnswer {
        let type = strdup("Content-Type: application/octet-stream")
        let authority = caFile.map { strdup($0) } ?? nil
        defer {
            free(type)
            free(authority)
        }
        var extras = ccurl_extras()
        extras.file = upload?.descriptor ?? -1
        extras.file_length = upload?.length ?? -1
        extras.connect_seconds = WebHDFSConnection.connectSeconds
        extras.stall_seconds = WebHDFSConnection.stallSeconds
        extras.ca_file = UnsafePointer(authority)
        extras.deadline = UnsafePointer(deadline.nanoseconds)
        let headers: [UnsafePointer<CChar>?] = [upload == nil ? nil : UnsafePointer(type), nil]
        let whole = upload == nil && !isLong ? WebHDFSConnection.wholeSeconds : 0
        let response = ccurl_send_with(client, method, url, headers, nil, 0, whole, &extras)
        return WebHDFSAnswer(
            status: response.status,
            body: Array(UnsafeBufferPointer(start: response.body, count: response.body_length)),
            location: response.location.map { String(cString: $0) }, date: response.date < 0 ? nil : response.date,
            error: String(cString: response.error), isUnsent: response.unsent != 0)
    }
}
