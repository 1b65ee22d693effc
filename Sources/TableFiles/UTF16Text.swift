// UTF-16, which spreadsheets call "Unicode text", decoded strictly: half of a pair is an error, not a question mark.

struct UTF16Text {
    private let bytes: ArraySlice<UInt8>
    private let isBigEndian: Bool

    /// Nil for anything else. Without a byte order mark every second one of the first bytes must be zero, as in English
    /// text.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFF, 0xFE, 0, 0]) {
            (self.bytes, isBigEndian) = (bytes[2...], false)
        } else if bytes.starts(with: [0xFE, 0xFF]) {
            (self.bytes, isBigEndian) = (bytes[2...], true)
        } else {
            let start = bytes.prefix(32)
            guard start.count >= 8, start.count.isMultiple(of: 2) else { return nil }
            func zeros(_ rest: Int) -> Bool { start.indices.allSatisfy { ($0 % 2 == rest) == (start[$0] == 0) } }
            guard zeros(0) || zeros(1) else { return nil }
            (self.bytes, isBigEndian) = (bytes[...], zeros(0))
        }
    }

    func utf8() throws(TableFileError) -> [UInt8] {
        let odd = TableFileError(.unknown_encoding, "The text is UTF-16 with an odd number of bytes.")
        guard bytes.count.isMultiple(of: 2) else { throw odd }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var lead: UInt16?
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let (one, two) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
            let unit = isBigEndian ? one << 8 | two : two << 8 | one
            at += 2
            if let high = lead {
                guard UTF16.isTrailSurrogate(unit) else { throw UTF16Text.halfPair }
                let value = 0x10000 + (UInt32(high - 0xD800) << 10 | UInt32(unit - 0xDC00))
                if let scalar = Unicode.Scalar(value) { result.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
                lead = nil
            } else if UTF16.isLeadSurrogate(unit) {
                lead = unit
            } else if unit < 0x80 {
                result.append(UInt8(unit))
            } else {
                guard let scalar = Unicode.Scalar(unit) else { throw UTF16Text.halfPair }
                result.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
        guard lead == nil else { throw UTF16Text.halfPair }
        return result
    }

    private static var halfPair: TableFileError {
        TableFileError(.unknown_encoding, "The text is UTF-16 with half of a surrogate pair.")
    }
}
