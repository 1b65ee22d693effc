// One submitted record about a planet: its values. Most of the 100 columns are null in most records, so a discovery
// holds only what was given: as arrays while a record is on its way, which are quick to fill and to read; or packed in
// the bytes of its planet's row (PackedRow.swift), a third of that, which is what stays. ColumnRows.swift says what a
// column means, DiscoveryDecoder.swift whether a value is allowed.

import StateBytes

package struct Discovery: Sendable, Equatable {
    /// Bits by number column, 0 to 63 and from 64, and by text column.
    let low: UInt64
    let high: UInt32
    let texts: UInt32
    /// Where in packed bytes it begins; it ends with them.
    private let start: UInt32
    private let values: Values

    /// Two references, so that a copy costs one count.
    private enum Values: Sendable {
        case open(OpenValues)
        case packed(PackedBytes)
    }

    package init() { self.init(low: 0, high: 0, texts: 0, .none) }

    init(low: UInt64, high: UInt32, texts: UInt32, _ open: OpenValues) {
        self.low = low
        self.high = high
        self.texts = texts
        start = 0
        values = .open(open)
    }

    init(_ bytes: PackedBytes, at start: Int) {
        let layout = bytes.withBytes { DiscoveryLayout($0, at: start) }
        low = layout.low
        high = layout.high
        texts = layout.texts
        self.start = UInt32(start)
        values = .packed(bytes)
    }

    /// The value, or nil if it is null. Never NaN or infinite.
    package subscript(_ column: NumberColumn) -> Double? {
        let index = Int(column.rawValue)
        guard has(index) else { return nil }
        switch values {
        case .open(let open): return open.number(rank(index))
        case .packed(let bytes): return packedNumber(rank(index), bytes)
        }
    }

    @inline(never)
    private func packedNumber(_ rank: Int, _ bytes: PackedBytes) -> Double {
        bytes.withBytes { DiscoveryLayout($0, at: Int(start)).number(rank: rank, $0) }
    }

    package subscript(_ column: TextColumn) -> String? {
        let bit = UInt32(1) << UInt32(column.rawValue)
        guard texts & bit != 0 else { return nil }
        let rank = (texts & (bit - 1)).nonzeroBitCount
        switch values {
        case .open(let open): return open.texts[rank]
        case .packed(let bytes):
            return bytes.withBytes { bytes in
                var texts = DiscoveryLayout(bytes, at: Int(start)).textCursor(bytes)
                for _ in 0..<rank { texts.skip() }
                return String(decoding: texts.next(), as: UTF8.self)
            }
        }
    }

    /// An integer column's value.
    package func integer(_ column: NumberColumn) -> Int? { self[column].map { Int($0) } }

    /// Which number columns are given, as bits by column number: 0 to 63, and 64 upwards.
    package var numbersPresent: (low: UInt64, high: UInt64) { (low, UInt64(high)) }
    package var textsPresent: UInt32 { texts }

    /// Every given value, in the order of the runs, each of which consists of columns of one enum in its order.
    func forEachPresent(
        in runs: [ColumnRun], number: (UInt8, Double) -> Void, text: (UInt8, String) -> Void
    ) {
        switch values {
        case .open(let open):
            var (nextNumber, nextText) = (0, 0)
            forEachColumn(in: runs) {
                number($0, open.number(nextNumber))
                nextNumber += 1
            } text: {
                text($0, open.texts[nextText])
                nextText += 1
            }
        case .packed(let bytes):
            bytes.withBytes { bytes in
                let layout = DiscoveryLayout(bytes, at: Int(start))
                var (numbers, strings) = (layout.numberCursor(), layout.textCursor(bytes))
                forEachColumn(in: runs) {
                    number($0, numbers.next(bytes))
                } text: {
                    text($0, String(decoding: strings.next(), as: UTF8.self))
                }
            }
        }
    }

    @inline(__always)
    private func forEachColumn(in runs: [ColumnRun], number: (UInt8) -> Void, text: (UInt8) -> Void) {
        for run in runs {
            if run.isText {
                DiscoveryLayout.each(UInt64(texts) & run.mask, text)
            } else if run.first < 64 {
                DiscoveryLayout.each(low & run.mask, number)
            } else {
                DiscoveryLayout.each(UInt64(high) & run.mask) { number(64 + $0) }
            }
        }
    }

    /// The given number columns, in order.
    package func forEachNumber(_ body: (NumberColumn, Double) -> Void) {
        forEachPresent(in: Discovery.allNumbers) { raw, value in
            if let column = NumberColumn(rawValue: raw) { body(column, value) }
        } text: { _, _ in
        }
    }

    /// The given text columns, in order.
    package func forEachText(_ body: (TextColumn, String) -> Void) {
        forEachPresent(in: Discovery.allTexts) { _, _ in
        } text: { raw, text in
            if let column = TextColumn(rawValue: raw) { body(column, text) }
        }
    }

    private static let allNumbers = [
        ColumnRun(isText: false, first: 0, end: 64),
        ColumnRun(isText: false, first: 64, end: UInt8(NumberColumn.allCases.count)),
    ]
    private static let allTexts = [ColumnRun(isText: true, first: 0, end: UInt8(TextColumn.allCases.count))]

    @inline(__always)
    private func has(_ index: Int) -> Bool {
        index < 64 ? low & (1 << UInt64(index)) != 0 : high & (1 << UInt32(index - 64)) != 0
    }

    @inline(__always)
    private func rank(_ index: Int) -> Int {
        if index < 64 { return (low & ((1 << UInt64(index)) - 1)).nonzeroBitCount }
        return low.nonzeroBitCount + (high & ((1 << UInt32(index - 64)) - 1)).nonzeroBitCount
    }

    /// Both zeros are equal, and so are texts that are written in two ways.
    package static func == (a: Discovery, b: Discovery) -> Bool {
        guard a.low == b.low, a.high == b.high, a.texts == b.texts else { return false }
        let (mine, theirs) = (a.open, b.open)
        return mine.texts == theirs.texts && (0..<mine.count).allSatisfy { mine.number($0) == theirs.number($0) }
    }

    /// Whether it is this value itself, and not only an equal one: a moment's work.
    package func isSame(as other: Discovery) -> Bool {
        guard case .open(let mine) = values, case .open(let theirs) = other.values else { return false }
        return low == other.low && high == other.high && texts == other.texts && mine.isSame(as: theirs)
    }

    private var open: OpenValues {
        switch values {
        case .open(let open): return open
        case .packed(let bytes):
            return bytes.withBytes { bytes in
                let layout = DiscoveryLayout(bytes, at: Int(start))
                var (numbers, strings) = (layout.numberCursor(), layout.textCursor(bytes))
                let texts = (0..<texts.nonzeroBitCount).map { _ in String(decoding: strings.next(), as: UTF8.self) }
                return OpenValues(layout.numbers, texts) { numbers.next(bytes) }
            }
        }
    }

    /// No more than its bytes are.
    var mostBytes: Int {
        switch values {
        case .open(let open): return DiscoveryPacking.most(open)
        case .packed(let bytes): return bytes.count - Int(start)
        }
    }

    /// Writes its bytes, which are equal if the records are written alike, at the writer's place in `bytes`.
    func pack(to bytes: UnsafeMutableRawBufferPointer, _ writer: inout PackedWriter) {
        switch values {
        case .open(let open): DiscoveryPacking(self, open).write(to: bytes, &writer)
        case .packed(let packed):
            packed.withBytes { writer.append(UnsafeRawBufferPointer(rebasing: $0[Int(start)...])) }
        }
    }

    /// The same as a row has it.
    var packed: PackedBytes {
        withUnsafeTemporaryAllocation(byteCount: mostBytes, alignment: 8) { bytes in
            var writer = PackedWriter(bytes)
            pack(to: bytes, &writer)
            return PackedBytes(UnsafeRawBufferPointer(rebasing: bytes[..<writer.at]))
        }
    }
}

// MARK: Saved state

extension Discovery {
    package func save(to state: inout StateWriter) { packed.withBytes { state.text($0) } }

    package init(from state: inout StateReader) throws(StateError) {
        let bytes = try state.text { PackedBytes($0) }
        guard let discovery = Discovery(checking: bytes, at: 0) else { throw .damaged }
        self = discovery
    }
}
