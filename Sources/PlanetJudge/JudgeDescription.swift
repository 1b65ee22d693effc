// What the judge says of itself: which rules it holds records against, and the columns of its rows. One JSON object.

import Basics
import JSONText
import PlanetCore

package enum JudgeDescription {
    /// To be raised by hand where rows come to mean something else and neither the table of columns nor the probes show
    /// it.
    private static let version = 1

    /// Changes whenever this build may judge a record otherwise than another build: a hash of the table of columns with
    /// ranges, units and rules, of the predictor's version, of the rows' columns, and of what some records come to.
    package static let rules: String = {
        let digest = SHA256()
        func add(_ bytes: some Collection<UInt8>) { Array(bytes).withUnsafeBytes { digest.add($0) } }
        add("\(version)\n\(Columns.meaning)\n\(Predictor.version)\n".utf8)
        add(SchemaJSON.bytes())
        add(JudgedTable.names.map { "\($0.name):\($0.kind.rawValue)" }.joined(separator: ",").utf8)
        for partitions in [nil, 64] as [Int32?] {
            var judge = FrameJudge(partitions: partitions) { 20_000 }
            probes.withUnsafeBytes { bytes in
                guard let rows = try? judge.judge(UnsafeRawBufferPointer(rebasing: bytes[8...])) else {
                    preconditionFailure("BUG: the probes are no frame")
                }
                digest.add(rows)
            }
        }
        return String(digest.hex().prefix(16))
    }()

    package static var json: [UInt8] {
        SchemaJSON.bytes { writer in
            writer.member("rules_version", rules)
            writer.member("predictor_version", Predictor.version)
            writer.member("max_frame_bytes", FrameJudge.maxFrameBytes)
            writer.member("submissions_kept", PlanetState.submissionsKept)
            writer.member("sent_marks_kept", PlanetState.sentMarksKept)
            writer.array("row_columns") { writer in
                for column in JudgedTable.names {
                    writer.object { writer in
                        writer.member("name", column.name)
                        writer.member("type", column.kind.rawValue)
                    }
                }
            }
            writer.array("prediction_columns", PredictionColumn.all.map(\.name))
            writer.array("quantities", JudgedTable.quantities.map { "\($0)" })
            writer.array("facts", JudgedTable.facts.map(\.name))
            writer.object("zone_limits") { writer in
                for limit in HabitableZone.Limit.allCases {
                    writer.array(limit.rawValue) { writer in
                        for temperature in stride(from: 2600.0, through: 7200, by: 200) {
                            writer.array {
                                $0.real(temperature)
                                $0.real(HabitableZone.flux(limit, temperature: temperature))
                            }
                        }
                    }
                }
            }
        }
    }

    /// Planets of both kinds of forecast, one measured in full, an alias, a withdrawal, and records that break rules.
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
