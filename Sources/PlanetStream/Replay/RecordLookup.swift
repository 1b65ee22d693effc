// Finds one record in the lake by its place in the log: file, row, content, and the positions of the board right after
// it. On a thread of its own with a bounded queue. The web knows the log's side of it.

import Basics
import EventLog
import Lake
import Parquet
import PlanetCore
import Provenance
import Telemetry
import Threads

package final class RecordLookup: RecordArchive {
    private let worker: Worker<LookupDesk>

    /// Reads the lake while the service runs; `log` says how far the log is, to tell whether the lake lacks something.
    package init(_ lake: LakeAddress, _ options: StreamOptions, _ log: any EventLog) {
        worker = Worker("record-lookup", capacity: 64) {
            LookupDesk(lake: lake, topics: options.topics) { try log.end(of: options) }
        }
    }

    package func start() { worker.start() }

    /// Answers what waits.
    package func stop() { worker.stop() }

    package func ask(
        topic: String, partition: Int32, offset: Int64, _ answer: @escaping @Sendable (LakeRecordAnswer) -> Void
    ) -> Bool {
        worker.offer { answer($0.find(TopicPartition(topic, partition), offset)) }
    }

    package func values(
        topic: String, partition: Int32, offsets: [Int64], _ answer: @escaping @Sendable ([Int64: [UInt8]]?) -> Void
    ) -> Bool {
        worker.offer { answer($0.values(TopicPartition(topic, partition), offsets)) }
    }
}

/// What the lookup's thread works with.
private struct LookupDesk {
    /// How long a listing stays valid.
    private static let freshness: UInt64 = 2_000_000_000

    let lake: LakeAddress
    let topics: TopicNames
    let logEnd: () throws -> Positions
    private var store: (any FileStore)?
    private var listing: (files: LakeFiles, made: UInt64)?
    /// Converts the log's offsets to the lake's, as of the listing.
    private var numbering = LakeNumbering()

    init(lake: LakeAddress, topics: TopicNames, logEnd: @escaping () throws -> Positions) {
        self.lake = lake
        self.topics = topics
        self.logEnd = logEnd
    }

    mutating func find(_ place: TopicPartition, _ offset: Int64) -> LakeRecordAnswer {
        // Since the folders were listed, files may have been merged or a roll committed: then everything is listed
        // again, once.
        if let row = try? attempt(place, offset), row.board != nil { return .stored(row) }
        listing = nil
        do throws(ReplayError) {
            guard let row = try attempt(place, offset) else { return .notStored }
            return .stored(row)
        } catch {
            listing = nil
            Log.warning(
                "a record cannot be looked up in the lake", ["place": "\(place):\(offset)", "error": "\(error)"])
            return .failed("\(error)")
        }
    }

    /// The values of records of `discoveries`, by offset; nil: the lake can't be read.
    mutating func values(_ place: TopicPartition, _ offsets: [Int64]) -> [Int64: [UInt8]]? {
        for isLast in [false, true] {
            do throws(ReplayError) {
                let (store, files) = try listed()
                let places = Dictionary(offsets.map { (numbering.inLake($0, place), $0) }) { first, _ in first }
                let found = try LakeValues(store: store, files: files).read(place, Array(places.keys))
                return Dictionary(uniqueKeysWithValues: found.map { (places[$0.key] ?? $0.key, $0.value) })
            } catch {
                // Files may have been merged since the folders were listed.
                listing = nil
                guard isLast else { continue }
                Log.warning("records cannot be read from the lake", ["place": "\(place)", "error": "\(error)"])
            }
        }
        return nil
    }

    private mutating func attempt(
        _ place: TopicPartition, _ offsetInLog: Int64
    ) throws(ReplayError) -> LakeRecord? {
        let (store, files) = try listed()
        let offset = numbering.inLake(offsetInLog, place)
        for table in [LakeTables.discoveries, LakeTables.rejected] {
            // A side file of a roll that is under way is not committed.
            guard offset < files.next(place, topics),
                var row = try row(
                    offset,
                    files.index.files(
                        of: table.name, topic: place.topic, partition: place.partition, containing: offset), table,
                    store)
            else { continue }
            let found = try AsOfSearch(store: store, files: files, topics: topics).board(
                after: offset, of: place, at: row.timestamp)
            if try isAllStored(found, files) { row.board = found.positions.text }
            return row
        }
        return nil
    }

    private mutating func listed() throws(ReplayError) -> (any FileStore, LakeFiles) {
        do throws(LakeError) {
            let open: any FileStore
            if let store { open = store } else { open = try lake.open() }
            store = open
            if let listing, Clock.monotonic < listing.made + LookupDesk.freshness { return (open, listing.files) }
            let files = try LakeFiles(open, topics)
            numbering = try LakeIdentity(open)?.numbering ?? LakeNumbering()
            listing = (files, Clock.monotonic)
            return (open, files)
        } catch {
            throw .lake(error)
        }
    }

    /// If all that is stored of a partition belongs to the board, the log must have no more.
    private func isAllStored(_ found: AsOfSearch.Found, _ files: LakeFiles) throws(ReplayError) -> Bool {
        let stored = files.stored(topics)
        let end: Positions
        do { end = try logEnd() } catch { throw .lake(.unavailable("the log's end: \(error)")) }
        return end.all.allSatisfy { place, next in
            numbering.inLake(next, place) <= stored[place]
                || !(found.open.contains(place) || found.positions[place] == 0)
        }
    }

    private func row(
        _ offset: Int64, _ files: [IndexedFile], _ table: LakeTable, _ store: any FileStore
    ) throws(ReplayError) -> LakeRecord? {
        for known in files {
            if let row = try row(offset, known, table, store) { return row }
        }
        return nil
    }

    private func row(
        _ offset: Int64, _ known: IndexedFile, _ table: LakeTable, _ store: any FileStore
    ) throws(ReplayError) -> LakeRecord? {
        do throws(ParquetError) {
            let file = try LakeFile(known.place, bytes: known.bytes).open(in: store)
            var before = 0
            for group in file.rowGroups.indices {
                let offsets = try file.read(rowGroup: group, columns: ["log_offset"]).values[0]
                // In offset order; a file's rows are of one partition.
                for row in 0..<offsets.count where offsets.int64(at: row) == offset {
                    let isRecord = table.name == LakeTables.discoveries.name
                    let names =
                        isRecord
                        ? [
                            "log_timestamp", "source", "key", "change", "revision", "verdict", "warnings", "pl_name",
                        ]
                        : ["log_timestamp", "source", "key", "line", "raw", "errors"]
                    let columns = try file.read(rowGroup: group, columns: names).values
                    var found = LakeRecord(
                        table: table.name, path: known.path, rows: known.rows, bytes: known.bytes,
                        sha256: known.sha256, row: before + row)
                    found.timestamp = columns[0].int64(at: row) ?? 0
                    found.source = columns[1].string(at: row)
                    found.key = columns[2].string(at: row)
                    if isRecord {
                        found.change = columns[3].string(at: row)
                        found.revision = columns[4].int32(at: row).map { Int($0) }
                        found.verdict = columns[5].string(at: row).flatMap(RecordVerdict.init)
                        found.warnings = columns[6].string(at: row)
                        found.name = columns[7].string(at: row)
                    } else {
                        found.line = columns[3].int64(at: row).map { Int($0) }
                        found.raw = columns[4].string(at: row)
                        found.errors = columns[5].string(at: row)
                    }
                    return found
                }
                before += file.rowGroups[group].rows
            }
            return nil
        } catch {
            throw .damaged(file: known.path, "\(error)")
        }
    }
}
