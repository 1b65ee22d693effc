// One submitted record about a planet: its values, packed. Most of the 100 columns are null in most records, so a
// discovery holds only what was given (two allocations, about 200 bytes for a usual record). ColumnRows.swift says what
// a column means, DiscoveryDecoder.swift whether a value is allowed.

import StateBytes

package struct Discovery: Sendable, Equatable {
    fileprivate var presentLow: UInt64 = 0
    fileprivate var presentHigh: UInt64 = 0
    fileprivate var presentTexts: UInt32 = 0
    /// Values of the present number columns, in column order.
    fileprivate var numbers: [Double] = []
    /// Values of the present text columns, in column order.
    fileprivate var texts: [String] = []

    package init() {}

    /// The value, or nil if it is null. Never NaN or infinite.
    package subscript(_ column: NumberColumn) -> Double? {
        let index = Int(column.rawValue)
        guard has(index) else { return nil }
        return numbers[rank(index)]
    }

    package subscript(_ column: TextColumn) -> String? {
        let bit = UInt32(1) << UInt32(column.rawValue)
        guard presentTexts & bit != 0 else { return nil }
        return texts[(presentTexts & (bit - 1)).nonzeroBitCount]
    }

    /// An integer column's value.
    package func integer(_ column: NumberColumn) -> Int? { self[column].map { Int($0) } }

    /// Which number columns are given, as bits by column number: 0 to 63, and 64 upwards.
    package var numbersPresent: (low: UInt64, high: UInt64) { (presentLow, presentHigh) }
    package var textsPresent: UInt32 { presentTexts }

    /// Every given value, in the order of the runs, each of which consists of columns of one enum in its order.
    func forEachPresent(
        in runs: [ColumnRun], number: (UInt8, Double) -> Void, text: (UInt8, String) -> Void
    ) {
        var nextNumber = 0
        var nextText = 0
        for run in runs {
            if run.isText {
                var bits = UInt64(presentTexts) & run.mask
                while bits != 0 {
                    text(UInt8(truncatingIfNeeded: bits.trailingZeroBitCount), texts[nextText])
                    nextText += 1
                    bits &= bits - 1
                }
            } else {
                var bits = (run.first < 64 ? presentLow : presentHigh) & run.mask
                let base: UInt8 = run.first < 64 ? 0 : 64
                while bits != 0 {
                    number(base + UInt8(truncatingIfNeeded: bits.trailingZeroBitCount), numbers[nextNumber])
                    nextNumber += 1
                    bits &= bits - 1
                }
            }
        }
    }

    private func has(_ index: Int) -> Bool {
        index < 64 ? presentLow & (1 << UInt64(index)) != 0 : presentHigh & (1 << UInt64(index - 64)) != 0
    }

    private func rank(_ index: Int) -> Int {
        if index < 64 { return (presentLow & ((1 << UInt64(index)) - 1)).nonzeroBitCount }
        return presentLow.nonzeroBitCount + (presentHigh & ((1 << UInt64(index - 64)) - 1)).nonzeroBitCount
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
        for column in NumberColumn.allCases { self[column] = discovery[column] }
        for column in TextColumn.allCases { self[column] = discovery[column] }
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

    /// Sets every column to null and keeps the memory.
    package mutating func clear() {
        presentLow = 0
        presentHigh = 0
        presentTexts = 0
    }

    /// The packed value.
    package func packed() -> Discovery {
        var discovery = Discovery()
        discovery.presentLow = presentLow
        discovery.presentHigh = presentHigh
        discovery.presentTexts = presentTexts
        discovery.numbers.reserveCapacity(presentLow.nonzeroBitCount + presentHigh.nonzeroBitCount)
        var bits = presentLow
        while bits != 0 {
            discovery.numbers.append(numbers[bits.trailingZeroBitCount])
            bits &= bits - 1
        }
        bits = presentHigh
        while bits != 0 {
            discovery.numbers.append(numbers[64 + bits.trailingZeroBitCount])
            bits &= bits - 1
        }
        var textBits = presentTexts
        discovery.texts.reserveCapacity(textBits.nonzeroBitCount)
        while textBits != 0 {
            discovery.texts.append(texts[textBits.trailingZeroBitCount])
            textBits &= textBits - 1
        }
        return discovery
    }
}

// MARK: Saved state

extension Discovery {
    package func save(to state: inout StateWriter) {
        state.word(presentLow)
        state.integer(Int(presentHigh))
        state.integer(Int(presentTexts))
        for number in numbers { state.decimal(number) }
        for text in texts { state.text(text) }
    }

    /// `cache` stores once the texts that many planets share, such as a facility's name.
    package init(from state: inout StateReader, _ cache: inout TextCache) throws(StateError) {
        presentLow = try state.word()
        guard let high = UInt64(exactly: try state.integer()), let marks = UInt32(exactly: try state.integer()),
            high.leadingZeroBitCount >= 128 - NumberColumn.allCases.count,
            marks.leadingZeroBitCount >= 32 - TextColumn.allCases.count
        else { throw .damaged }
        presentHigh = high
        presentTexts = marks
        let count = presentLow.nonzeroBitCount + presentHigh.nonzeroBitCount
        numbers.reserveCapacity(count)
        for _ in 0..<count {
            let number = try state.decimal()
            guard number.isFinite else { throw .damaged }
            numbers.append(number)
        }
        texts.reserveCapacity(marks.nonzeroBitCount)
        for _ in 0..<marks.nonzeroBitCount { texts.append(try state.text { cache.string($0) }) }
    }
}
