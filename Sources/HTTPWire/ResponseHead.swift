// Writes a response's status line and fields (RFC 9112 section 4). Field values were made safe by ResponseField.

package enum ResponseHead {
    package enum Persistence: Sendable {
        /// The version's default, with the seconds of silence that the connection is kept; 0: not said.
        case usual(Int)
        case close
        case keepAlive(Int)
    }

    /// "HTTP/1.1 200 OK" and CR LF, by status.
    private static let statusLines: [[UInt8]] = (0..<600).map { status in
        Array("HTTP/1.1 \(status) \(StatusText.of(status))\r\n".utf8)
    }

    /// `contentLength` nil: no field (204, 304, streams that end with the connection). `defaults`: fields, named as
    /// everywhere, where `fields` has none of the name. `date`: a whole field line.
    package static func append(
        status: Int, fields: [ResponseField], contentLength: Int?, persistence: Persistence = .usual(0),
        defaults: [ResponseField] = [], date: [UInt8] = [], to out: inout [UInt8]
    ) {
        precondition(status >= 100 && status < 600, "BUG: not a status: \(status)")
        out += statusLines[status]
        out += date
        for field in fields { append(field, to: &out) }
        for field in defaults where !fields.contains(where: { $0.name == field.name }) { append(field, to: &out) }
        if let contentLength {
            append("Content-Length: ", to: &out)
            append(contentLength, to: &out)
            append("\r\n", to: &out)
        }
        switch persistence {
        case .usual(let seconds): appendTime(seconds, to: &out)
        case .close: append("Connection: close\r\n", to: &out)
        case .keepAlive(let seconds):
            append("Connection: keep-alive\r\n", to: &out)
            appendTime(seconds, to: &out)
        }
        append("\r\n", to: &out)
    }

    private static func append(_ field: ResponseField, to out: inout [UInt8]) {
        append(field.name, to: &out)
        append(": ", to: &out)
        append(field.value, to: &out)
        append("\r\n", to: &out)
    }

    /// RFC 9112 appendix C.2.2: so that a client does not send on a connection that is just being closed.
    private static func appendTime(_ seconds: Int, to out: inout [UInt8]) {
        guard seconds > 0 else { return }
        append("Keep-Alive: timeout=", to: &out)
        append(seconds, to: &out)
        append("\r\n", to: &out)
    }

    @inline(__always) private static func append(_ text: StaticString, to out: inout [UInt8]) {
        out.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always) private static func append(_ text: String, to out: inout [UInt8]) {
        out.append(contentsOf: text.utf8)
    }

    private static func append(_ number: Int, to out: inout [UInt8]) {
        if number >= 10 { append(number / 10, to: &out) }
        out.append(UInt8(0x30 + number % 10))
    }

    package static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}
