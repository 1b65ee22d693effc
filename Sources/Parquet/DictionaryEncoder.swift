// Builds the dictionary of a column chunk: each distinct value once, and an index a row. Gives up where it won't pay.
// Doubles are compared by their bits, so -0.0, 0.0 and every NaN keep theirs. Booleans have no dictionary.

struct ColumnDictionary: Sendable {
    /// The distinct values in the order of their first appearance, as positions among the chunk's non-null values.
    var firsts: [Int]
    /// One a non-null value.
    var indices: [UInt32]
    /// Bytes of the dictionary page before compression.
    var plainBytes: Int
}

enum DictionaryEncoder {
    /// Nil where PLAIN is better: a nearly unique sample, or a dictionary that outgrows `maxBytes` or half the values.
    static func build(_ buffer: ColumnBuffer, maxBytes: Int) -> ColumnDictionary? {
        guard buffer.valueCount > 0 else { return nil }
        switch buffer.type.physical {
        case .boolean: return nil
        case .int32: return buffer.words32.withUnsafeBufferPointer { build(words: $0, maxBytes) }
        case .int64, .double: return buffer.words64.withUnsafeBufferPointer { build(words: $0, maxBytes) }
        case .byteArray: return build(byteArrays: buffer, maxBytes)
        }
    }

    /// The PLAIN dictionary page's body.
    static func encodeValues(_ dictionary: ColumnDictionary, of buffer: ColumnBuffer, into page: inout [UInt8]) {
        page.reserveCapacity(page.count + dictionary.plainBytes)
        for first in dictionary.firsts { PlainEncoding.encode(buffer, values: first..<first + 1, into: &page) }
    }

    // MARK: The table

    private static let empty = UInt32.max

    /// Two thirds full at most.
    private static func slots(for entries: Int) -> Int {
        var size = 1024
        while size * 2 < entries * 3 { size *= 2 }
        return size
    }

    private static func entryLimit(values: Int, plainBytes: Int, _ maxBytes: Int) -> Int {
        // Small chunks always may; larger ones only while a value comes twice on average.
        let width = max(1, plainBytes / values)
        return min(max(values / 2, 256), maxBytes / width + 1)
    }

    private static func build<Word: FixedWidthInteger & UnsignedInteger>(
        words: UnsafeBufferPointer<Word>, _ maxBytes: Int
    ) -> ColumnDictionary? {
        let width = MemoryLayout<Word>.size
        guard
            DictionarySample.pays(
                count: words.count, plainBytes: words.count * width, hash: { hash(UInt64(words[$0])) })
        else { return nil }
        let limit = entryLimit(values: words.count, plainBytes: words.count * width, maxBytes)
        var firsts: [Int] = []
        var table = [UInt32](repeating: empty, count: slots(for: 1))
        var entries: [Word] = []
        // Values chosen to collide would take for ever; they get PLAIN.
        var probesLeft = 8 * words.count + 1024
        var overflow = false
        let indices = [UInt32](unsafeUninitializedCapacity: words.count) { indices, count in
            for position in 0..<words.count {
                let word = words[position]
                let mask = table.count &- 1
                var slot = Int(truncatingIfNeeded: hash(UInt64(word)) >> 20) & mask
                var index = table[slot]
                while index != empty && entries[Int(index)] != word {
                    slot = (slot &+ 1) & mask
                    index = table[slot]
                    probesLeft &-= 1
                }
                if index == empty {
                    if entries.count == limit || probesLeft < 0 {
                        overflow = true
                        break
                    }
                    index = UInt32(entries.count)
                    table[slot] = index
                    entries.append(word)
                    firsts.append(position)
                    if entries.count * 3 > table.count * 2 {
                        table = [UInt32](repeating: empty, count: table.count * 2)
                        for (index, entry) in entries.enumerated() {
                            place(UInt32(index), hash(UInt64(entry)), in: &table)
                        }
                    }
                }
                indices[position] = index
            }
            count = overflow ? 0 : words.count
        }
        return overflow ? nil : ColumnDictionary(firsts: firsts, indices: indices, plainBytes: firsts.count * width)
    }

