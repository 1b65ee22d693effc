// Thrift's binary protocol: our bytes against those of Apache Thrift's own Python library with code generated from
// Hive's hive_metastore.thrift (PyPI thrift 0.25.0, hmsclient 0.1.1), as they were written there. No metastore is
// needed.

import Basics
import Parquet
import Testing

@testable import Lake

private enum Foreign {
    static let createTable =
        "800100010000000c6372656174655f7461626c65000000070c00010b00010000000474696e790b000200000001640b00"
        + "030000000b706c616e6574617269756d0800040000000008000500000000080006000000000c00070f00010c00000002"
        + "0b0001000000036b65790b000200000006737472696e67000b0001000000016e0b000200000006626967696e74000b00"
        + "020000000f66696c653a2f6c616b652f74696e790b00030000003d6f72672e6170616368652e6861646f6f702e686976"
        + "652e716c2e696f2e706172717565742e4d617072656450617271756574496e707574466f726d61740b00040000003e6f"
        + "72672e6170616368652e6861646f6f702e686976652e716c2e696f2e706172717565742e4d6170726564506172717565"
        + "744f7574707574466f726d617402000500080006ffffffff0c00070b00020000003b6f72672e6170616368652e686164"
        + "6f6f702e686976652e716c2e696f2e706172717565742e73657264652e506172717565744869766553657244650d0003"
        + "0b0b000000010000001473657269616c697a6174696f6e2e666f726d61740000000131000f00080b000000000f00090c"
        + "000000000d000a0b0b0000000002000c00000f00080c000000010b00010000000264740b000200000006737472696e67"
        + "000d00090b0b000000010000000845585445524e414c00000004545255450b000c0000000e45585445524e414c5f5441"
        + "424c4502000e000000"
    static let addPartitions =
        "80010001000000126164645f706172746974696f6e735f726571000000080c00010b000100000001640b000200000004"
        + "74696e790f00030c000000010f00010b000000010000000a323032362d31312d32330b000200000001640b0003000000"
        + "0474696e7908000400000000080005000000000c00060f00010c000000020b0001000000036b65790b00020000000673"
        + "7472696e67000b0001000000016e0b000200000006626967696e74000b00020000001d66696c653a2f6c616b652f7469"
        + "6e792f64743d323032362d31312d32330b00030000003d6f72672e6170616368652e6861646f6f702e686976652e716c"
        + "2e696f2e706172717565742e4d617072656450617271756574496e707574466f726d61740b00040000003e6f72672e61"
        + "70616368652e6861646f6f702e686976652e716c2e696f2e706172717565742e4d6170726564506172717565744f7574"
        + "707574466f726d617402000500080006ffffffff0c00070b00020000003b6f72672e6170616368652e6861646f6f702e"
        + "686976652e716c2e696f2e706172717565742e73657264652e506172717565744869766553657244650d00030b0b0000"
        + "00010000001473657269616c697a6174696f6e2e666f726d61740000000131000f00080b000000000f00090c00000000"
        + "0d000a0b0b0000000002000c00000d00070b0b000000000002000401020005000000"
    static let partitionNames =
        "80010001000000136765745f706172746974696f6e5f6e616d6573ffffffff0b000100000001640b0002000000047469"
        + "6e79060003ffff00"
    static let partitionNamesResult =
        "80010002000000136765745f706172746974696f6e5f6e616d6573000000090f00000b000000020000000d64743d3230"
        + "32362d31312d32330000000d64743d323032362d31312d323400"
    static let noSuchObject =
        "80010002000000096765745f7461626c650000000a0c00020b000100000014642ec3a9207461626c65206e6f7420666f"
        + "756e640000"
    static let applicationException =
        "80010003000000046c6f636b0000000b0b00010000000e496e7465726e616c206572726f720800020000000600"
}

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Reads a message that comes `step` bytes at a time, and fails at its end as a closed connection does.
private func read(_ all: [UInt8], step: Int = 1 << 20) throws -> ThriftReader.Message {
    var rest = all[...]
    var reader = ThriftReader { (buffer: inout [UInt8]) throws(HiveError) in
        guard !rest.isEmpty else { throw .unreachable("closed") }
        buffer += rest.prefix(step)
        rest = rest.dropFirst(step)
    }
    return try reader.message()
}

private let tiny = LakeTable("tiny", Schema("tiny", [.init("KEY", .string), .init("n", .int64, optional: true)]))

@Suite struct HiveThriftTests {
    private let layout = HiveLayout(database: "D", base: "file:///lake/", tables: [tiny])

