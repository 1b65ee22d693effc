// Removes whole files by age, table by table. The manifest says so first, so that their absence is no loss; the newest
// roll of each partition always stays. Nothing else is ever removed from the lake.

import Basics
import Telemetry

enum LakeRetention {
    /// Whether a day is more than `keepDays` days ago.
    static func isOver(_ day: UTCDay, keepDays: Int, today: UTCDay) -> Bool { day.days < today.days - keepDays }

    /// `files`: all of one partition.
    static func apply(
        _ keepDays: [String: Int], _ files: [ManifestFile], primary: String, today: UTCDay, _ store: any FileStore,
        _ metrics: LakeMetrics, _ manifest: Manifest
    ) throws(LakeError) {
        guard let newest = files.filter({ $0.table == primary }).map(\.path.last).max() else { return }
        for (table, days) in keepDays.sorted(by: { $0.key < $1.key }) {
            precondition(table != primary, "BUG: rolls that go by their age")
            let over = files.filter {
                $0.table == table && isOver($0.path.day, keepDays: days, today: today) && $0.path.last < newest
            }
            for (day, files) in Dictionary(grouping: over, by: \.path.day).sorted(by: { $0.key < $1.key }) {
                let files = files.sorted { $0.path.first < $1.path.first }
                guard let first = files.first?.path.first, let last = files.last?.path.last else { continue }
                try manifest.append(.retention, day: day, offsets: first...last, removed: files)
                for file in files {
                    do { try store.delete(file.path.path) } catch .notFound {}
                }
                let folder = LakePath.folder(table: table, day: day)
                if try store.listIfThere(folder).isEmpty {
                    // A symbolic link stays.
                    do { try store.removeFolder(folder) } catch .notFound {}
                    try store.syncFolder(table)
                } else {
                    try store.syncFolder(folder)
                }
                let bytes = files.reduce(0) { $0 + $1.bytes }
                metrics.expired(table: table, files: files.count, bytes: bytes)
                Log.info(
                    "lake files gone by their age",
                    [
                        "table": table, "topic": manifest.topic, "partition": manifest.partition, "day": day,
                        "files": files.count, "bytes": bytes,
                    ])
            }
        }
    }
}
