// What counts as ours in the metastore, what may be added, and what is left alone; and the HiveQL for it. No metastore
// is needed.

import Parquet
import Testing

@testable import Lake

let hiveTable = LakeTable(
    "things",
    Schema(
        "things",
        [
            .init("a", .string), .init("b", .int32), .init("c", .int64, optional: true), .init("d", .double),
            .init("e", .boolean), .init("f", .date), .init("g", .timestampMicros), .init("h", .bytes),
        ]))

@Suite struct HiveComparisonTests {
    private let layout = HiveLayout(database: "planetarium", base: "hdfs://name:8020/lake/", tables: [hiveTable])

    private func altered(_ change: (inout ThriftStruct) -> Void) -> HiveComparison {
        var table = layout.tableStruct(hiveTable)
        change(&table)
        return HiveComparison(layout, hiveTable, found: table)
    }

    private func storage(_ table: inout ThriftStruct, _ change: (inout ThriftStruct) -> Void) {
        guard var storage = table[7]?.fields else { return }
        change(&storage)
        table[7] = .structure(storage)
    }

    @Test func everyTypeHasAHiveType() {
        #expect(
            layout.columns(hiveTable).map(\.type)
                == ["string", "int", "bigint", "double", "boolean", "date", "timestamp", "binary"])
    }

    /// Hive 3 can't read Parquet's 64-bit time stamps.
    @Test func timeStampsMayBeNumbers() {
        let numbers = HiveLayout(database: "d", base: "file:/lake", tables: [hiveTable], timestamps: .bigint)
        #expect(
            numbers.columns(hiveTable).map(\.type)
                == ["string", "int", "bigint", "double", "boolean", "date", "bigint", "binary"])
        #expect(!numbers.hiveQL.contains(" timestamp") && layout.hiveQL.contains(" timestamp"))
    }

    @Test func ourOwnTableIsEqual() {
        let comparison = altered { _ in }
        #expect(comparison.isEqual && comparison.unknown.isEmpty)
        let slash = altered { table in storage(&table) { $0[2] = .string("hdfs://name:8020/lake/things/") } }
        #expect(slash.isEqual)
        #expect(HiveLayout.plain("file:///a/b/") == HiveLayout.plain("file:/a/b"))
    }

    @Test func eachDifferenceIsNamed() {
        #expect(altered { $0[12] = .string("MANAGED_TABLE") }.conflicts == ["it is not external (MANAGED_TABLE)"])
        #expect(altered { $0[12] = .string("VIRTUAL_VIEW") }.conflicts == ["it is a view (VIRTUAL_VIEW)"])
        #expect(altered { $0[9] = .texts([:]) }.conflicts == ["it is not external (EXTERNAL_TABLE)"])
        #expect(
            altered { table in storage(&table) { $0[2] = .string("file:/elsewhere") } }.conflicts
                == ["its location is file:/elsewhere, not hdfs://name:8020/lake/things"])
        #expect(
            altered { table in storage(&table) { $0[3] = .string("org.apache.hadoop.mapred.TextInputFormat") } }
                .conflicts.first?.hasPrefix("it is not Parquet (input format org.apache.hadoop.mapred.TextInputFormat")
                == true)
        #expect(altered { $0[8] = .structures([]) }.conflicts == ["it is partitioned by nothing, not by dt string"])
        #expect(
            altered { $0[8] = .structures([HiveLayout.field(HiveColumn("dt", "date"))]) }.conflicts
                == ["it is partitioned by dt date, not by dt string"])
        let types = altered { table in
            storage(&table) {
                $0[1] = .structures(
                    layout.columns(hiveTable).map {
                        HiveLayout.field($0.name == "d" ? HiveColumn("d", "float") : $0)
                    })
            }
        }
        #expect(types.conflicts == ["its column d is float, not double"] && types.missing.isEmpty)
    }

    @Test func columnsAreFoundByNameAndMissingOnesNamed() {
        let comparison = altered { table in
            storage(&table) {
                let columns = layout.columns(hiveTable).filter { !["b", "h"].contains($0.name) }
                $0[1] = .structures((columns.reversed() + [HiveColumn("old", "map<string,int>")]).map(HiveLayout.field))
            }
        }
        #expect(comparison.conflicts.isEmpty)
        #expect(comparison.missing == [HiveColumn("b", "int"), HiveColumn("h", "binary")])
        #expect(comparison.unknown == [HiveColumn("old", "map<string,int>")])
    }

    @Test func hiveQLQuotesWhatItMust() {
        let odd = HiveLayout(database: "p", base: "file:/it's here", tables: [hiveTable])
        let text = odd.hiveQL
        #expect(text.contains("LOCATION 'file:/it\\'s here/things';\n"))
        #expect(text.hasPrefix("CREATE DATABASE IF NOT EXISTS `p`;\n"))
        #expect(text.contains("  `g` timestamp,\n  `h` binary\n)\nPARTITIONED BY (`dt` string)\nSTORED AS PARQUET\n"))
        #expect(text.hasSuffix("MSCK REPAIR TABLE `p`.`things`;\n"))
    }
}
