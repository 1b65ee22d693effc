// The command-line tools' HTTP client: libcurl, one request at a time, one connection. The server doesn't use it.

import CCurl
import Glibc
import Threads

/// One answer. `status` 0 means that none came; `error` says why.
struct HTTPAnswer {
    var status: Int
    var body: [UInt8]
    var retryAfter: Double?
    var error: String

    /// Why it is no success.
    var reason: String {
        status == 0 ? error : "status \(status): \(String(decoding: body.prefix(300), as: UTF8.self))"
    }
}

/// What a server may require.
struct ServerCredentials {
    var token: String?
    var caFile: String?
}

final class HTTPClient {
    private let client: OpaquePointer
    private let base: String
    private let credentials: ServerCredentials

    /// `base`: "http://127.0.0.1:8080", without a path.
    init?(base: String, _ credentials: ServerCredentials = ServerCredentials()) {
        guard let client = ccurl_open() else { return nil }
        self.client = client
        self.credentials = credentials
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    }

    deinit { ccurl_close(client) }

    func send(_ method: String, _ path: String, headers: [String] = [], body: [UInt8]? = nil) -> HTTPAnswer {
        // libcurl copies neither the header strings nor the body, so both are kept alive during the call.
        let headers = headers + (credentials.token.map { ["Authorization: Bearer \($0)"] } ?? [])
        var lines: [UnsafePointer<CChar>?] = headers.map { UnsafePointer(strdup($0)) }
        lines.append(nil)
        defer { for line in lines { free(UnsafeMutablePointer(mutating: line)) } }
        let caFile = credentials.caFile.map { strdup($0) }
        defer { free(caFile ?? nil) }
        var extras = ccurl_extras()
        extras.file_length = -1
        extras.ca_file = UnsafePointer(caFile ?? nil)
        func send(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> ccurl_response {
            ccurl_send_with(client, method, base + path, lines, bytes, count, 120, &extras)
        }
        let response = body?.withUnsafeBufferPointer { send($0.baseAddress, $0.count) } ?? send(nil, 0)
        return HTTPAnswer(
            status: response.status,
            body: Array(UnsafeBufferPointer(start: response.body, count: response.body_length)),
            retryAfter: response.retry_after < 0 ? nil : response.retry_after,
            error: String(cString: response.error))
    }

    /// As `send`, but tries again while the server is away or busy (no answer, 502, 503, 504, 409), with growing waits;
    /// returns the last answer after `patience` seconds. A server that says when to come again because too much was
    /// sent (429) is there: patience with it is longer. Safe for submissions, as they have an Idempotency-Key.
    /// `onWait`: the answer that is not the last one, and how many seconds of patience are left.
    func sendPatiently(
        _ method: String, _ path: String, headers: [String], body: [UInt8]?, patience: Double = 60,
        onWait: (HTTPAnswer, Double) -> Void = { _, _ in }
    ) -> HTTPAnswer {
        var waited = 0.0
        var toldToWait = 0.0
        var wait = 0.1
        while true {
            let answer = send(method, path, headers: headers, body: body)
            if answer.status == 429, toldToWait < 20 * patience {
                onWait(answer, 20 * patience - toldToWait)
                let pause = min(max(1, answer.retryAfter ?? 0), 60)
                Clock.pause(UInt64(pause * 1e9))
                toldToWait += pause
                continue
            }
            let again = [0, 409, 502, 503, 504].contains(answer.status)
            guard again, waited < patience else { return answer }
            onWait(answer, patience - waited)
            let pause = min(max(wait, answer.retryAfter ?? 0), 10)
            Clock.pause(UInt64(pause * 1e9))
            waited += pause
            wait *= 2
        }
    }
}
