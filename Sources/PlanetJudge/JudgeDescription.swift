// The judge's description of itself: its rules' version and the columns of its rows, as one JSON object.

import Basics
import JSONText
import PlanetCore
import PlanetFigures

package enum JudgeDescription {
    /// Raise it by hand if rows get another meaning that neither the table of columns nor the probes show.
    private static let version = 1

    /// Changes whenever this build may judge a record differently from another build: a hash of the table of columns
    /// with ranges, units and rules, of the predictor's version, of the rows' columns, and of the results for some
    /// records, with the bytes of their figures.
    package static let rules: String = {
        let digest = SHA256()
        func add(_ bytes: some Collection<UInt8>) { Array(bytes).withUnsafeBytes { digest.add($0) } }
        add("\(version)\n\(Columns.meaning)\n\(Predictor.version)\n".utf8)
        add(json(rules: ""))
        for partitions in [nil, 64] as [Int32?] {
            var fold = PartitionFold(partitions: partitions) { 20_000 }
            for frame in [probes, wordFrame(.endWithAll)] {
                frame.withUnsafeBytes { bytes in
                    guard let rows = try? fold.answer(UnsafeRawBufferPointer(rebasing: bytes[8...])) else {
                        preconditionFailure("BUG: the probes are no frame")
                    }
                    digest.add(rows)
                }
            }
        }
        return String(digest.hex().prefix(16))
    }()

    package static var json: [UInt8] { json(rules: rules) }

    private static func json(rules: String) -> [UInt8] {
        SchemaJSON.bytes { writer in
            writer.member("rules_version", rules)
            writer.member("schema", SchemaJSON.digest)
            writer.member("predictor_version", Predictor.version)
            writer.member("newest_kept", RecordCounts.newestKept)
            writer.object("rates_kept") { writer in
                for (kind, places) in RecordCounts.ratesKept { writer.member(kind, places) }
            }
            columns("row_columns", JudgedTable<RowColumn>.names, &writer)
            // The state's rows. Those needed to judge a later record come first; the rest are predictions.
            columns("planet_columns", JudgedTable<StateColumn>.names, &writer)
            columns("planet_columns_read", PlanetFrame.names, &writer)
            writer.array("prediction_columns", PredictionColumn.all.map(\.name))
        }
    }

    private static func columns(
        _ name: String, _ columns: some Sequence<(name: String, kind: JudgedColumn.Kind)>, _ writer: inout JSONWriter
    ) {
        writer.array(name) { writer in
            for column in columns {
                writer.object { writer in
                    writer.member("name", column.name)
                    writer.member("type", column.kind.rawValue)
                }
            }
        }
    }

    /// A request that consists of its name only.
    static func wordFrame(_ request: JudgeRequest) -> [UInt8] {
        var frame = FrameWriter()
        frame.begin()
        frame.word(request.rawValue)
        frame.end()
        return Array(frame.bytes)
    }

    /// Planets with both kinds of forecast, one fully measured, an alias, a withdrawal, and records that break rules.
    private static let probes: [UInt8] = {
        let values = [
            #"{"pl_name":"Probe b","hostname":"Probe","discoverymethod":"Transit","disc_year":2011,"pl_orbper":289.8,"#
                + #""pl_rade":2.38,"pl_radeerr1":0.13,"pl_radeerr2":-0.13,"st_teff":5518,"st_rad":0.98,"st_mass":0.97}"#,
            #"{"pl_name":"Probé c","discoverymethod":"RV","pl_orbper":11.186,"pl_bmasse":1.27,"pl_bmasseerr1":0.19,"#
                + #""pl_bmasseerr2":-0.17,"pl_bmassprov":"Msini","st_teff":3050,"st_lum":-2.8,"st_mass":0.12,"odd":1}"#,
            #"{"pl_name":"Probe d","pl_rade":0.92,"pl_radeerr1":0.03,"pl_bmasse":0.77,"pl_bmassprov":"Mass","#
                + #""pl_orbsmax":0.029,"st_teff":2566,"st_rad":0.12,"st_mass":0.09,"st_lum":-3.26,"distance":100}"#,
            #"{"pl_name":"Probe e","alias_of":"Probe b"}"#, "{",
            #"{"pl_name":"Probe f","pl_rade":-1,"disc_year":3000}"#,
        ]
        var records = RecordFrameWriter()
        for (index, value) in values.enumerated() {
            records.append(offset: Int64(index), key: Array("probe".utf8), value: Array(value.utf8))
        }
        records.append(
            offset: Int64(values.count), key: Array("probe".utf8), value: nil,
            headers: [(SubmissionID.keyHeader, Array("a".utf8))])
        return records.frame()
    }()
}
