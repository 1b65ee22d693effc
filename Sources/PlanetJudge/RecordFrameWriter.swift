// Makes a frame of records, like another program: for the probes, and for tests.

struct RecordFrameWriter {
    private var rows = 0
    private var partitions: [UInt8] = []
    private var offsets: [UInt8] = []
    private var times: [UInt8] = []
    private var keys = GivenTexts()
    private var values = GivenTexts()
    private var headerEnds: [Int32] = []
    private var names = GivenTexts()
    private var headerValues = GivenTexts()

    /// `time`: microseconds since 1970-01-01 UTC. A nil value is a tombstone.
    mutating func append(
        partition: Int32 = 0, offset: Int64, time: Int64 = 1_700_000_000_000_000, key: [UInt8]?, value: [UInt8]?,
        headers: [(name: String, value: [UInt8]?)] = []
    ) {
        rows += 1
        withUnsafeBytes(of: partition.littleEndian) { partitions.append(contentsOf: $0) }
        withUnsafeBytes(of: offset.littleEndian) { offsets.append(contentsOf: $0) }
        withUnsafeBytes(of: time.littleEndian) { times.append(contentsOf: $0) }
        keys.append(key)
        values.append(value)
        for header in headers {
            names.append(Array(header.name.utf8))
            headerValues.append(header.value)
        }
        headerEnds.append(Int32(names.ends.count))
    }

    /// The frame with its size.
    func frame() -> [UInt8] {
        let allGiven = UnsafeRawBufferPointer(start: nil, count: 0)
        var frame = FrameWriter()
        frame.begin()
        frame.word(JudgeRequest.records.rawValue)
        frame.word(rows)
        for buffer in [partitions, offsets, times] {
            frame.buffer(allGiven)
            buffer.withUnsafeBytes { frame.buffer($0) }
        }
        for texts in [keys, values] {
            texts.validity.withUnsafeBytes { frame.buffer($0) }
            texts.write(to: &frame)
        }
        frame.buffer(allGiven)
        headerEnds.withUnsafeBytes { frame.ends($0) }
        frame.buffer(allGiven)
        frame.buffer(allGiven)
        names.write(to: &frame)
        headerValues.validity.withUnsafeBytes { frame.buffer($0) }
        headerValues.write(to: &frame)
        frame.end()
        return Array(frame.bytes)
    }
}

private struct GivenTexts {
    private(set) var ends: [Int32] = []
    private(set) var validity: [UInt8] = []
    private var bytes: [UInt8] = []

    mutating func append(_ text: [UInt8]?) {
        let row = ends.count
        if row & 7 == 0 { validity.append(0) }
        if let text {
            validity[row >> 3] |= 1 << UInt8(row & 7)
            bytes.append(contentsOf: text)
        }
        ends.append(Int32(bytes.count))
    }

    func write(to frame: inout FrameWriter) {
        ends.withUnsafeBytes { frame.ends($0) }
        bytes.withUnsafeBytes { frame.buffer($0) }
    }
}
