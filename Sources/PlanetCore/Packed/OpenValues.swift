// The values of a record on its way, side by side, in one allocation beside the texts'.

/// Of the given columns, in column order.
struct OpenValues: @unchecked Sendable {
    private let storage: ManagedBuffer<Head, Double>

    private struct Head {
        let count: Int
        let texts: [String]
    }

    static let none = OpenValues(0, []) { 0 }

    /// `next` is called for each number.
    init(_ count: Int, _ texts: [String], _ next: () -> Double) {
        storage = ManagedBuffer<Head, Double>.create(minimumCapacity: count) { _ in Head(count: count, texts: texts) }
        storage.withUnsafeMutablePointerToElements { numbers in
            for index in 0..<count { (numbers + index).initialize(to: next()) }
        }
    }

    func isSame(as other: OpenValues) -> Bool { storage === other.storage }

    /// How many numbers there are.
    var count: Int { storage.withUnsafeMutablePointerToHeader { $0.pointee.count } }
    var texts: [String] { storage.withUnsafeMutablePointerToHeader { $0.pointee.texts } }

    @inline(__always)
    func number(_ rank: Int) -> Double {
        storage.withUnsafeMutablePointers { head, numbers in
            precondition(rank < head.pointee.count)
            return numbers[rank]
        }
    }
}
