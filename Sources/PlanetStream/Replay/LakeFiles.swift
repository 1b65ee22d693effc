// Which files of the lake hold a topic partition's rows, table by table, in offset order. Opens no data file.
// TableCursor.swift finds out whether a file is what its name says.

import Basics
import Lake
import PlanetCore

/// What is wrong with a file or a row, in words for people.
package struct LakeFault: Sendable, Equatable {
    package let file: String
    /// From 0, in the file.
    package let row: Int?
    package let text: String

    package init(_ file: String, row: Int? = nil, _ text: String) {
        self.file = file
        self.row = row
        self.text = text
    }
}

package struct LakeFile: Sendable, Hashable {
    package let path: LakePath
    package let bytes: Int64
    package init(_ path: LakePath, bytes: Int64) {
        self.path = path
        self.bytes = bytes
    }
}

package struct LakeFiles: Sendable {
    /// By table and place, in order of their first offsets. No offset is in two files of a day, nor of two rolls.
    private var files: [String: [TopicPartition: [LakeFile]]] = [:]
    /// What else the manifests say about each file.
    let index: LakeIndex
    /// Converts between the log's offsets and the lake's.
    package let numbering: LakeNumbering
    /// Offsets that two files claim, or that no file of the primary table has: they make a replay wrong.
    private(set) var faults: [LakeFault] = []
    /// The first missing offset of each place, if any.
    private(set) var gaps: [TopicPartition: Int64] = [:]

    /// From the manifests, or without them from the folders: then side files and parts beyond the last roll belong to
    /// one under way.
    package init(_ store: any FileStore, _ topics: TopicNames) throws(LakeError) {
        var sides: [(table: String, LakeFile)] = []
        index = try LakeIndex(store)
        do throws(LakeError) {
            numbering = try LakeIdentity(store)?.numbering ?? LakeNumbering()
        } catch {
            // The verification reports it; nothing else begins with it.
            guard case .inconsistent = error else { throw error }
            numbering = LakeNumbering()
        }
        for table in LakeFiles.tables {
            for partition in index.partitions {
                for known in index.files(of: table, topic: partition.topic, partition: partition.partition) {
                    let file = LakeFile(known.place, bytes: known.bytes)
                    if table == topics.primary(of: partition.topic) {
                        files[table, default: [:]][file.path.place, default: []].append(file)
                    } else if partition.topic == topics.discoveries {
                        sides.append((table, file))
                    }
                }
            }
        }
        for table in LakeFiles.tables {
            for (place, found) in files[table] ?? [:] {
                let ordered = inOrder(found, isPrimary: true)
                files[table]?[place] = ordered
            }
        }
        var bySide: [String: [TopicPartition: [LakeFile]]] = [:]
        for (table, file) in sides where file.path.last < next(file.path.place, topics) {
            bySide[table, default: [:]][file.path.place, default: []].append(file)
        }
        for (table, places) in bySide {
            for (place, found) in places {
                let ordered = inOrder(found, isPrimary: false)
                files[table, default: [:]][place] = ordered
            }
        }
        faults.sort { ($0.file, $0.text) < ($1.file, $1.text) }
    }

    static let tables = [
        LakeTables.discoveries.name, LakeTables.rejected.name, LakeTables.aggregates.name, PredictionTable.table.name,
    ]

    private mutating func inOrder(_ found: [LakeFile], isPrimary: Bool) -> [LakeFile] {
        /// What the next file must follow: the previous file of its day or, unless it is a part, of any day.
        var ends: [UTCDay: LakePath] = [:]
        var end: LakePath?
        var ordered: [LakeFile] = []
        for file in found.sorted(by: { $0.path.order < $1.path.order }) {
            let path = file.path
            if let before = [ends[path.day], path.isPart ? nil : end].compactMap({ $0 }).first(
                where: { path.first <= $0.last })
            {
                faults.append(LakeFault(path.path, "its offsets are those of \(before.path) too: left out"))
                continue
            }
            if isPrimary, !path.isPart, let end, path.first > end.last + 1 {
                gaps[path.place] = min(gaps[path.place] ?? .max, end.last + 1)
                faults.append(
                    LakeFault(path.path, "offsets \(end.last + 1) to \(path.first - 1) before it are in no file"))
            }
            ends[path.day] = path
            if !path.isPart { end = path }
            ordered.append(file)
        }
        guard isPrimary, let end else { return ordered }
        return ordered.filter { $0.path.last <= end.last }
    }

    package func files(_ table: String, _ place: TopicPartition) -> [LakeFile] { files[table]?[place] ?? [] }

    /// Places with a file in this table, in order.
    package func places(_ table: String) -> [TopicPartition] { (files[table] ?? [:]).keys.sorted() }

    /// The offset after the last stored one; 0 for none.
    func next(_ place: TopicPartition, _ topics: TopicNames) -> Int64 {
        files(topics.primary(of: place.topic), place).last { !$0.path.isPart }.map { $0.path.last + 1 } ?? 0
    }

    /// The places of both topics.
    func places(_ topics: TopicNames) -> [TopicPartition] {
        places(LakeTables.discoveries.name).filter { $0.topic == topics.discoveries }
            + places(LakeTables.rejected.name).filter { $0.topic == topics.rejected }
    }

    /// How far the lake reaches.
    func stored(_ topics: TopicNames) -> Positions {
        var stored = Positions()
        for place in places(topics) { stored[place] = next(place, topics) }
        return stored
    }
}

extension TopicNames {
    /// The table whose files commit this topic's rolls; empty for another topic.
    func primary(of topic: String) -> String {
        topic == discoveries
            ? LakeTables.discoveries.name : topic == rejected ? LakeTables.rejected.name : ""
    }
}

extension LakePath {
    var place: TopicPartition { TopicPartition(topic, partition) }

    /// By offsets; a roll's parts come first.
    var order: (Int64, Int64, Int, UTCDay) { (first, last, isPart ? 0 : 1, day) }
}
