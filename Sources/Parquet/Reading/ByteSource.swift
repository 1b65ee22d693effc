// Where a reader gets a file's bytes: memory, a local file, a file of HDFS. Any part can be asked for at any time.
// Opens and closes nothing itself.

package protocol ByteSource: Sendable {
    /// The whole file's.
    var length: Int64 { get }

    /// At most `count` bytes from `offset` on. Fewer make the caller ask again; none before the end is an error.
    func read(offset: Int64, count: Int) throws -> [UInt8]
}

/// A file that lies in memory.
package struct BytesInMemory: ByteSource {
    package let bytes: [UInt8]
    package init(_ bytes: [UInt8]) { self.bytes = bytes }
    package var length: Int64 { Int64(bytes.count) }

    package func read(offset: Int64, count: Int) -> [UInt8] {
        guard offset >= 0, offset < length, count > 0 else { return [] }
        let start = Int(offset)
        return Array(bytes[start..<start + min(count, bytes.count - start)])
    }
}

/// A file whose owner hands out its bytes through a closure, as a lake's FileStore does.
package struct BytesElsewhere: ByteSource {
    package let length: Int64
    private let body: @Sendable (_ offset: Int64, _ count: Int) throws -> [UInt8]

    package init(length: Int64, read: @escaping @Sendable (_ offset: Int64, _ count: Int) throws -> [UInt8]) {
        self.length = length
        body = read
    }

    package func read(offset: Int64, count: Int) throws -> [UInt8] { try body(offset, count) }
}

extension ByteSource {
    /// Exactly these bytes. The range must lie in the file.
    func exactly(offset: Int64, count: Int, _ place: ParquetError.Place) throws(ParquetError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= length, Int64(count) <= length - offset else {
            throw .damaged(place, "\(count) bytes from byte \(offset) on don't lie in a file of \(length)")
        }
        var bytes: [UInt8] = []
        while bytes.count < count {
            let missing = count - bytes.count
            let more: [UInt8]
            do {
                more = try read(offset: offset + Int64(bytes.count), count: missing)
            } catch let error as ParquetError {
                throw error
            } catch {
                throw .unreadable(place, "\(error)")
            }
            guard !more.isEmpty, more.count <= missing else {
                throw .unreadable(
                    place, "\(more.count) bytes came where \(missing) were asked for; was the file cut meanwhile?")
            }
            if bytes.isEmpty { bytes = more } else { bytes.append(contentsOf: more) }
        }
        return bytes
    }
}
