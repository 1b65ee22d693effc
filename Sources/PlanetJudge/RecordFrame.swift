// Records as read from the log: the number of rows, and six arrays. Partition (int32), offset (int64), time (int64,
// microseconds since 1970), key and value (binary), and headers (a map, or a list of pairs, of text and binary).

struct RecordFrame {
    let rows: Int
    private let partitions: Integers<Int32>
    private let offsets: Integers<Int64>
    private let times: Integers<Int64>
    private let keys: (given: Bits, texts: Texts)
    private let values: (given: Bits, texts: Texts)
    private let headerEnds: Integers<Int32>
    private let headers: (count: Int, names: Texts, given: Bits, values: Texts)

    /// The bytes behind `reader` must outlive the frame.
    init(_ reader: inout FrameReader) throws(FrameError) {
        rows = try reader.rows()
        _ = try reader.buffer()
        partitions = try reader.integers(rows, Int32.self)
        _ = try reader.buffer()
        offsets = try reader.integers(rows, Int64.self)
        _ = try reader.buffer()
        times = try reader.integers(rows, Int64.self)
        keys = (try reader.bits(rows), try reader.texts(rows))
        values = (try reader.bits(rows), try reader.texts(rows))
        _ = try reader.buffer()
        headerEnds = try reader.integers(rows == 0 ? 0 : rows + 1, Int32.self)
        let count = rows == 0 ? 0 : Int(headerEnds[rows])
        guard count >= 0, count <= reader.count / 4 else { throw FrameError("headers lie outside the frame") }
        // The pairs themselves, and their names, are never null.
        for _ in 0..<2 { _ = try reader.buffer() }
        headers = (count, try reader.texts(count), try reader.bits(count), try reader.texts(count))
    }

    func partition(_ row: Int) -> Int32 { partitions[row] }
    func offset(_ row: Int) -> Int64 { offsets[row] }
    func time(_ row: Int) -> Int64 { times[row] }

    func key(_ row: Int) throws(FrameError) -> UnsafeRawBufferPointer? {
        keys.given[row] ? try keys.texts.row(row) : nil
    }

    func value(_ row: Int) throws(FrameError) -> UnsafeRawBufferPointer? {
        values.given[row] ? try values.texts.row(row) : nil
    }

    /// Bytes of key, value and headers, names included, of the log's record.
    func size(_ row: Int) -> Int {
        var size = keys.texts.size(row..<row + 1) + values.texts.size(row..<row + 1)
        if headers.count > 0 {
            let range = Int(headerEnds[row])..<Int(headerEnds[row + 1])
            size += headers.names.size(range) + headers.values.size(range)
        }
        return size
    }

    /// The first header of this name; a null value becomes an empty one.
    func header(_ row: Int, _ name: String) throws(FrameError) -> UnsafeRawBufferPointer? {
        guard headers.count > 0 else { return nil }
        let (start, end) = (Int(headerEnds[row]), Int(headerEnds[row + 1]))
        guard start >= 0, start <= end, end <= headers.count else { throw FrameError("headers lie outside the frame") }
        for place in start..<end where try headers.names.row(place).elementsEqual(name.utf8) {
            return headers.given[place] ? try headers.values.row(place) : UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return nil
    }
}
