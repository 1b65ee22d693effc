// HTTP heads and bodies, and WebSocket frames: whole and in pieces they must say the same, and use no more bytes than
// there are.

import HTTPWire

private struct Outcome: Equatable {
    var text = ""
    var used = 0
}

func fuzzHead(_ input: UnsafeRawBufferPointer) {
    guard let (whole, at) = cut(input) else { return }
    func end(_ parts: [Int]) -> Outcome {
        var parser = RequestHeadParser()
        for count in parts {
            do throws(RequestError) {
                guard let found = try parser.parse(UnsafeRawBufferPointer(rebasing: whole[..<count])) else { continue }
                claim(found.consumed <= whole.count, "a head of more bytes than there are")
                let head = found.head
                let fields = head.fields.map { "\(head.text($0.name)): \(head.text($0.value))" }
                let start = "\(head.method) \(head.authority) \(head.path) \(head.query ?? "")"
                return Outcome(text: "\(start) \(head.framing) \(head.keepsAlive) \(fields)", used: found.consumed)
            } catch {
                return Outcome(text: "\(error)")
            }
        }
        return Outcome(text: "more")
    }
    // An error may be seen before the head is whole, or behind another one: both refuse.
    let (all, pieces) = (end([whole.count]), end([at, whole.count]))
    claim(all == pieces, "whole: \(all), in pieces: \(pieces)")
}

func fuzzBody(_ input: UnsafeRawBufferPointer) {
    guard let (whole, at) = cut(input), let kind = whole.first else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: whole[1...])
    func end(_ pieces: [Range<Int>]) -> Outcome {
        var body: [UInt8] = []
        var used = 0
        do throws(RequestError) {
            var decoder = try BodyDecoder(kind % 4 == 0 ? .length(Int(kind)) : .chunked, limit: 4096)
            for piece in pieces where !decoder.isDone {
                let taken = try decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[piece]), into: &body)
                claim(taken <= piece.count, "more taken than there is")
                claim(decoder.isDone || taken == piece.count, "left a byte before the end")
                used += taken
            }
            claim(body.count <= 4096, "a body beyond its limit")
            return Outcome(text: "\(decoder.isDone) \(body)", used: used)
        } catch {
            return Outcome(text: "\(error)")
        }
    }
    let place = min(at, bytes.count)
    let (all, pieces) = (end([0..<bytes.count]), end([0..<place, place..<bytes.count]))
    claim(all == pieces, "whole: \(all), in pieces: \(pieces)")
}

func fuzzWebSocket(_ input: UnsafeRawBufferPointer) {
    guard let (whole, at) = cut(input) else { return }
    func end(_ ends: [Int]) -> [String] {
        var decoder = WebSocketDecoder(messageLimit: 1024)
        var events: [String] = []
        var position = 0
        for count in ends {
            do throws(WebSocketError) {
                while let event = try decoder.next(UnsafeRawBufferPointer(rebasing: whole[..<count]), &position) {
                    events.append("\(event)")
                }
            } catch {
                return events + ["\(error)"]
            }
            claim(position <= count, "read beyond the end")
        }
        return events
    }
    let (all, pieces) = (end([whole.count]), end([at, whole.count]))
    claim(all == pieces, "whole: \(all), in pieces: \(pieces)")
}
