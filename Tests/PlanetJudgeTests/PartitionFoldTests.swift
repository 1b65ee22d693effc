// Frames of records judged: the rows of each kind of record, whatever comes between them, and frames that are none.
import Basics
import PlanetCore
import TestSupport
import Testing

@testable import PlanetJudge

/// What one frame has answered.
struct Answer {
    private var reader: FrameReader

    init(_ answer: UnsafeRawBufferPointer) throws {
        reader = FrameReader(answer)
        #expect(try reader.word() == answer.count - 8)
    }

    mutating func word() throws -> Int { try reader.word() }
    mutating func bytes() throws -> [UInt8] { Array(try reader.buffer()) }

    /// Each row's values by column, as text.
    mutating func rows(
        _ names: [(name: String, kind: JudgedColumn.Kind)] = JudgedTable<RowColumn>.names
    ) throws -> [[String: String]] {
        let count = try reader.word()
        var rows = [[String: String]](repeating: [:], count: count)
        for (name, kind) in names {
            let present = try reader.word()
            guard present > 0 else { continue }
            let none = Bits(buffer: UnsafeRawBufferPointer(start: nil, count: 0))
            let given = try present == 2 ? reader.bits(count) : none
            let texts = try kind == .text ? reader.texts(count) : nil
            let values = try kind == .text ? nil : reader.buffer()
            for row in 0..<count where given[row] {
                rows[row][name] = try text(row, kind, texts, values)
            }
        }
        return rows
    }

    /// The planets' rows as the next request brings them, as another program's arrays.
    mutating func planets() throws -> [UInt8] {
        var frame = FrameWriter()
        let rows = try reader.word()
        frame.begin()
        frame.word(JudgeRequest.planets.rawValue)
        frame.word(rows)
        for (place, column) in JudgedTable<StateColumn>.names.enumerated() {
            let present = try reader.word()
            let width = column.kind.width ?? 1
            func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
            var buffers = [zeros(present == 1 ? 0 : (rows + 7) / 8), zeros((rows + 1) * width), []]
            if present == 2 { buffers[0] = try bytes() }
            if present > 0 { buffers[1] = try bytes() }
            if present > 0, column.kind == .text { buffers[2] = try bytes() }
            if column.kind != .text { buffers.removeLast() }
            guard place < PlanetFrame.names.count else { continue }
            for buffer in buffers { buffer.withUnsafeBytes { frame.buffer($0) } }
        }
        frame.end()
        return Array(frame.bytes)
    }

    private func text(
        _ row: Int, _ kind: JudgedColumn.Kind, _ texts: Texts?, _ values: UnsafeRawBufferPointer?
    ) throws -> String? {
        switch kind {
        case .text: try texts.map { String(decoding: try $0.row(row), as: UTF8.self) }
        case .boolean: values.map { "\(Bits(buffer: $0)[row])" }
        case .real: values.map { "\($0.loadUnaligned(fromByteOffset: row * 8, as: Double.self))" }
        case .int64, .timestamp: values.map { "\($0.loadUnaligned(fromByteOffset: row * 8, as: Int64.self))" }
        case .int32, .date: values.map { "\($0.loadUnaligned(fromByteOffset: row * 4, as: Int32.self))" }
        }
    }
}

/// A fold that is asked in frames.
struct Folding: ~Copyable {
    private var fold: PartitionFold

    init(among partitions: Int32? = nil) { fold = PartitionFold(partitions: partitions, today: { 20_000 }) }

    mutating func ask<Found>(_ frame: [UInt8], _ read: (inout Answer) throws -> Found) throws -> Found {
        try frame.withUnsafeBytes { bytes in
            var answer = try Answer(fold.answer(UnsafeRawBufferPointer(rebasing: bytes[8...])))
            return try read(&answer)
        }
    }

