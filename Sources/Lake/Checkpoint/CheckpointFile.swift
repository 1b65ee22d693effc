// A checkpoint's bytes: a line that identifies it, the head, blocks of content, the end, and the SHA-256 of all that.
// Read back only if the checksum is right; anything else is a fault, and a fault is never fatal.
//
//     planetarium-checkpoint 1 LF   head as JSON LF   { kind: 1 byte, length: 8 bytes (least first), content } ...   0,
//     number of blocks: 8 bytes   SHA-256: 32 bytes

import Basics
import Threads

/// Why a checkpoint isn't used.
package enum CheckpointFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// It can't be read now.
    case unreadable(String)
    /// Its bytes aren't those that were written.
    case damaged(String)
    /// It is whole, but of another format, code, lake or log, or of another moment than wanted.
    case unfit(String)

    package var description: String {
        switch self {
        case .unreadable(let why): "unreadable: \(why)"
        case .damaged(let why): "damaged: \(why)"
        case .unfit(let why): "unfit: \(why)"
        }
    }
}

package enum CheckpointFormat {
    static let title = "planetarium-checkpoint "
    static let version = "1"
    /// Longer lines aren't heads.
    static let longestLine = 1 << 20
    /// Bytes read and written at a time.
    static let piece = 1 << 20
    static let end: UInt8 = 0
}

/// Writes a checkpoint aside; `finish` puts it in place. Used by one thread.
package final class CheckpointWriter {
    private let folder: CheckpointFolder
    private let number: Int64
    private let file: any AsideFile
    private let digest = SHA256()
    private var waiting: [UInt8] = []
    private var blocks: Int64 = 0
    package private(set) var bytes: Int64 = 0

    package init(_ folder: CheckpointFolder, _ head: CheckpointHead) throws(LakeError) {
        self.folder = folder
        number = (try folder.list().first?.number ?? 0) + 1
        try folder.store.makeDirectories(folder.path)
        file = try folder.store.create(folder.asidePath(number))
        waiting += Array("\(CheckpointFormat.title)\(CheckpointFormat.version)\n".utf8)
        waiting += head.json + [0x0A]
    }

    /// `kind` is the caller's, from 1 up.
    package func add(_ kind: UInt8, _ content: [UInt8]) throws(LakeError) {
        precondition(kind != CheckpointFormat.end, "BUG: a block of kind 0")
        blocks += 1
        append(kind, Int64(content.count))
        if content.count >= CheckpointFormat.piece {
            try drain()
            try write(content)
        } else {
            waiting += content
            if waiting.count >= CheckpointFormat.piece { try drain() }
        }
    }

    private func append(_ kind: UInt8, _ number: Int64) {
        waiting.append(kind)
        withUnsafeBytes(of: number.littleEndian) { waiting.append(contentsOf: $0) }
    }

    private func drain() throws(LakeError) {
        try write(waiting)
        waiting.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: [UInt8]) throws(LakeError) {
        bytes.withUnsafeBytes { digest.add($0) }
        try put(bytes)
    }

    private func put(_ bytes: [UInt8]) throws(LakeError) {
        var failure: LakeError?
        bytes.withUnsafeBytes { bytes in
            do throws(LakeError) { try file.append(bytes) } catch { failure = error }
        }
        self.bytes += Int64(bytes.count)
        if let failure { throw failure }
    }

    /// Puts it in place, removes all earlier ones but the last, and returns its path.
    package func finish() throws(LakeError) -> String {
        append(CheckpointFormat.end, blocks)
        try drain()
        try put(digest.bytes())
        try file.sync()
        file.close()
        let path = folder.path(number)
        try folder.store.rename(folder.asidePath(number), to: path, replacing: true)
        try folder.store.syncFolder(folder.path)
        try folder.prune()
        return path
    }

    /// Called instead of `finish`.
    package func discard() {
        file.close()
        try? folder.store.delete(folder.asidePath(number))
    }
}

