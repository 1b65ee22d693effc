// Frames of records judged: the rows of each kind of record, whatever comes between them, and frames that are none.
import Basics
import PlanetCore
import TestSupport
import Testing

@testable import PlanetJudge

/// Reads an answer back: each row's values by column, as text.
func rows(_ answer: UnsafeRawBufferPointer) throws -> [[String: String]] {
    var reader = FrameReader(answer)
    #expect(try reader.word() == answer.count - 8)
    let count = try reader.word()
    var rows = [[String: String]](repeating: [:], count: count)
    for (name, kind) in JudgedTable.names {
        let present = try reader.word()
        guard present > 0 else { continue }
        let given = try present == 2 ? reader.bits(count) : Bits(buffer: UnsafeRawBufferPointer(start: nil, count: 0))
        let texts = try kind == .text ? reader.texts(count) : nil
        let values = try kind == .text ? nil : reader.buffer()
        for row in 0..<count where given[row] {
            rows[row][name] =
                switch kind {
                case .text: try texts.map { String(decoding: try $0.row(row), as: UTF8.self) }
                case .boolean: values.map { "\(Bits(buffer: $0)[row])" }
                case .real: values.map { "\($0.loadUnaligned(fromByteOffset: row * 8, as: Double.self))" }
                case .int64, .timestamp: values.map { "\($0.loadUnaligned(fromByteOffset: row * 8, as: Int64.self))" }
                case .int32, .date: values.map { "\($0.loadUnaligned(fromByteOffset: row * 4, as: Int32.self))" }
                }
        }
    }
    return rows
}

/// The rows of a frame made by `fill`.
func judged(
    among partitions: Int32? = nil, _ fill: (inout RecordFrameWriter) -> Void
) throws -> [[String: String]] {
    var records = RecordFrameWriter()
    fill(&records)
    var judge = FrameJudge(partitions: partitions, today: { 20_000 })
    return try records.frame().withUnsafeBytes { try rows(judge.judge(UnsafeRawBufferPointer(rebasing: $0[8...]))) }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct FrameJudgeTests {
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
        #expect(found[0]["host_key"] == "kepler22" && found[0]["pl_rade_log10"] == "\(decadicLogarithm(2.1))")
        #expect(found[0]["pl_type"] == "Superterran" && found[0]["ck_mass_q50"] != nil)
        #expect(found[0]["hz_class"] != nil && found[0]["zone_distance"] != nil && found[0]["flux_log10"] != nil)
        #expect(found[2]["alias_of"] == "Kepler-22 b" && found[2]["alias_key"] == "kepler22b")
        #expect(found[2]["source"] == "oec" && found[2]["submission"] != nil && found[2]["value_id"] == nil)
        #expect(found[3]["raw"] == "\u{fffd}{" && found[3]["rules"] == #"["malformed_json"]"#)
        #expect(found[4]["rules"] == #"["out_of_range","out_of_range"]"# && found[4]["pl_rade"] == nil)
        #expect(found[4]["errors"]?.contains(#""field":"disc_year","value":"1900""#) == true)
    }

    @Test func `A row doesn't depend on its neighbours or on the frame`() throws {
        var random = SplitMix(seed: 5)
        let values: [[UInt8]?] =
            try sampleLines(60) + [nil, [], bytes("{"), bytes(#"{"pl_name":"A b","alias_of":"B c"}"#)]
        let alone = try values.map { value in
            try judged { $0.append(offset: 0, key: bytes("k"), value: value) }[0]
        }
        for _ in 0..<20 {
            let order = (0..<Int.random(in: 1...80, using: &random)).map { _ in
                Int.random(in: 0..<values.count, using: &random)
            }
            let together = try judged { records in
                for place in order { records.append(offset: 0, key: bytes("k"), value: values[place]) }
            }
            #expect(together == order.map { alone[$0] })
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
        #expect(found[6]["key"] == "kepler22b" && found[7]["key"] == "kepler22b" && found[7]["raw"] == "")
        #expect(found[6]["raw"] == String(decoding: planet, as: UTF8.self) && found[6]["pl_rade"] == nil)
        let from = try #require(SentFrom("sent-on/planet-discoveries/3/1234/5f3a9c01"))
        #expect(found[2]["sent_origin"] == "\(from.origin)" && found[2]["sent_offset"] == "1234")
        #expect(found[0]["sent_origin"] == nil && found[8]["sent_origin"] == nil)
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
        var judge = FrameJudge(partitions: 2, today: { 20_000 })
        var refused = 0
        func take(_ bytes: [UInt8]) {
            bytes.withUnsafeBytes { bytes in
                do { _ = try judge.judge(bytes) } catch {
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
        for (name, kind) in JudgedTable.names {
            #expect(text.contains(#"{"name":"\#(name)","type":"\#(kind.rawValue)"}"#))
        }
        #expect(Set(JudgedTable.names.map(\.name)).count == JudgedTable.names.count)
    }
}

@Suite struct DiscoveryIdentityTests {
    private func identity(_ json: String) throws -> String {
        let found = try judged { $0.append(offset: 0, key: nil, value: Array(json.utf8)) }
        return try #require(found[0]["value_id"])
    }

    @Test func `Equal records have one identity however they are spelled`() throws {
        let plain = try identity(#"{"pl_name":"Odd b","st_met":0,"hostname":"Caf\u00e9"}"#)
        #expect(try identity(#"{"hostname":"Cafe\u0301", "pl_name":" Odd b","st_met":-0.0}"#) == plain)
        #expect(try identity(#"{"pl_name":"Odd b","st_met":0,"hostname":"Cafe"}"#) != plain)
        #expect(try identity(#"{"pl_name":"Odd b","st_logg":0,"hostname":"Caf\u00e9"}"#) != plain)
        #expect(try identity(#"{"pl_name":"Odd b","st_met":0}"#) != plain)
    }
}
