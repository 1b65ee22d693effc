// Where a record's values are gathered before they are a discovery (Discovery.swift).

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

    /// Sets every column to null and keeps the memory.
    package mutating func clear() {
        presentLow = 0
        presentHigh = 0
        presentTexts = 0
    }

    /// Its values as a record on its way has them.
    package var discovery: Discovery {
        var strings: [String] = []
        strings.reserveCapacity(presentTexts.nonzeroBitCount)
        DiscoveryLayout.each(UInt64(presentTexts)) { strings.append(texts[Int($0)]) }
        var (low, high) = (presentLow, presentHigh)
        let open = OpenValues(low.nonzeroBitCount + high.nonzeroBitCount, strings) {
            if low != 0 {
                defer { low &= low - 1 }
                return numbers[low.trailingZeroBitCount]
            }
            defer { high &= high - 1 }
            return numbers[64 + high.trailingZeroBitCount]
        }
        return Discovery(low: presentLow, high: UInt32(presentHigh), texts: presentTexts, open)
    }
}
