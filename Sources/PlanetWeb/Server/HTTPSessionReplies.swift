// How a reply is put on the wire: head, content by the rules of method and status (RFC 9112 section 6.3), metrics.

import HTTPWire
import Reactor
import Threads

extension HTTPSession {
    func send(_ response: Response, to request: Awaited, closes: Bool, _ channel: Channel) {
        // RFC 9110 section 8.6: no Content-Length with 1xx and 204. A 304 has none here either; it has no content.
        let hasContent = response.status >= 200 && response.status != 204 && response.status != 304
        let persistence: ResponseHead.Persistence =
            closes ? .close : request.version == .http10 ? .keepAlive : .usual
        server.scratch.removeAll(keepingCapacity: true)
        ResponseHead.append(
            status: response.status, fields: response.headers, contentLength: hasContent ? response.body.count : nil,
            persistence: persistence, date: server.date, to: &server.scratch)
        // RFC 9110 section 9.3.2: the reply to HEAD is the head of the reply to GET.
        let sendsContent = hasContent && !request.isHead
        switch response.body {
        case .bytes(let bytes) where sendsContent:
            if bytes.count <= 4096 { server.scratch += bytes }
            server.scratch.withUnsafeBytes { channel.write($0) }
            if bytes.count > 4096 { channel.write(bytes) }
        case .shared(let bytes) where sendsContent:
            server.scratch.withUnsafeBytes { channel.write($0) }
            channel.write(bytes)
        default:
            server.scratch.withUnsafeBytes { channel.write($0) }
        }
        let metrics = server.state.metrics
        metrics.requests(response.status).add()
        metrics.duration.record(seconds: Double(Clock.monotonic &- request.started) * 1e-9)
    }
}
