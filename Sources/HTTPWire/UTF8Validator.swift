// UTF-8 checked as it arrives (RFC 3629 section 4): no overlong forms, no surrogates, nothing above U+10FFFF.
// Fails at the first byte that no continuation could make valid.

package struct UTF8Validator: Sendable {
    /// Continuation bytes that are still to come, and the range the next one must lie in.
    private var missing = 0
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    package init() {}

    /// Whether the text so far does not end within a character.
    package var isComplete: Bool { missing == 0 }

    /// False when the text can't be UTF-8, whatever follows.
    package mutating func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var i = 0
        let count = bytes.count
        while i < count {
            if missing == 0 {
                // Eight ASCII characters at a time.
                while i + 8 <= count,
                    base.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    i += 8
                }
                guard i < count else { return true }
            }
            let byte = base.load(fromByteOffset: i, as: UInt8.self)
            i += 1
            if missing > 0 {
                guard byte >= low, byte <= high else { return false }
                missing -= 1
                low = 0x80
                high = 0xBF
                continue
            }
            switch byte {
            case 0..<0x80: break
            case 0xC2...0xDF: missing = 1
            case 0xE0: expect(2, 0xA0, 0xBF)
            case 0xED: expect(2, 0x80, 0x9F)
            case 0xE1...0xEF: missing = 2
            case 0xF0: expect(3, 0x90, 0xBF)
            case 0xF1...0xF3: missing = 3
            case 0xF4: expect(3, 0x80, 0x8F)
            default: return false
            }
        }
        return true
    }

    private mutating func expect(_ count: Int, _ low: UInt8, _ high: UInt8) {
        missing = count
        self.low = low
        self.high = high
    }
}
