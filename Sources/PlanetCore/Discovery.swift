// One submitted record about a planet: its values, packed. Most of the 100 columns are null in most records, so a
// discovery holds only what was given, in one piece of memory, which it may share with the row of its planet
// (PackedRow.swift): about 100 bytes for a usual record. ColumnRows.swift says what a column means,
// DiscoveryDecoder.swift whether a value is allowed.

import Glibc
import StateBytes

/// Which columns are given, 16 bytes; of the number columns the widths, four bits each, and the scales, two bits each,
/// in column order; the numbers; of the texts the lengths; the texts. PackedNumbers.swift says what a number is.
/// A text that the name begins with (its host, mostly) is only a length.
package struct Discovery: Sendable, Equatable {
    let bytes: PackedBytes
    /// Where in `bytes` it begins. It ends with them.
    let start: Int

    package init() { self = DiscoveryDraft.nothing }

    init(_ bytes: PackedBytes, at start: Int = 0) {
        self.bytes = bytes
        self.start = start
    }

    /// The value, or nil if it is null. Never NaN or infinite.
    package subscript(_ column: NumberColumn) -> Double? {
        bytes.withBytes { bytes in
            let layout = DiscoveryLayout(bytes, at: start)
            let index = Int(column.rawValue)
            guard layout.has(number: index) else { return nil }
            return layout.number(rank: layout.rank(index), bytes)
        }
    }

    package subscript(_ column: TextColumn) -> String? {
        bytes.withBytes { bytes in
            let layout = DiscoveryLayout(bytes, at: start)
            let bit = UInt32(1) << UInt32(column.rawValue)
            guard layout.texts & bit != 0 else { return nil }
            var texts = layout.textCursor(bytes)
            for _ in 0..<(layout.texts & (bit - 1)).nonzeroBitCount { texts.skip() }
            return String(decoding: texts.next(), as: UTF8.self)
        }
    }

    /// An integer column's value.
    package func integer(_ column: NumberColumn) -> Int? { self[column].map { Int($0) } }

    /// Which number columns are given, as bits by column number: 0 to 63, and 64 upwards.
    package var numbersPresent: (low: UInt64, high: UInt64) {
        bytes.withBytes { bytes in
            let layout = DiscoveryLayout(bytes, at: start)
            return (layout.low, UInt64(layout.high))
        }
    }
    package var textsPresent: UInt32 { bytes.withBytes { DiscoveryLayout($0, at: start).texts } }

    /// Every given value, in the order of the runs, each of which consists of columns of one enum in its order.
    func forEachPresent(
        in runs: [ColumnRun], number: (UInt8, Double) -> Void, text: (UInt8, String) -> Void
    ) {
        bytes.withBytes { bytes in
            let layout = DiscoveryLayout(bytes, at: start)
            var numbers = layout.numberCursor()
            var texts = layout.textCursor(bytes)
            for run in runs {
                if run.isText {
                    DiscoveryLayout.each(UInt64(layout.texts) & run.mask) {
                        text($0, String(decoding: texts.next(), as: UTF8.self))
                    }
                } else {
                    let base: UInt8 = run.first < 64 ? 0 : 64
                    DiscoveryLayout.each((run.first < 64 ? layout.low : UInt64(layout.high)) & run.mask) {
                        number(base + $0, numbers.next(bytes))
                    }
                }
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

    /// Its bytes, which are equal if the records are written alike.
    func withPacked<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    /// Both zeros are equal, and so are texts that are written in two ways.
    package static func == (a: Discovery, b: Discovery) -> Bool {
        let isSame = a.withPacked { mine in b.withPacked { mine.isEqual(to: $0) } }
        if isSame { return true }
        return a.bytes.withBytes { mine in
            b.bytes.withBytes { theirs in
                let (here, there) = (DiscoveryLayout(mine, at: a.start), DiscoveryLayout(theirs, at: b.start))
                guard here.low == there.low, here.high == there.high, here.texts == there.texts else { return false }
                var (numbers, others) = (here.numberCursor(), there.numberCursor())
                for _ in 0..<here.numbers {
                    if numbers.next(mine) != others.next(theirs) { return false }
                }
                var (texts, otherTexts) = (here.textCursor(mine), there.textCursor(theirs))
                for _ in 0..<here.texts.nonzeroBitCount {
                    let (text, other) = (texts.next(), otherTexts.next())
                    if !text.isEqual(to: other),
                        String(decoding: text, as: UTF8.self) != String(decoding: other, as: UTF8.self)
                    {
                        return false
                    }
                }
                return true
            }
        }
    }
}

/// A discovery being built: every column has a place and can be set in any order. Reused for many records.
package struct DiscoveryDraft: Sendable {
    private var presentLow: UInt64 = 0
    private var presentHigh: UInt64 = 0
    private var presentTexts: UInt32 = 0
    private var numbers = [Double](repeating: 0, count: NumberColumn.allCases.count)
    private var texts = [String](repeating: "", count: TextColumn.allCases.count)

    package init() {}

    package init(_ discovery: Discovery) {
        discovery.forEachNumber { self[$0] = $1 }
        discovery.forEachText { self[$0] = $1 }
    }

    package subscript(_ column: NumberColumn) -> Double? {
        get {
            let index = Int(column.rawValue)
            let here =
                index < 64 ? presentLow & (1 << UInt64(index)) != 0 : presentHigh & (1 << UInt64(index - 64)) != 0
            return here ? numbers[index] : nil
        }
        set {
            let index = Int(column.rawValue)
            let low = index < 64 ? UInt64(1) << UInt64(index) : 0
            let high = index < 64 ? 0 : UInt64(1) << UInt64(index - 64)
            if let newValue {
                numbers[index] = newValue
                presentLow |= low
                presentHigh |= high
            } else {
                presentLow &= ~low
                presentHigh &= ~high
            }
        }
    }

    package subscript(_ column: TextColumn) -> String? {
        get { presentTexts & (1 << UInt32(column.rawValue)) != 0 ? texts[Int(column.rawValue)] : nil }
        set {
            let bit = UInt32(1) << UInt32(column.rawValue)
            if let newValue {
                texts[Int(column.rawValue)] = newValue
                presentTexts |= bit
            } else {
                presentTexts &= ~bit
            }
        }
    }

    var textsPresent: UInt32 { presentTexts }

    /// Of a text column that is given, by its number.
    func text(_ column: UInt8) -> String { texts[Int(column)] }

    /// Sets every column to null and keeps the memory.
    package mutating func clear() {
        presentLow = 0
        presentHigh = 0
        presentTexts = 0
    }

    static let nothing = DiscoveryDraft().packed()

    /// The packed value.
    package func packed() -> Discovery {
        withUnsafeTemporaryAllocation(of: PackedNumber.self, capacity: NumberColumn.allCases.count) { packed in
            var count = 0
            var size = 0
            func take(_ present: UInt64, from first: Int) {
                DiscoveryLayout.each(present) { column in
                    let number = PackedNumber(numbers[first + Int(column)])
                    packed.initializeElement(at: count, to: number)
                    count += 1
                    size += number.width
                }
            }
            take(presentLow, from: 0)
            take(presentHigh, from: 64)
            let texts = PackedTexts(self)
            size += DiscoveryLayout.head(numbers: count) + texts.size
            return Discovery(
                PackedBytes(size) { bytes in
                    DiscoveryLayout.write(low: presentLow, high: presentHigh, texts: presentTexts, to: bytes)
                    let end = DiscoveryLayout.write(UnsafeBufferPointer(rebasing: packed[..<count]), to: bytes)
                    texts.write(self, to: UnsafeMutableRawBufferPointer(rebasing: bytes[end...]))
                })
        }
    }
}

// MARK: Saved state

extension Discovery {
    package func save(to state: inout StateWriter) { withPacked { state.text($0) } }

    package init(from state: inout StateReader) throws(StateError) {
        let bytes = try state.text { PackedBytes($0) }
        guard let discovery = Discovery(checking: bytes, at: 0) else { throw .damaged }
        self = discovery
    }
}
