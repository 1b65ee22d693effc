// Requests made without a connection, through the same parser: straight into the router.

import HTTPWire
import Reactor

@testable import PlanetWeb

extension Request {
    /// Host is added when it isn't among the headers.
    init(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) throws(RequestError) {
        var text = "\(method) \(target) HTTP/1.1\r\n"
        if !headers.contains(where: { $0.0.lowercased() == "host" }) { text += "Host: localhost\r\n" }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        text += "\r\n"
        var parser = RequestHeadParser()
        var parsed: Result<RequestHead?, RequestError> = .success(nil)
        text.withUTF8 { text in
            do throws(RequestError) {
                parsed = .success(try parser.parse(UnsafeRawBufferPointer(text))?.head)
            } catch {
                parsed = .failure(error)
            }
        }
        guard let head = try parsed.get() else { throw RequestError(400, "not a whole request") }
        self.init(head: head, body: body)
    }
}

extension LoopContext {
    /// A context whose loop never runs.
    static func detached() throws(ReactorError) -> LoopContext { LoopContext(index: 0, loop: try EventLoop()) }
}
