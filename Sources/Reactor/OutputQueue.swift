// Bytes waiting to be sent on one connection: small ones copied into pooled blocks, shared ones by reference. Takes no
// memory while empty. The owner limits them, watching `byteCount`.

import Glibc
import Threads

/// A piece of memory that copied output goes through.
final class ByteBlock {
    static let capacity = 4096
    let start = UnsafeMutableRawPointer.allocate(byteCount: ByteBlock.capacity, alignment: 16)
    var count = 0
    deinit { start.deallocate() }
}

/// A loop's spare blocks: at most 1 MiB is kept.
final class BlockPool {
    private var spare: [ByteBlock] = []
    /// The budget for blocks that wait; blocks are taken even if it is used up.
    var budget: ByteBudget?

    func take() -> ByteBlock {
        budget?.add(ByteBlock.capacity)
        return spare.popLast() ?? ByteBlock()
    }

    func giveBack(_ block: ByteBlock) {
        budget?.giveBack(ByteBlock.capacity)
        guard spare.count < 256 else { return }
        block.count = 0
        spare.append(block)
    }
}

struct OutputQueue {
    private enum Piece {
        case block(ByteBlock)
        case shared(SharedBytes)

        var bytes: UnsafeRawBufferPointer {
            switch self {
            case .block(let block): UnsafeRawBufferPointer(start: block.start, count: block.count)
            case .shared(let shared): shared.unsafeBytes
            }
        }
    }
    private var pieces: [Piece] = []
    /// The first piece that is not completely sent, and how much of it is.
    private var first = 0
    private var sent = 0
    private(set) var byteCount = 0

    var isEmpty: Bool { byteCount == 0 }

    mutating func append(_ bytes: UnsafeRawBufferPointer, _ pool: BlockPool) {
        var rest = bytes[...]
        byteCount += bytes.count
        while !rest.isEmpty {
            let block: ByteBlock
            if first < pieces.count, case .block(let last)? = pieces.last, last.count < ByteBlock.capacity {
                block = last
            } else {
                block = pool.take()
                pieces.append(.block(block))
            }
            let room = min(ByteBlock.capacity - block.count, rest.count)
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(room))
            if let source = part.baseAddress { (block.start + block.count).copyMemory(from: source, byteCount: room) }
            block.count += room
            rest = rest.dropFirst(room)
        }
    }

    mutating func append(_ shared: SharedBytes) {
        guard shared.count > 0 else { return }
        byteCount += shared.count
        pieces.append(.shared(shared))
    }

    /// The next bytes, as at most 64 pieces for one writev.
    func withVectors<Result>(_ body: (UnsafeMutableBufferPointer<iovec>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: 64) { vectors in
            var count = 0
            var index = first
            var skip = sent
            while index < pieces.count, count < 64 {
                let bytes = pieces[index].bytes
                if let start = bytes.baseAddress {
                    vectors[count] = iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: start + skip), iov_len: bytes.count - skip)
                    count += 1
                }
                skip = 0
                index += 1
            }
            return body(UnsafeMutableBufferPointer(rebasing: vectors[..<count]))
        }
    }

    /// The first `count` bytes are sent.
    mutating func drop(_ count: Int, _ pool: BlockPool) {
        byteCount -= count
        var left = count
        while left > 0 {
            let length = pieces[first].bytes.count - sent
            guard left >= length else {
                sent += left
                break
            }
            left -= length
            sent = 0
            if case .block(let block) = pieces[first] { pool.giveBack(block) }
            first += 1
        }
        if byteCount == 0 {
            pieces.removeAll(keepingCapacity: pieces.capacity <= 8)
            first = 0
        } else if first >= 64 {
            pieces.removeFirst(first)
            first = 0
        }
    }

    mutating func clear(_ pool: BlockPool) { if byteCount > 0 { drop(byteCount, pool) } }
}
