// Finds the positions of an AsOf in a lake: reads offsets and times of the few files in question, nothing else.
// BoardHistory.swift makes the board.

import Basics
import Lake
import Parquet
import PlanetCore

struct AsOfSearch {
    let store: any FileStore
    let files: LakeFiles
    let topics: TopicNames

    struct Found: Equatable {
        var positions = Positions()
        /// Partitions included as far as they are stored: no later record proves that no more belongs to it.
        var open: Set<TopicPartition> = []
        /// Given as exact positions, or not at all.
        var isExact = false
    }

    func find(_ asOf: AsOf) throws(ReplayError) -> Found {
        let stored = files.stored(topics)
        switch asOf {
        case .positions(let positions):
            guard stored.reach(positions) else { throw .notStored(wanted: positions, stored: stored) }
            return Found(positions: positions, isExact: true)
        case .time(let time): return try everything(until: time, except: nil)
        case .offset(let next):
            if next == 0 { return Found(isExact: true) }
            let place = TopicPartition(topics.discoveries, 0)
            var wanted = Positions()
            wanted[place] = next
            guard stored.reach(wanted) else { throw .notStored(wanted: wanted, stored: stored) }
            guard let time = try lastTime(below: next, place) else { return Found(positions: wanted) }
            var found = try everything(until: time, except: place)
            found.positions[place] = next
            return found
        }
    }

    /// The board right after a record: of other partitions what had come by then.
    func board(after offset: Int64, of place: TopicPartition, at time: Int64) throws(ReplayError) -> Found {
        var found = try everything(until: time, except: place)
        found.positions[place] = offset + 1
        return found
    }

    private func everything(until time: Int64, except: TopicPartition?) throws(ReplayError) -> Found {
        var found = Found()
        for place in files.places(topics) where place != except {
            if let later = try first(after: time, place) {
                found.positions[place] = later
            } else {
                found.positions[place] = files.next(place, topics)
                found.open.insert(place)
            }
        }
        return found
    }

    /// The offset of the first record after `time`.
    private func first(after time: Int64, _ place: TopicPartition) throws(ReplayError) -> Int64? {
        let day = UTCDay(micros: time)
        let all = files.files(topics.primary(of: place.topic), place)
        var first: Int64?
        for file in all where file.path.day >= day {
            if let first, file.path.first > first { break }
            // Of a later day, and of a roll without another one: all its records are later, its first being the first.
            if file.path.day > day, !isShared(file, all) {
                first = min(first ?? .max, file.path.first)
                continue
            }
            for part in try parts(of: file) {
                try forEachRow(of: part) { offset, timestamp in
                    if timestamp > time, offset < first ?? .max { first = offset }
                }
            }
        }
        return first
    }

    /// Whether a file shares offsets with another, as the files of a roll's days do.
    private func isShared(_ file: LakeFile, _ all: [LakeFile]) -> Bool {
        all.contains { $0 != file && $0.path.first <= file.path.last && $0.path.last >= file.path.first }
    }

    /// The time of the last record below an offset.
    private func lastTime(below next: Int64, _ place: TopicPartition) throws(ReplayError) -> Int64? {
        var last: (offset: Int64, time: Int64)?
        let files = files.files(topics.primary(of: place.topic), place).filter { $0.path.first < next }
        for file in files.sorted(by: { $0.path.last > $1.path.last }) {
            if let last, file.path.last < last.offset { break }
            for part in try parts(of: file) {
                try forEachRow(of: part) { offset, timestamp in
                    if offset < next, offset > last?.offset ?? -1 { last = (offset, timestamp) }
                }
            }
        }
        return last?.time
    }

    /// The file, and those of the table `rejected` with offsets in its range.
    private func parts(of file: LakeFile) throws(ReplayError) -> [LakeFile] {
        guard file.path.table != LakeTables.rejected.name else { return [file] }
        let sides = files.files(LakeTables.rejected.name, file.path.place)
        return [file] + sides.filter { $0.path.first <= file.path.last && $0.path.last >= file.path.first }
    }

    private func forEachRow(of file: LakeFile, _ body: (Int64, Int64) -> Void) throws(ReplayError) {
        do throws(ParquetError) {
            let parquet = try file.open(in: store)
            for group in parquet.rowGroups.indices {
                let columns = try parquet.read(rowGroup: group, columns: ["log_offset", "log_timestamp"]).values
                for row in 0..<columns[0].count {
                    guard let offset = columns[0].int64(at: row), let time = columns[1].int64(at: row) else { continue }
                    body(offset, time)
                }
            }
        } catch {
            throw .damaged(file: file.path.path, "\(error)")
        }
    }
}