    /// The rows of records made by `fill`.
    mutating func judged(_ fill: (inout RecordFrameWriter) -> Void) throws -> [[String: String]] {
        var records = RecordFrameWriter()
        fill(&records)
        return try ask(records.frame()) { try $0.rows() }
    }

    struct End {
        /// By part.
        var planets: [Int: [[String: String]]] = [:]
        var figures: [Int: [UInt8]] = [:]
        var summary = ""
    }

    mutating func end(_ request: JudgeRequest = .end) throws -> End {
        try ask(JudgeDescription.wordFrame(request)) { answer in
            var end = End()
            for _ in 0..<(try answer.word()) {
                let part = try answer.word()
                end.planets[part] = try answer.rows(JudgedTable<StateColumn>.names)
                end.figures[part] = try answer.bytes()
            }
            end.summary = String(decoding: try answer.bytes(), as: UTF8.self)
            return end
        }
    }
}

/// The rows of a frame made by `fill`, with nothing before it.
func judged(
    among partitions: Int32? = nil, _ fill: (inout RecordFrameWriter) -> Void
) throws -> [[String: String]] {
    var folding = Folding(among: partitions)
    return try folding.judged(fill)
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct PartitionFoldTests {
    @Test func `Each kind of record is a row`() throws {
        let planet =
            #"{"pl_name":"Kepler-22 b","hostname":"Kepler-22","pl_rade":2.1,"disc_date":"2011-12-05","odd":1,"#
            + #""water_present":false,"pl_controv_flag":0,"st_teff":5518,"st_rad":0.98,"st_mass":0.97,"pl_orbper":289.9}"#
        let found = try judged { records in
            records.append(partition: 3, offset: 7, key: bytes("kepler22b"), value: bytes(planet))
            records.append(offset: 8, key: bytes("kepler22b"), value: nil)
            records.append(
                offset: 9, key: nil, value: bytes(#"{"pl_name":"KOI-87.01","alias_of":"Kepler-22 b"}"#),
                headers: [("source", bytes("oec")), ("idempotency-key", bytes("k"))])
            records.append(offset: 10, key: bytes("x"), value: [0xff, 0x7b])
            records.append(offset: 11, key: [], value: bytes(#"{"pl_name":"A b","pl_rade":-1,"disc_year":1900}"#))
        }
        #expect(found.map { $0["verdict"] } == ["warn", "withdrawal", "accept", "reject", "reject"])
        #expect(found.map { $0["log_offset"] } == ["7", "8", "9", "10", "11"])
        #expect(found.map { $0["key"] } == ["kepler22b", "kepler22b", "koi87.01", "x", "ab"])
        #expect(found[0]["log_partition"] == "3" && found[0]["dt"] == "2023-11-14")
        #expect(found[0]["pl_rade"] == "2.1" && found[0]["water_present"] == "false")
        #expect(
            found[0]["pl_controv_flag"] == "0" && found[0]["disc_date"] == "15313" && found[0]["disc_year"] == "2011")
        #expect(found[0]["extra"] == #"{"odd":1}"# && found[0]["rules"] == #"["unknown_field"]"#)
        #expect(found.map { $0["change"] } == ["new", "withdrawal", "alias", nil, nil])
        #expect(found.map { $0["revision"] } == ["1", "2", "1", nil, nil])
        #expect(found[0]["pl_type"] == "Superterran" && found[0]["ck_mass_q50"] != nil)
        #expect(found[0]["hz_class"] != nil && found[2]["alias_of"] == "Kepler-22 b")
        #expect(found[2]["source"] == "oec" && found[2]["submission"] != nil && found[2]["pl_type"] == nil)
        #expect(found[3]["raw"] == "\u{fffd}{" && found[3]["rules"] == #"["malformed_json"]"#)
        #expect(found[4]["rules"] == #"["out_of_range","out_of_range"]"# && found[4]["pl_rade"] == nil)
        #expect(found[4]["errors"]?.contains(#""field":"disc_year","value":"1900""#) == true)
    }

    @Test func `What a record is doesn't depend on its neighbours or on the frame`() throws {
        var random = SplitMix(seed: 5)
        let values: [[UInt8]?] =
            try sampleLines(60) + [nil, [], bytes("{"), bytes(#"{"pl_name":"A b","alias_of":"B c"}"#)]
        /// What it does to its planet follows from the records before, and under their keys they are aliases or not.
        func plain(_ row: [String: String]) -> [String: String] {
            row.filter { $0.key != "change" && $0.key != "revision" }
        }
        let alone = try values.map { value in
            plain(try judged { $0.append(offset: 0, key: bytes("k"), value: value) }[0])
        }
        for _ in 0..<20 {
            let order = (0..<Int.random(in: 1...80, using: &random)).map { _ in
                Int.random(in: 0..<values.count, using: &random)
            }
            let together = try judged { records in
                for place in order { records.append(offset: 0, key: bytes("k"), value: values[place]) }
            }
            #expect(together.map(plain) == order.map { alone[$0] })
        }
    }

    private func sampleLines(_ count: Int) throws -> [[UInt8]?] {
        (0..<count).map { number in
            bytes(
                #"{"pl_name":"Gen-\#(number) b","hostname":"Gen-\#(number)","pl_rade":\#(1 + Double(number) / 7),"#
                    + #""st_teff":\#(3000 + 80 * number),"st_rad":0.9,"pl_orbper":\#(3 * number + 1),"st_mass":1}"#)
        }
    }

    @Test func `A time beyond all calendars is the nearest that can be counted`() throws {
        let found = try judged { records in
            records.append(offset: 0, time: 1_700_000_000_000_000_000, key: nil, value: nil)
            records.append(offset: 1, time: -1, key: nil, value: nil)
            records.append(offset: 2, time: .max, key: nil, value: nil)
        }
        #expect(found.map { $0["dt"] } == ["2262-04-11", "1970-01-01", "2262-04-11"])
        #expect(found[0]["log_timestamp"] == "\(RecordTime.micros(milliseconds: .max))")
    }

    @Test func `The first header of a name counts, and a null one is empty`() throws {
        let found = try judged { records in
            records.append(
                offset: 0, key: nil, value: nil,
                headers: [("Source", bytes("no")), ("source", bytes("a")), ("source", bytes("b"))])
            records.append(offset: 1, key: nil, value: nil, headers: [("source", nil), ("idempotency-key", nil)])
            records.append(offset: 2, key: nil, value: nil)
            records.append(offset: 3, key: nil, value: nil, headers: [("source", [0xed, 0xa0, 0x80])])
        }
        #expect(found.map { $0["source"] } == ["a", "", nil, "\u{fffd}\u{fffd}\u{fffd}"])
        #expect(found.map { $0["submission"] != nil } == [false, true, false, false])
    }

    @Test func `A record in another partition than its planet's is refused, and a copy says where it came from`() throws
    {
        let planet = bytes(#"{"pl_name":"Kepler-22 b","pl_rade":2.1}"#)
        let home = Partitioner.partition(of: bytes("kepler22b")[...], among: 6)
        let sent = (name: "source", value: bytes("sent-on/planet-discoveries/3/1234/5f3a9c01") as [UInt8]?)
        func fill(_ records: inout RecordFrameWriter) {
            for partition in [home, home ^ 1] {
                records.append(partition: partition, offset: 0, key: nil, value: planet)
                records.append(partition: partition, offset: 1, key: bytes("Kepler-22 b"), value: nil)
                records.append(partition: partition, offset: 2, key: nil, value: planet, headers: [sent])
                records.append(partition: partition, offset: 3, key: nil, value: bytes("{"))
                let room = RecordReader.largestSentOn - planet.count - sent.name.utf8.count
                for more in 0...1 {
                    records.append(
                        partition: partition, offset: 4 + Int64(more), key: nil, value: planet,
                        headers: [(sent.name, [UInt8](repeating: 97, count: room + more))])
                }
            }
        }
        let found = try judged(among: 6, fill)
        let wrong = #"["wrong_partition"]"#
        #expect(
            found.map { $0["verdict"] } == [
                "accept", "withdrawal", "accept", "reject", "accept", "accept", "reject", "reject", "reject", "reject",
                "reject", "reject",
            ])
        #expect(found[6...].map { $0["rules"] } == [wrong, wrong, wrong, #"["malformed_json"]"#, wrong, wrong])
        #expect(
            found[6...].map { $0["errors"]?.contains("partition \(home), where it was sent on to") } == [
                true, true, false, false, true, false,
            ])
        #expect(found.indices.filter { found[$0]["home"] != nil } == [6, 7, 10])
        #expect(found[6]["home"] == "\(home)")
        #expect(found[6]["key"] == "kepler22b" && found[7]["key"] == "kepler22b" && found[7]["raw"] == "")
        #expect(found[6]["raw"] == String(decoding: planet, as: UTF8.self) && found[6]["pl_rade"] == nil)
        #expect(try judged(fill).map { $0["verdict"] != "reject" }.count(where: { $0 }) == 10)
    }

    @Test func `An empty frame has an empty answer`() throws {
        #expect(try judged { _ in }.isEmpty)
    }

    @Test func `Bytes that are no frame are refused in a sentence, wherever they are cut or changed`() throws {
        var records = RecordFrameWriter()
        for offset in 0..<3 {
            records.append(
                offset: Int64(offset), key: bytes("key"), value: bytes(#"{"pl_name":"A b"}"#),
                headers: [("source", bytes("s"))])
        }
        let frame = Array(records.frame()[8...])
        var fold = PartitionFold(partitions: 2, today: { 20_000 })
        var refused = 0
        func take(_ bytes: [UInt8]) {
            bytes.withUnsafeBytes { bytes in
                do { _ = try fold.answer(bytes) } catch {
                    refused += 1
                    #expect(error is FrameError)
                }
            }
        }
        for end in 0..<frame.count { take(Array(frame[..<end])) }
        #expect(refused >= frame.count - 8)
        var random = SplitMix(seed: 9)
        for _ in 0..<3000 {
            var bytes = frame
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            take(bytes)
        }
    }

    @Test func `The rules have a version, and the description names every column`() throws {
        #expect(JudgeDescription.rules.utf8.count == 16)
        let text = String(decoding: JudgeDescription.json, as: UTF8.self)
        #expect(text.contains(#""rules_version":"\#(JudgeDescription.rules)""#))
        let (rows, planets) = (JudgedTable<RowColumn>.names, JudgedTable<StateColumn>.names)
        for (name, kind) in rows + planets {
            #expect(text.contains(#"{"name":"\#(name)","type":"\#(kind.rawValue)"}"#))
        }
        #expect(Set(rows.map(\.name)).count == rows.count && Set(planets.map(\.name)).count == planets.count)
    }
}

@Suite struct PartitionChangesTests {
    @Test func `What a record was made from decides, and a default solution stays`() throws {
        func sent(_ name: String, _ rest: String) -> [UInt8] { bytes(#"{"pl_name":"\#(name)",\#(rest)}"#) }
        func from(_ revision: Int) -> [(name: String, value: [UInt8]?)] { [("made-from", bytes("\(revision)"))] }
        var folding = Folding()
        let found = try folding.judged { records in
            records.append(offset: 0, key: bytes("ab"), value: sent("A b", #""pl_rade":1"#))
            records.append(offset: 1, key: bytes("ab"), value: sent("A b", #""pl_rade":2"#), headers: from(1))
            records.append(offset: 2, key: bytes("ab"), value: sent("A b", #""pl_rade":3"#), headers: from(1))
            records.append(offset: 3, key: bytes("ab"), value: sent("A b", #""pl_rade":4,"default_flag":0"#))
            records.append(offset: 4, key: bytes("bc"), value: sent("B c", #""pl_rade":1,"default_flag":0"#))
            records.append(offset: 5, key: bytes("bc"), value: sent("B c", #""pl_rade":2,"default_flag":1"#))
            records.append(offset: 6, key: bytes("cd"), value: sent("C d", #""disposition":"CANDIDATE""#))
        }
        #expect(found.map { $0["change"] } == ["new", "revision", "late", "late", "new", "revision", "new"])
        let figures = try folding.end().figures.values
        let board = String(decoding: try PartFigures.board(Array(figures)), as: UTF8.self)
        #expect(board.contains(#"["totals","planets","2","#) && board.contains(#"["totals","candidates","1","#))
    }
}

@Suite struct PartitionStateTests {
    private static let histories: [[UInt8]?] = [
        bytes(#"{"pl_name":"A b","pl_rade":1.2,"pl_radeerr1":0.1,"pl_radeerr2":-0.1,"rowupdate":"2024-01-02"}"#), nil,
        bytes(#"{"pl_name":"A b","pl_rade":1.3,"rowupdate":"2023-01-02"}"#),
        bytes(#"{"pl_name":"A b","pl_rade":1.3,"pl_bmasse":2,"hostname":"Café","water_present":true}"#),
        bytes(#"{"pl_name":"B c","alias_of":"A b","alias_source":"x"}"#),
        bytes(#"{"pl_name":"B c","pl_rade":2}"#), bytes(#"{"pl_name":"B c","alias_of":"C d"}"#), bytes("{"),
        bytes(#"{"pl_name":"A b","pl_rade":1.4,"default_flag":0,"pl_refname":"Other 2020","rowupdate":"2025-01-02"}"#),
        bytes(#"{"pl_name":"A b","pl_rade":1.5,"default_flag":1,"rowupdate":"2022-01-02"}"#),
        bytes(#"{"pl_name":"A b","pl_rade":1.6,"disposition":"CANDIDATE"}"#),
    ]

    @Test func `The planets' rows are read back as they were written`() throws {
        var random = SplitMix(seed: 3)
        for _ in 0..<60 {
            let order = (0..<40).map { _ in Int.random(in: 0..<Self.histories.count, using: &random) }
            var whole = Folding()
            var before = Folding()
            var after = Folding()
            let cut = Int.random(in: 0...order.count, using: &random)
            func fill(_ places: some Sequence<Int>, _ records: inout RecordFrameWriter) {
                for place in places {
                    let kind = order[place]
                    let headers: [(name: String, value: [UInt8]?)] =
                        place % 3 == 0
                        ? [("idempotency-key", bytes("\(place % 5)"))]
                        : place % 7 == 0
                            ? [("source", bytes("sent-on/planet-discoveries/1/\(place)/0a"))]
                            : place % 5 == 0 ? [("made-from", bytes("\(place / 8)"))] : []
                    records.append(
                        offset: Int64(place), key: bytes(place % 2 == 0 ? "A b" : "B c"),
                        value: Self.histories[kind], headers: headers)
                }
            }
            let rows = try whole.judged { fill(0..<order.count, &$0) }
            let first = try before.judged { fill(0..<cut, &$0) }
            let kept = try before.ask(JudgeDescription.wordFrame(.endWithAll)) { answer -> [[UInt8]] in
                try (0..<(try answer.word())).map { _ in
                    _ = try answer.word()
                    let frame = try answer.planets()
                    _ = try answer.bytes()
                    return frame
                }
            }
            for frame in kept { try after.ask(frame) { _ in } }
            let second = try after.judged { fill(cut..<order.count, &$0) }
            #expect(first + second == rows)
            let (one, two) = (try whole.end(.endWithAll), try after.end(.endWithAll))
            #expect(one.planets == two.planets && one.figures == two.figures)
        }
    }
}
