// The opening handshake, server side (RFC 6455 section 4.2). Not the origin check; the server's options decide that.

package enum WebSocketHandshake {
    package enum Answer: Sendable, Equatable {
        /// 101 with this Sec-WebSocket-Accept.
        case accept(String)
        case refuse(status: Int, detail: String, fields: [ResponseField])
    }

    package static func answer(_ head: RequestHead) -> Answer {
        // RFC 6455 section 4.2.1: a GET of HTTP/1.1 or higher with these fields.
        guard head.method == .get || head.method == .head, head.version == .http11 else {
            return .refuse(status: 400, detail: "a WebSocket handshake is a GET of HTTP/1.1", fields: [])
        }
        guard head.method == .get, head.lists("upgrade", token: "websocket"), head.lists("connection", token: "upgrade")
        else {
            // RFC 9110 section 15.5.22: a 426 MUST say what to upgrade to.
            return .refuse(
                status: 426, detail: "this resource speaks WebSocket only",
                fields: [
                    ResponseField("Upgrade", "websocket"), ResponseField("Connection", "Upgrade"),
                    ResponseField("Sec-WebSocket-Version", "13"),
                ])
        }
        // RFC 6455 section 4.4: another version is answered with the supported ones.
        guard head.values("sec-websocket-version") == ["13"] else {
            return .refuse(
                status: 426, detail: "only WebSocket version 13 is supported",
                fields: [ResponseField("Upgrade", "websocket"), ResponseField("Sec-WebSocket-Version", "13")])
        }
        let keys = head.values("sec-websocket-key")
        guard keys.count == 1, isKey(Array(keys[0].utf8)) else {
            return .refuse(status: 400, detail: "malformed Sec-WebSocket-Key", fields: [])
        }
        return .accept(accept(key: keys[0]))
    }

    /// RFC 6455 section 4.2.2, item 5.4.
    static func accept(key: String) -> String {
        Digests.base64(Digests.sha1(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// 16 bytes in base64: 22 characters and two equals signs.
    private static func isKey(_ key: [UInt8]) -> Bool {
        key.count == 24 && key[22] == 0x3D && key[23] == 0x3D
            && key[..<22].allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
                default: false
                }
            }
    }
}
