// File names, days and addresses.

import Basics
import Testing

@testable import Lake

@Suite struct LakePathTests {
    private let day = UTCDay(days: 20_780)

    @Test func nameIsTheOneInTheArchitecture() {
        let path = LakePath(
            table: "discoveries", day: day, topic: "planet-discoveries", partition: 3, first: 0, last: 41)
        #expect(
            path.path
                == "discoveries/dt=2026-11-23/planet-discoveries-p00003-00000000000000000000-00000000000000000041.parquet"
        )
        #expect(
            LakePath.aside(table: "t", day: day, topic: "x", partition: 0, first: 7)
                == "t/dt=2026-11-23/.x-p00000-00000000000000000007.parquet.tmp")
    }

    @Test(arguments: [
        "planet-discoveries", "a", "a-p00001-00000000000000000000", "x.y_z-9", "1", "-", "00000000000000000001",
    ])
    func namesComeBack(topic: String) {
        for (partition, first, last): (Int32, Int64, Int64) in [
            (0, 0, 0), (99_999, 5, 17), (100_000, 5, 17), (.max, .max - 1, .max - 1),
        ] {
            let path = LakePath(table: "t", day: day, topic: topic, partition: partition, first: first, last: last)
            #expect(LakePath(table: "t", day: day, name: path.name) == path)
            let part = LakePath(
                table: "t", day: day, topic: topic, partition: partition, first: first, last: last, isPart: true)
            #expect(LakePath(table: "t", day: day, name: part.name) == part && part != path)
            #expect(part.name == path.name.dropLast(8) + ".part.parquet")
            let aside = LakePath.aside(table: "t", day: day, topic: topic, partition: partition, first: first)
            let name = String(aside.split(separator: "/")[2])
            #expect(LakePath.asidePartition(name, topic: topic) == partition)
            #expect(LakePath.asidePartition(name, topic: topic + "x") == nil)
            #expect(LakePath(table: "t", day: day, name: name) == nil)
        }
    }

    @Test(arguments: [
        "", ".parquet", "x.parquet", "x-p00000-00000000000000000000.parquet",
        "x-p0000-00000000000000000000-00000000000000000001.parquet",
        "x-p000001-00000000000000000000-00000000000000000001.parquet",
        "x-p00000-00000000000000000002-00000000000000000001.parquet",
        "x-p00000-99999999999999999999-99999999999999999999.parquet",
        "x-p00000-00000000000000000000-09223372036854775807.parquet",
        "x-p00000-0000000000000000000a-00000000000000000001.parquet",
        "x-p00000-+0000000000000000000-00000000000000000001.parquet",
        "x-p00000-00000000000000000000-00000000000000000001.parquet.tmp",
        "x-p00000_00000000000000000000-00000000000000000001.parquet",
        "-p00000-00000000000000000000-00000000000000000001.parquet",
        "x-p00000-00000000000000000000-00000000000000000001.part.part.parquet",
        "x-p00000-00000000000000000000-00000000000000000001.Part.parquet",
        "x-p00000-00000000000000000000-00000000000000000001.part",
        ".x-p00000-00000000000000000000-00000000000000000001.parquet",
    ])
    func otherNamesAreNone(name: String) {
        #expect(LakePath(table: "t", day: day, name: name) == nil)
    }

    @Test func addresses() throws {
        #expect(LakeAddress("file:data/lake") == .folder(path: "data/lake"))
        #expect(LakeAddress("file:///srv/lake/") == .folder(path: "/srv/lake"))
        #expect(LakeAddress("file:") == nil && LakeAddress("lake") == nil && LakeAddress("hdfs://") == nil)
    }
}
