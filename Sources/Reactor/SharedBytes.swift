// Immutable bytes that many connections on many threads send without copying: a live frame, a cached file. Not for
// bytes that one connection sends once: those are copied into its output queue.

import Glibc
import Threads

package struct SharedBytes: Sendable {
    /// The block behind one or more slices. @unchecked: written only before init returns, read-only ever after.
    private final class Storage: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
        private let count: Int
        private let budget: ByteBudget?
        /// `budget`: gets the bytes back when the block is freed.
        init(_ count: Int, _ budget: ByteBudget? = nil) {
            start = .allocate(byteCount: max(1, count), alignment: 1)
            self.count = count
            self.budget = budget
        }
        deinit {
            start.deallocate()
            budget?.giveBack(count)
        }
    }
    private let storage: Storage
    private let offset: Int
    package let count: Int

    private init(_ storage: Storage, _ offset: Int, _ count: Int) {
        self.storage = storage
        self.offset = offset
        self.count = count
    }

    package init(_ bytes: [UInt8]) {
        self.init(count: bytes.count) { target in
            bytes.withUnsafeBytes { target.copyMemory(from: $0) }
        }
    }

    /// A copy that counts against a budget while anybody holds it; nil if there is no room.
    package init?(_ bytes: [UInt8], of budget: ByteBudget) {
        guard budget.take(bytes.count) else { return nil }
        let storage = Storage(bytes.count, budget)
        bytes.withUnsafeBytes {
            if let base = $0.baseAddress { storage.start.copyMemory(from: base, byteCount: $0.count) }
        }
        self.init(storage, 0, bytes.count)
    }

    /// `fill` must write every one of the `count` bytes.
    package init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        let storage = Storage(count)
        fill(UnsafeMutableRawBufferPointer(start: storage.start, count: count))
        self.init(storage, 0, count)
    }

    /// A part of the same block.
    package func slice(_ range: Range<Int>) -> SharedBytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "BUG: slice beyond its block")
        return SharedBytes(storage, offset + range.lowerBound, range.count)
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let result = body(unsafeBytes)
        withExtendedLifetime(storage) {}
        return result
    }

    package var array: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Valid as long as this value (or a copy of it) lives.
    var unsafeBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: storage.start + offset, count: count)
    }
}
