// What the web does with bytes: heads and bodies of requests, frames of WebSocket both ways.

import HTTPWire

let webPaths = [
    HotPath(name: "http_post", records: 4000) {
        let body = Inputs.json(Inputs.values(1))[0]
        let head =
            "POST /api/discoveries HTTP/1.1\r\nHost: planets.example:8080\r\nUser-Agent: curl/8.5.0\r\n"
            + "Accept: */*\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        let request = Array(head.utf8) + body
        return { range in
            var bytes = 0
            var body: [UInt8] = []
            request.withUnsafeBytes { request in
                for _ in range {
                    body.removeAll(keepingCapacity: true)
                    var parser = RequestHeadParser()
                    guard let (head, consumed) = try? parser.parse(request),
                        var decoder = try? BodyDecoder(head.framing, limit: 1 << 20)
                    else { fatalError("the request was refused") }
                    _ = try? decoder.decode(UnsafeRawBufferPointer(rebasing: request[consumed...]), into: &body)
                    bytes += body.count + head.fields.count
                }
            }
            return bytes
        }
    },
    HotPath(name: "websocket_receive", records: 4000) {
        // A choice of a viewer, masked.
        let text = Array(#"{"aggregates":["totals","by_method","by_year","mass_radius"],"patches":true}"#.utf8)
        let mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]
        let frame = [0x81, 0x80 | UInt8(text.count)] + mask + text.enumerated().map { $1 ^ mask[$0 & 3] }
        return { range in
            var bytes = 0
            var decoder = WebSocketDecoder(messageLimit: 1 << 16)
            frame.withUnsafeBytes { frame in
                for _ in range {
                    var position = 0
                    guard case .text(let text) = try? decoder.next(frame, &position) else {
                        fatalError("the frame was refused")
                    }
                    bytes += text.count
                }
            }
            return bytes
        }
    },
    HotPath(name: "websocket_send", records: 4000) {
        let payload = Array(Inputs.json(Inputs.values(12)).joined())
        return { range in
            var bytes = 0
            var out: [UInt8] = []
            for _ in range {
                out.removeAll(keepingCapacity: true)
                WebSocketFrame.append(.text, payload, to: &out)
                bytes += out.count
            }
            return bytes
        }
    },
    HotPath(name: "websocket_deflate", records: 200) {
        let payload = Array(Inputs.json(Inputs.values(12)).joined())
        let deflater = MessageDeflater()
        return { range in
            range.reduce(0) { bytes, _ in bytes + payload.withUnsafeBytes { deflater.deflate($0).count } }
        }
    },
]
