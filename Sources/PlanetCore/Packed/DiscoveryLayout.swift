// Where the values of a packed discovery lie (Discovery.swift says in what order), and how they are written there.

/// The fixed part of a discovery's bytes, and what follows from it.
struct DiscoveryLayout {
    /// Bits by number column, 0 to 63 and from 64, and by text column.
    let low: UInt64
    let high: UInt32
    let texts: UInt32
    /// How many number columns are given, in all and of those up to 63. They lie in the uppermost bytes of the other
    /// bits: counting bits takes longer than reading them.
    let numbers: Int
    let lowNumbers: Int
    private let start: Int

    /// Of the bits.
    private static let masks = 16
    /// The bits of columns in the words that have a count above them.
    private static let columns: UInt32 = 0xFF_FFFF

    static func head(numbers: Int) -> Int { masks + (numbers + 1) / 2 + (numbers + 3) / 4 }

    private var widths: Int { start + DiscoveryLayout.masks }
    private var scales: Int { widths + (numbers + 1) / 2 }
    private var values: Int { start + DiscoveryLayout.head(numbers: numbers) }

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self))
        let texts = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
        self.high = high & DiscoveryLayout.columns
        self.texts = texts & DiscoveryLayout.columns
        numbers = Int(high >> 24)
        lowNumbers = Int(texts >> 24)
        self.start = start
    }

    @inline(__always)
    func has(number index: Int) -> Bool {
        index < 64 ? low & (1 << UInt64(index)) != 0 : high & (1 << UInt32(index - 64)) != 0
    }

    /// How many number columns before this one are given.
    @inline(__always)
    func rank(_ index: Int) -> Int {
        if index < 64 { return (low & ((1 << UInt64(index)) - 1)).nonzeroBitCount }
        return lowNumbers + (high & ((1 << UInt32(index - 64)) - 1)).nonzeroBitCount
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

    /// Writes the bits; `high`: of the number columns from 64.
    static func write(low: UInt64, high: UInt64, texts: UInt32, to bytes: UnsafeMutableRawBufferPointer) {
        let lowNumbers = low.nonzeroBitCount
        let numbers = lowNumbers + high.nonzeroBitCount
        bytes.storeBytes(of: low.littleEndian, as: UInt64.self)
        bytes.storeBytes(of: (UInt32(high) | UInt32(numbers) << 24).littleEndian, toByteOffset: 8, as: UInt32.self)
        bytes.storeBytes(of: (texts | UInt32(lowNumbers) << 24).littleEndian, toByteOffset: 12, as: UInt32.self)
    }

    /// Writes widths, scales and numbers behind the bits; returns where they end.
    static func write(_ numbers: UnsafeBufferPointer<PackedNumber>, to bytes: UnsafeMutableRawBufferPointer) -> Int {
        var at = head(numbers: numbers.count)
        for index in masks..<at { bytes[index] = 0 }
        let scales = masks + (numbers.count + 1) / 2
        for (index, number) in numbers.enumerated() {
            bytes[masks + index / 2] |= UInt8(number.width) << UInt8(4 * (index & 1))
            bytes[scales + index / 4] |= number.scale << UInt8(2 * (index & 3))
            if at + 8 <= bytes.count {
                // What comes next overwrites the rest.
                bytes.storeBytes(of: number.bits.littleEndian, toByteOffset: at, as: UInt64.self)
            } else {
                for place in 0..<number.width {
                    bytes[at + place] = UInt8(truncatingIfNeeded: number.bits >> UInt64(8 * place))
                }
            }
            at += number.width
        }
        return at
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

/// How a draft's texts are written.
struct PackedTexts {
    let size: Int
    private let hostIsInName: Bool

    init(_ draft: borrowing DiscoveryDraft) {
        var size = 0
        let hostIsInName = PackedTexts.isHostInName(draft)
        DiscoveryLayout.each(UInt64(draft.textsPresent)) { column in
            let length = draft.text(column).utf8.count
            let isShared = hostIsInName && column == TextColumn.hostname.rawValue
            size += PackedTexts.size(of: length << 1) + (isShared ? 0 : length)
        }
        self.size = size
        self.hostIsInName = hostIsInName
    }

    private static func isHostInName(_ draft: borrowing DiscoveryDraft) -> Bool {
        guard var host = draft[.hostname], var name = draft[.pl_name] else { return false }
        return host.withUTF8 { host in
            name.withUTF8 { $0.count >= host.count && $0[..<host.count].elementsEqual(host) }
        }
    }

    private static func size(of head: Int) -> Int { max(1, (64 - head.leadingZeroBitCount + 6) / 7) }

    func write(_ draft: borrowing DiscoveryDraft, to bytes: UnsafeMutableRawBufferPointer) {
        var at = 0
        let present = UInt64(draft.textsPresent)
        DiscoveryLayout.each(present) { column in
            let isShared = hostIsInName && column == TextColumn.hostname.rawValue
            var head = draft.text(column).utf8.count << 1 | (isShared ? 1 : 0)
            while head >= 0x80 {
                bytes[at] = UInt8(truncatingIfNeeded: head) | 0x80
                head >>= 7
                at += 1
            }
            bytes[at] = UInt8(head)
            at += 1
        }
        DiscoveryLayout.each(present) { column in
            if hostIsInName, column == TextColumn.hostname.rawValue { return }
            var text = draft.text(column)
            text.withUTF8 { utf8 in
                UnsafeMutableRawBufferPointer(rebasing: bytes[at..<at + utf8.count]).copyBytes(from: utf8)
                at += utf8.count
            }
        }
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
                layout.lowNumbers == layout.low.nonzeroBitCount,
                layout.numbers == layout.lowNumbers + layout.high.nonzeroBitCount,
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