/// A checkpoint whose checksum is right.
package struct CheckpointFile {
    package let head: CheckpointHead
    private let store: any FileStore
    private let path: String
    /// Where the blocks begin and end.
    private let range: Range<Int64>

    /// Reads all of it once for the checksum. `accept` sees the head first, and throws to avoid reading the rest.
    package init(
        _ entry: CheckpointFolder.Entry, in store: any FileStore,
        accept: (CheckpointHead) throws(CheckpointFault) -> Void
    ) throws(CheckpointFault) {
        self.store = store
        path = entry.path
        let shortest = Int64(CheckpointFormat.title.utf8.count + 2 + 9 + 32)
        guard entry.bytes >= shortest else { throw .damaged("\(entry.bytes) bytes") }
        let start = try Self.read(store, path, 0, Int(min(entry.bytes, Int64(CheckpointFormat.longestLine))))
        let title = Array("\(CheckpointFormat.title)\(CheckpointFormat.version)\n".utf8)
        guard start.starts(with: title) else {
            guard start.starts(with: CheckpointFormat.title.utf8) else { throw .damaged("it does not begin as one") }
            throw .unfit("its format is not \(CheckpointFormat.version)")
        }
        guard let lineEnd = start[title.count...].firstIndex(of: 0x0A),
            let head = CheckpointHead(json: Array(start[title.count..<lineEnd]))
        else { throw .damaged("its head can't be read") }
        self.head = head
        guard Int64(lineEnd + 1) <= entry.bytes - 41 else { throw .damaged("it ends behind its head") }
        range = Int64(lineEnd + 1)..<(entry.bytes - 41)
        try accept(head)
        let digest = SHA256()
        var at: Int64 = 0
        while at < entry.bytes - 32 {
            let piece = try Self.read(
                store, path, at, Int(min(Int64(4 * CheckpointFormat.piece), entry.bytes - 32 - at)))
            piece.withUnsafeBytes { digest.add($0) }
            at += Int64(piece.count)
        }
        guard try Self.read(store, path, at, 32) == digest.bytes() else { throw .damaged("its checksum is wrong") }
    }

    /// Passes on every block in order. Stops at the first error.
    package func eachBlock(_ body: (_ kind: UInt8, _ content: [UInt8]) throws(CheckpointFault) -> Void)
        throws(CheckpointFault)
    {
        var blocks: Int64 = 0
        var buffer: [UInt8] = []
        var start = 0
        var at = range.lowerBound
        /// The next `count` bytes.
        func take(_ count: Int) throws(CheckpointFault) -> ArraySlice<UInt8> {
            if buffer.count - start < count {
                buffer.removeFirst(start)
                start = 0
                let want = max(count - buffer.count, CheckpointFormat.piece)
                let piece = try Self.read(store, path, at, Int(min(Int64(want), range.upperBound + 9 - at)))
                at += Int64(piece.count)
                buffer += piece
                guard buffer.count >= count else { throw .damaged("a block is cut off") }
            }
            defer { start += count }
            return buffer[start..<start + count]
        }
        while true {
            let mark = try take(9)
            let number = mark.dropFirst().withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
            guard let kind = mark.first, kind != CheckpointFormat.end else {
                guard number == blocks else { throw .damaged("\(blocks) blocks of \(number)") }
                return
            }
            guard number >= 0, number <= range.upperBound - range.lowerBound else {
                throw .damaged("a block is too long")
            }
            blocks += 1
            try body(kind, Array(try take(Int(number))))
        }
    }

    private static func read(
        _ store: any FileStore, _ path: String, _ offset: Int64, _ count: Int
    ) throws(CheckpointFault) -> [UInt8] {
        let bytes: [UInt8]
        do throws(LakeError) {
            bytes = try store.read(path, offset: offset, count: count)
        } catch {
            throw .unreadable("\(error)")
        }
        guard bytes.count == count else { throw .damaged("it ends too early") }
        return bytes
    }
}
