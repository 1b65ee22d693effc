// Where the values of a packed discovery lie. DiscoveryPacking.swift writes them.

/// The fixed part of a discovery's bytes, and what follows from it: which columns are given, 16 bytes. Behind it lie,
/// of the number columns, the widths, four bits each, and the scales, two bits each, in column order; the numbers; of
/// the texts the lengths; the texts. PackedNumbers.swift says what a number is. A text that the name begins with (its
/// host, mostly) is only a length.
struct DiscoveryLayout {
    /// Bits by number column, 0 to 63 and from 64, and by text column.
    let low: UInt64
    let high: UInt32
    let texts: UInt32
    /// How many number columns are given. It lies in the uppermost byte of the second word: counting bits takes longer
    /// than reading it.
    let numbers: Int
    private let start: Int

    /// Of the bits.
    static let masks = 16
    /// The bits of columns in the word that has a count above them.
    private static let columns: UInt32 = 0xFF_FFFF

    static func head(numbers: Int) -> Int { masks + (numbers + 1) / 2 + (numbers + 3) / 4 }

    private var widths: Int { start + DiscoveryLayout.masks }
    private var scales: Int { widths + (numbers + 1) / 2 }
    private var values: Int { start + DiscoveryLayout.head(numbers: numbers) }

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self))
        texts = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
        self.high = high & DiscoveryLayout.columns
        numbers = Int(high >> 24)
        self.start = start
    }

    /// The number of that rank.
    @inline(__always)
    func number(rank: Int, _ bytes: UnsafeRawBufferPointer) -> Double {
        PackedNumber.read(
            bytes, at: values + PackedNumber.sum(bytes, at: widths, rank), width: width(rank, bytes),
            scale: scale(rank, bytes))
    }

    @inline(__always)
    fileprivate func width(_ rank: Int, _ bytes: UnsafeRawBufferPointer) -> Int {
        Int(bytes[widths + rank / 2] >> UInt8(4 * (rank & 1)) & 15)
    }

    @inline(__always)
    fileprivate func scale(_ rank: Int, _ bytes: UnsafeRawBufferPointer) -> Int {
        Int(bytes[scales + rank / 4] >> UInt8(2 * (rank & 3)) & 3)
    }

    func numberCursor() -> NumberCursor { NumberCursor(layout: self, at: values) }

    /// At the first text.
    func textCursor(_ bytes: UnsafeRawBufferPointer) -> TextCursor {
        var heads = PackedCursor(bytes, at: values + PackedNumber.sum(bytes, at: widths, numbers))
        let begin = heads.at
        for _ in 0..<texts.nonzeroBitCount { _ = heads.count() }
        return TextCursor(bytes: bytes, heads: PackedCursor(bytes, at: begin), name: heads.at, at: heads.at)
    }

    /// Calls back with each bit's number.
    @inline(__always)
    static func each(_ bits: UInt64, _ body: (UInt8) -> Void) {
        var bits = bits
        while bits != 0 {
            body(UInt8(truncatingIfNeeded: bits.trailingZeroBitCount))
            bits &= bits - 1
        }
    }
}

/// Goes through the numbers in column order.
struct NumberCursor {
    let layout: DiscoveryLayout
    private(set) var at: Int
    private var rank = 0

    init(layout: DiscoveryLayout, at: Int) {
        self.layout = layout
        self.at = at
    }

    mutating func next(_ bytes: UnsafeRawBufferPointer) -> Double {
        let width = layout.width(rank, bytes)
        defer {
            at += width
            rank += 1
        }
        return PackedNumber.read(bytes, at: at, width: width, scale: layout.scale(rank, bytes))
    }
}

/// Goes through the texts in column order.
struct TextCursor {
    let bytes: UnsafeRawBufferPointer
    var heads: PackedCursor
    /// Where the name lies, which is the first of them.
    let name: Int
    var at: Int

    mutating func next() -> UnsafeRawBufferPointer {
        let head = heads.count()
        let length = head >> 1
        let start = head & 1 == 0 ? at : name
        if head & 1 == 0 { at += length }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
    }

    mutating func skip() {
        let head = heads.count()
        if head & 1 == 0 { at += head >> 1 }
    }
}

// MARK: Saved state

extension Discovery {
    /// Nil unless the bytes from `start` on are a discovery and nothing else.
    init?(checking bytes: PackedBytes, at start: Int) {
        let isWhole = bytes.withBytes { bytes in
            guard bytes.count - start >= 16 else { return false }
            let layout = DiscoveryLayout(bytes, at: start)
            let size = DiscoveryLayout.head(numbers: layout.numbers)
            guard layout.high.leadingZeroBitCount >= 96 - NumberColumn.allCases.count,
                layout.texts.leadingZeroBitCount >= 32 - TextColumn.allCases.count, bytes.count - start >= size,
                layout.numbers == layout.low.nonzeroBitCount + layout.high.nonzeroBitCount,
                (0..<layout.numbers).allSatisfy({ layout.width($0, bytes) <= PackedNumber.rawWidth })
            else { return false }
            let numbers = PackedNumber.sum(bytes, at: start + 16, layout.numbers)
            guard bytes.count - start >= size + numbers else { return false }
            var cursor = layout.numberCursor()
            for _ in 0..<layout.numbers {
                guard cursor.next(bytes).isFinite else { return false }
            }
            var heads = PackedCursor(bytes, at: start + size + numbers)
            var (own, name) = (0, 0)
            for index in 0..<layout.texts.nonzeroBitCount {
                let head = heads.count()
                let length = head >> 1
                guard length >= 0, length <= bytes.count, index > 0 || head & 1 == 0 else { return false }
                if index == 0 { name = length }
                if head & 1 == 0 { own += length } else if length > name { return false }
            }
            return !heads.isPastEnd && own == bytes.count - heads.at
        }
        guard isWhole else { return nil }
        self.init(bytes, at: start)
    }
}
