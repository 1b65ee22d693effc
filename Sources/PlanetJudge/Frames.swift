// Frames: what the judge reads and writes. A frame is a word with the number of bytes that follow, words, and buffers;
// each buffer is a word with its number of bytes, then those bytes, padded to whole words. A word is eight bytes,
// little-endian. The buffers are those of Arrow arrays, so a program with Arrow arrays copies none of them. Input has
// an array's buffers in Arrow's order, an empty one if Arrow has none (an empty validity means that nothing is null).
//
// Why frames and not Arrow's own stream: both ends know the columns, so its metadata (whose format needs a library or a
// thousand lines) would say nothing new; the buffers, which take all the time, are the same. RecordFrame.swift and
// JudgedTable.swift define the columns.

/// Why a frame can't be read. Never because of a record: the program at the other end is wrong.
package struct FrameError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

struct FrameReader {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The number of bytes in the whole frame.
    var count: Int { bytes.count }

    /// The number of rows that follow.
    mutating func rows() throws(FrameError) -> Int {
        let rows = try word()
        // A row has at least four bytes.
        guard rows <= bytes.count / 4 else { throw FrameError("a frame has fewer bytes than rows") }
        return rows
    }

    mutating func word() throws(FrameError) -> Int {
        guard at + 8 <= bytes.count else { throw FrameError("a frame ends before its buffers do") }
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        guard let value = Int(exactly: word) else { throw FrameError("a frame's word is no size") }
        at += 8
        return value
    }

    mutating func buffer() throws(FrameError) -> UnsafeRawBufferPointer {
        let size = try word()
        guard size <= bytes.count - at else { throw FrameError("a frame ends before its buffers do") }
        defer { at = min(bytes.count, at + (size + 7) & ~7) }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<at + size])
    }

    /// Bits, one per row; empty: all set.
    mutating func bits(_ rows: Int) throws(FrameError) -> Bits {
        let buffer = try buffer()
        guard buffer.isEmpty || buffer.count >= (rows + 7) >> 3 else { throw FrameError("bits are missing") }
        return Bits(buffer: buffer)
    }

    mutating func integers<Value: FixedWidthInteger>(_ count: Int, _: Value.Type) throws(FrameError) -> Integers<Value>
    {
        let buffer = try buffer()
        guard buffer.count / MemoryLayout<Value>.size >= count else { throw FrameError("values are missing") }
        return Integers(buffer: buffer)
    }

    /// Bits that are themselves values.
    mutating func flags(_ rows: Int) throws(FrameError) -> Bits {
        let buffer = try buffer()
        guard buffer.count >= (rows + 7) >> 3 else { throw FrameError("values are missing") }
        return Bits(buffer: buffer)
    }

    mutating func texts(_ rows: Int) throws(FrameError) -> Texts {
        let ends = rows == 0 ? Integers<Int32>(buffer: try buffer()) : try integers(rows + 1, Int32.self)
        return Texts(ends: ends, bytes: try buffer())
    }
}

struct Bits {
    let buffer: UnsafeRawBufferPointer
    subscript(row: Int) -> Bool { buffer.isEmpty || buffer[row >> 3] & (1 << UInt8(row & 7)) != 0 }
}

struct Integers<Value: FixedWidthInteger> {
    let buffer: UnsafeRawBufferPointer
    subscript(row: Int) -> Value {
        Value(littleEndian: buffer.loadUnaligned(fromByteOffset: row * MemoryLayout<Value>.size, as: Value.self))
    }
}

struct Texts {
    let ends: Integers<Int32>
    let bytes: UnsafeRawBufferPointer

    /// The size of these rows together.
    func size(_ rows: Range<Int>) -> Int { Int(ends[rows.upperBound]) - Int(ends[rows.lowerBound]) }

    func row(_ row: Int) throws(FrameError) -> UnsafeRawBufferPointer {
        let (start, end) = (Int(ends[row]), Int(ends[row + 1]))
        guard start >= 0, start <= end, end <= bytes.count else { throw FrameError("a text lies outside its buffer") }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}

struct FrameWriter: ~Copyable {
    private var content = GrowingBytes()

    /// The first word is the frame's size once it is ended.
    var bytes: UnsafeRawBufferPointer { content.bytes }

    mutating func begin() {
        content.clear()
        word(0)
    }

    mutating func end() { content.store(UInt64(content.count - 8), at: 0) }

    mutating func word(_ value: Int) { content.append(UInt64(value)) }

    mutating func buffer(_ buffer: UnsafeRawBufferPointer) {
        word(buffer.count)
        content.append(buffer)
        fill()
    }

    /// Where texts begin and end: a 0, then the end of each.
    mutating func ends(_ ends: UnsafeRawBufferPointer) {
        word(ends.count + 4)
        content.append(Int32(0))
        content.append(ends)
        fill()
    }

    private mutating func fill() { content.appendZeros(-content.count & 7) }
}
