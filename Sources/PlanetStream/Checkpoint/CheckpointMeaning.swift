// A hash that changes whenever this build would read a checkpoint's bytes differently: of the columns, the aggregates,
// the predictor, and the results for a few records. A checkpoint with another hash is not read; the state is rebuilt.

import Basics
import EventLog
import PlanetCore

enum CheckpointMeaning {
    /// Raise it by hand if the same bytes get another meaning and neither names nor probes show it.
    static let version = 1

    static let current: String = {
        let tally = Tally()
        feed(tally)
        var text = "\(version)\n\(Columns.meaning)\n\(Predictor.version)\n"
        // Sorted: dictionaries are ordered differently in every process.
        let lines = tally.rows().map { "\($0.aggregate)/\($0.group)=\(String(decoding: $0.json, as: UTF8.self))\n" }
        text += lines.sorted().joined()
        let digest = SHA256()
        Array(text.utf8).withUnsafeBytes { digest.add($0) }
        // The saved bytes themselves: fields, order, encoding.
        let snapshot = TallySnapshot(tally, name: "", positions: Positions())
        for block in snapshot.blocks { block.content().withUnsafeBytes { digest.add($0) } }
        return digest.hex()
    }()

    /// Planets with both kinds of forecast, one fully measured, a revision, a withdrawal, a duplicate, broken rules.
    private static func feed(_ tally: Tally) {
        let records: [(key: String, value: String?)] = [
            (
                "a",
                #"{"pl_name":"Probe b","hostname":"Probe","discoverymethod":"Transit","disc_year":2011,"disc_facility":"Kepler","pl_orbper":289.8,"pl_rade":2.38,"pl_radeerr1":0.13,"pl_radeerr2":-0.13,"st_teff":5518,"st_rad":0.98,"st_mass":0.97,"sy_dist":194.6}"#
            ),
            (
                "b",
                #"{"pl_name":"Probe c","hostname":"Probe","discoverymethod":"Radial Velocity","disc_year":2016,"pl_orbper":11.186,"pl_bmasse":1.27,"pl_bmasseerr1":0.19,"pl_bmasseerr2":-0.17,"pl_bmassprov":"Msini","st_teff":3050,"st_lum":-2.8,"st_mass":0.12,"sy_dist":1.3}"#
            ),
            (
                "c",
                #"{"pl_name":"Probe d","discoverymethod":"Transit","disc_year":2017,"pl_rade":0.92,"pl_radeerr1":0.03,"pl_radeerr2":-0.03,"pl_bmasse":0.77,"pl_bmasseerr1":0.02,"pl_bmasseerr2":-0.02,"pl_bmassprov":"Mass","pl_orbsmax":0.029,"st_teff":2566,"st_rad":0.12,"st_mass":0.09,"st_lum":-3.26}"#
            ),
            (
                "a",
                #"{"pl_name":"Probe b","pl_rade":2.1,"pl_radeerr1":0.1,"pl_radeerr2":-0.1,"pl_bmasse":9.1,"pl_bmasseerr1":1,"pl_bmasseerr2":-1,"odd":1}"#
            ),
            ("b", #"{"pl_name":"Probe c","disc_year":2016}"#), ("b", #"{"pl_name":"Probe c","disc_year":2016}"#),
            ("a", nil), ("d", "{"), ("e", #"{"pl_name":"Probe e","pl_rade":-1}"#),
        ]
        var batch = RecordBatch()
        let headers = batch.addHeaders([])
        for (index, record) in records.enumerated() {
            batch.append(
                key: record.key.utf8, value: record.value.map { Array($0.utf8) }, headers: headers,
                offset: Int64(index),
                timestamp: 1_700_000_000_000_000 + Int64(index))
        }
        for index in 0..<batch.count {
            tally.events.append(tally.judge.discovery(batch, index, source: nil).event)
        }
        // A rule of another program.
        var refused = RecordBatch()
        refused.append(
            key: "f".utf8, value: Array(#"{"raw":"x","errors":[{"rule":"probed"}]}"#.utf8),
            headers: refused.addHeaders([]), timestamp: 1_700_000_000_000_000)
        tally.events.append(tally.judge.rejected(refused, 0, source: nil).event)
        tally.applyEvents()
    }
}