    private static func build(byteArrays buffer: ColumnBuffer, _ maxBytes: Int) -> ColumnDictionary? {
        let values = buffer.starts.count
        return buffer.bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> ColumnDictionary? in
            buffer.starts.withUnsafeBufferPointer { (starts: UnsafeBufferPointer<Int>) -> ColumnDictionary? in
                /// The value with its length in front: equal values have equal bytes.
                func value(_ position: Int) -> UnsafeRawBufferPointer {
                    let end = position + 1 < values ? starts[position + 1] : bytes.count
                    return UnsafeRawBufferPointer(rebasing: bytes[starts[position]..<end])
                }
                guard DictionarySample.pays(count: values, plainBytes: bytes.count, hash: { hash(value($0)) })
                else { return nil }
                let limit = entryLimit(values: values, plainBytes: bytes.count, maxBytes)
                var firsts: [Int] = []
                var hashes: [UInt64] = []
                var table = [UInt32](repeating: empty, count: slots(for: 1))
                var plainBytes = 0
                var probesLeft = 8 * values + 1024
                var overflow = false
                let indices = [UInt32](unsafeUninitializedCapacity: values) { indices, count in
                    for position in 0..<values {
                        let wanted = value(position)
                        let hashed = hash(wanted)
                        let mask = table.count &- 1
                        var slot = Int(truncatingIfNeeded: hashed >> 20) & mask
                        var index = table[slot]
                        while index != empty
                            && !(hashes[Int(index)] == hashed && equal(value(firsts[Int(index)]), wanted))
                        {
                            slot = (slot &+ 1) & mask
                            index = table[slot]
                            probesLeft &-= 1
                        }
                        if index == empty {
                            plainBytes += wanted.count
                            if firsts.count == limit || plainBytes > maxBytes || probesLeft < 0 {
                                overflow = true
                                break
                            }
                            index = UInt32(firsts.count)
                            table[slot] = index
                            firsts.append(position)
                            hashes.append(hashed)
                            if firsts.count * 3 > table.count * 2 {
                                table = [UInt32](repeating: empty, count: table.count * 2)
                                for (index, hashed) in hashes.enumerated() { place(UInt32(index), hashed, in: &table) }
                            }
                        }
                        indices[position] = index
                    }
                    count = overflow ? 0 : values
                }
                return overflow ? nil : ColumnDictionary(firsts: firsts, indices: indices, plainBytes: plainBytes)
            }
        }
    }

    private static func place(_ index: UInt32, _ hash: UInt64, in table: inout [UInt32]) {
        let mask = table.count &- 1
        var slot = Int(truncatingIfNeeded: hash >> 20) & mask
        while table[slot] != empty { slot = (slot &+ 1) & mask }
        table[slot] = index
    }

    // MARK: Hashing

    @inline(__always)
    private static func hash(_ word: UInt64) -> UInt64 {
        let product = (word ^ 0x2545_F491_4F6C_DD1D).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = UInt64(bytes.count)
        var at = 0
        while at &+ 8 <= bytes.count {
            state = hash(state ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at &+= 8
        }
        // At least four bytes are there: the length. The last four may overlap what is hashed already.
        if at &+ 4 < bytes.count {
            state = hash(state ^ UInt64(bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        }
        return hash(state ^ UInt64(bytes.loadUnaligned(fromByteOffset: bytes.count &- 4, as: UInt32.self)) << 7)
    }

    @inline(__always)
    private static func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        var at = 0
        while at &+ 8 <= a.count {
            if a.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            {
                return false
            }
            at &+= 8
        }
        while at < a.count {
            if a[at] != b[at] { return false }
            at &+= 1
        }
        return true
    }
}
