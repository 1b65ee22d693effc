// The time stamps of single records, by their offsets in the lake: they identify a record if the manifest has no
// fingerprint of it, because the lake is older than fingerprints.

import Basics
import Lake
import Parquet
import PlanetCore

struct StoredTimes {
    private let store: any FileStore
    private let files: LakeFiles

    init(_ store: any FileStore, _ topics: TopicNames) throws(LakeError) {
        self.store = store
        files = try LakeFiles(store, topics)
    }

    /// Microseconds since 1970-01-01 UTC; nil if no table has a record of this offset.
    func time(of offset: Int64, in place: TopicPartition) throws(ReplayError) -> Int64? {
        for table in [LakeTables.discoveries.name, LakeTables.rejected.name] {
            for file in files.files(table, place) where file.path.first <= offset && offset <= file.path.last {
                if let time = try time(of: offset, in: file) { return time }
            }
        }
        return nil
    }

    private func time(of offset: Int64, in file: LakeFile) throws(ReplayError) -> Int64? {
        do throws(ParquetError) {
            let parquet = try file.open(in: store)
            // The last rows are the most wanted.
            for group in parquet.rowGroups.indices.reversed() {
                let columns = try parquet.read(rowGroup: group, columns: ["log_offset", "log_timestamp"]).values
                for row in 0..<columns[0].count where columns[0].int64(at: row) == offset {
                    return columns[1].int64(at: row)
                }
            }
            return nil
        } catch {
            throw .damaged(file: file.path.path, "\(error)")
        }
    }
}
