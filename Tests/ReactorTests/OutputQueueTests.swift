import Testing

@testable import Reactor

@Suite struct OutputQueueTests {
    /// Reads the queue in writes of `size` bytes at most.
    private func drain(_ queue: inout OutputQueue, _ pool: BlockPool, size: Int) -> [UInt8] {
        var out: [UInt8] = []
        while !queue.isEmpty {
            let part: [UInt8] = queue.withVectors { vectors in
                var bytes: [UInt8] = []
                for vector in vectors { bytes += UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len) }
                return Array(bytes.prefix(size))
            }
            #expect(!part.isEmpty)
            if part.isEmpty { break }
            out += part
            queue.drop(part.count, pool)
        }
        return out
    }

    @Test func bytesComeOutInOrderWhateverTheWritesTake() {
        let shared = SharedBytes((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        for size in [1, 13, 4096, 4097, 100_000] {
            let pool = BlockPool()
            var queue = OutputQueue()
            var expected: [UInt8] = []
            for round in 0..<60 {
                let bytes = (0..<(round * 37)).map { UInt8(truncatingIfNeeded: $0 &+ round) }
                bytes.withUnsafeBytes { queue.append($0, pool) }
                expected += bytes
                if round % 3 == 0 {
                    queue.append(shared.slice(round..<(1000 + round)))
                    expected += shared.array[round..<(1000 + round)]
                }
            }
            #expect(queue.byteCount == expected.count)
            #expect(drain(&queue, pool, size: size) == expected)
        }
    }

    @Test func appendingWhilePartlySentGoesOn() {
        let pool = BlockPool()
        var queue = OutputQueue()
        Array("hello ".utf8).withUnsafeBytes { queue.append($0, pool) }
        queue.drop(3, pool)
        Array("world".utf8).withUnsafeBytes { queue.append($0, pool) }
        #expect(drain(&queue, pool, size: 4) == Array("lo world".utf8))
        queue.append(SharedBytes([]))
        #expect(queue.isEmpty)
    }
}
