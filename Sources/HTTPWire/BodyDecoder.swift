// Takes a request's body out of the byte stream, by length or by chunks (RFC 9112 sections 6.2 and 7.1), incrementally.
// Trailers are checked and dropped. Not the decision how large a body may be; the limit is given.

package struct BodyDecoder {
    private enum State {
        case fixed(Int)
        /// A size line: the value so far, and how many digits.
        case size(Int, digits: Int)
        case `extension`(Int, ChunkExtensions)
        case sizeLineFeed(Int)
        case data(Int)
        case dataReturn
        case dataLineFeed
        case trailer
        case done
    }
    private var state: State
    private let limit: Int
    private var received = 0
    private var extensionBytes = 0
    private var trailerLine: [UInt8] = []
    private var trailerBytes = 0

    /// Of all chunk extensions of a body together (RFC 9112 section 7.1.1 wants a limit).
    static let extensionLimit = 4096
    static let trailerLimit = 8192

    /// Refuses a body whose length exceeds `limit` before any of it is read.
    package init(_ framing: BodyFraming, limit: Int) throws(RequestError) {
        self.limit = limit
        switch framing {
        case .none: state = .done
        case .length(let length):
            guard length <= limit else { throw BodyDecoder.tooLarge(limit) }
            state = length == 0 ? .done : .fixed(length)
        case .chunked: state = .size(0, digits: 0)
        }
    }

    package var isDone: Bool { if case .done = state { true } else { false } }

    private static func tooLarge(_ limit: Int) -> RequestError {
        RequestError(413, "the body may have at most \(limit) bytes")
    }

    /// Appends content to `body` and returns how many input bytes were used: all of them, until the body is done.
    package mutating func decode(
        _ input: UnsafeRawBufferPointer, into body: inout [UInt8]
    ) throws(RequestError) -> Int {
        var i = 0
        while i < input.count {
            switch state {
            case .done: return i
            case .fixed(let left):
                let count = BodyDecoder.copy(input, &i, atMost: left, to: &body)
                state = count == left ? .done : .fixed(left - count)
            case .data(let left):
                let count = BodyDecoder.copy(input, &i, atMost: left, to: &body)
                state = count == left ? .dataReturn : .data(left - count)
            default:
                try step(input[i])
                i += 1
            }
        }
        return i
    }

    private static func copy(
        _ input: UnsafeRawBufferPointer, _ i: inout Int, atMost left: Int, to body: inout [UInt8]
    ) -> Int {
        let count = min(left, input.count - i)
        body.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[i..<(i + count)]))
        i += count
        return count
    }

    private mutating func step(_ byte: UInt8) throws(RequestError) {
        switch state {
        case .size(let size, let digits):
            if let digit = hexDigit(byte) {
                // RFC 9112 section 7.1: recipients MUST anticipate large numerals and prevent overflow.
                guard digits < 15 else { throw RequestError(400, "chunk size too long") }
                state = .size(size << 4 | Int(digit), digits: digits + 1)
                return
            }
            guard digits > 0 else { throw RequestError(400, "malformed chunk size") }
            try endSize(size, byte)
        case .extension(let size, var extensions):
            if byte == 0x0D {
                guard extensions.isWhole else { throw RequestError(400, "malformed chunk extension") }
                state = .sizeLineFeed(size)
            } else {
                try takeExtension(size, &extensions, byte)
            }
        case .sizeLineFeed(let size):
            guard byte == 0x0A else { throw RequestError(400, "chunk size line ends without CR LF") }
            if size == 0 {
                state = .trailer
            } else {
                guard size <= limit - received else { throw BodyDecoder.tooLarge(limit) }
                received += size
                state = .data(size)
            }
        case .dataReturn:
            guard byte == 0x0D else { throw RequestError(400, "chunk is longer than its size") }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { throw RequestError(400, "chunk ends without CR LF") }
            state = .size(0, digits: 0)
        case .trailer: try stepTrailer(byte)
        case .fixed, .data, .done: preconditionFailure("BUG: content is not taken byte by byte")
        }
    }

    private mutating func endSize(_ size: Int, _ byte: UInt8) throws(RequestError) {
        switch byte {
        case 0x0D: state = .sizeLineFeed(size)
        case 0x3B, 0x20, 0x09:
            var extensions = ChunkExtensions()
            try takeExtension(size, &extensions, byte)
        default: throw RequestError(400, "malformed chunk size")
        }
    }

    private mutating func takeExtension(
        _ size: Int, _ extensions: inout ChunkExtensions, _ byte: UInt8
    ) throws(RequestError) {
        extensionBytes += 1
        guard extensionBytes <= BodyDecoder.extensionLimit else { throw RequestError(400, "chunk extensions too long") }
        try extensions.take(byte)
        state = .extension(size, extensions)
    }

    /// RFC 9112 section 7.1.2: field lines up to an empty line; checked as such, then forgotten.
    private mutating func stepTrailer(_ byte: UInt8) throws(RequestError) {
        trailerBytes += 1
        guard trailerBytes <= BodyDecoder.trailerLimit else { throw RequestError(431, "trailers too large") }
        guard byte == 0x0A else {
            trailerLine.append(byte)
            return
        }
        guard trailerLine.last == 0x0D else { throw RequestError(400, "line ends without a carriage return") }
        if trailerLine.count == 1 {
            state = .done
            return
        }
        let failure = trailerLine.withUnsafeBytes { (line) -> RequestError? in
            do throws(RequestError) {
                _ = try FieldLine.parse(line, 0..<(line.count - 1))
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        trailerLine.removeAll(keepingCapacity: true)
    }
}