    @Test func aTableIsWrittenAsApacheThriftWritesIt() {
        let message = ThriftWriter.message(
            .call, "create_table", sequence: 7, [1: .structure(layout.tableStruct(tiny))])
        #expect(hex(message) == Foreign.createTable)
    }

    @Test func partitionsAreWrittenAsApacheThriftWritesThem() throws {
        let day = try #require(UTCDay("2026-11-23"))
        let partition = layout.partitionStruct(tiny, day, columns: layout.columns(tiny))
        let request: ThriftStruct = [
            1: .string("d"), 2: .string("tiny"), 3: .structures([partition]), 4: .bool(true), 5: .bool(false),
        ]
        let message = ThriftWriter.message(.call, "add_partitions_req", sequence: 8, [1: .structure(request)])
        #expect(hex(message) == Foreign.addPartitions)
        let names = ThriftWriter.message(
            .call, "get_partition_names", sequence: -1, [1: .string("d"), 2: .string("tiny"), 3: .i16(-1)])
        #expect(hex(names) == Foreign.partitionNames)
    }

    @Test(arguments: [1, 7, 1 << 20]) func whatApacheThriftWritesIsRead(step: Int) throws {
        let names = try read(bytes(Foreign.partitionNamesResult), step: step)
        #expect(names.type == .reply && names.name == "get_partition_names" && names.sequence == 9)
        #expect(names.body[0] == .strings(["dt=2026-11-23", "dt=2026-11-24"]))

        let refusal = try read(bytes(Foreign.noSuchObject), step: step)
        #expect(refusal.body[2]?.fields?[1]?.text == "d.é table not found")

        let exception = try read(bytes(Foreign.applicationException), step: step)
        #expect(exception.type == .exception && exception.body[1]?.text == "Internal error")

        let table = try read(bytes(Foreign.createTable), step: step)
        #expect(table.body[1]?.fields == layout.tableStruct(tiny))
    }

    @Test func everyTypeComesBack() throws {
        let fields: ThriftStruct = [
            1: .bool(true), 2: .byte(-1), 3: .double(-0.5), 4: .i16(-2), 5: .i32(.min), 6: .i64(.max), 7: .string(""),
            8: .structure([:]), 9: .texts(["a": "b", "c": ""]), 10: .set(.i32, [.i32(1)]),
            11: .list(.bool, [.bool(false)]),
            12: .map(key: .i16, value: .list, []), -3: .string("é"),
        ]
        let message = ThriftWriter.message(.reply, "x", sequence: 1, fields)
        #expect(try read(message, step: 3).body == fields)
    }

    @Test func aTornAnswerIsAConnectionThatBroke() {
        let whole = bytes(Foreign.createTable)
        for count in 0..<whole.count {
            #expect(throws: HiveError.unreachable("closed")) { try read(Array(whole.prefix(count))) }
        }
    }

    @Test func anAnswerOfSomethingElseIsRefusedWithoutAllocatingForIt() {
        func isNonsense(_ bytes: [UInt8]) -> Bool {
            do {
                _ = try read(bytes)
                return false
            } catch let error as HiveError {
                if case .nonsense = error { return true } else { return false }
            } catch {
                return false
            }
        }
        #expect(isNonsense(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)))
        // A framed transport: the length comes first.
        #expect(isNonsense([0, 0, 0, 60] + bytes(Foreign.partitionNamesResult)))
        let head: [UInt8] = [0x80, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(isNonsense(head + [11, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF]), "a text of 2 GiB")
        #expect(isNonsense(head + [11, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]), "a text of length -1")
        #expect(isNonsense(head + [5, 0, 1]), "a type that there isn't")
        #expect(isNonsense(head + Array(repeating: [12, 0, 1], count: 40).joined()), "40 structs deep")
    }

    @Test func addresses() {
        #expect(
            HiveAddress.list("thrift://a:1,thrift://b") == [.init(host: "a", port: 1), .init(host: "b", port: 9083)])
        #expect(HiveAddress.list("a:1, [::1]:2") == [.init(host: "a", port: 1), .init(host: "::1", port: 2)])
        for wrong in ["", "a:0", "a:70000", "thrift://", "http://a:1", "a:1,", "::1", "a b:1", "u@a:1"] {
            #expect(HiveAddress.list(wrong) == nil, "\(wrong)")
        }
        #expect("\(HiveAddress(host: "::1", port: 2))" == "thrift://[::1]:2")
    }
}
