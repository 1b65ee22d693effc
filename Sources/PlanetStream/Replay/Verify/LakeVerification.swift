// Verifies a lake from its Parquet files alone: every page, every offset, every row's change, every prediction, and
// every aggregate of every roll, recomputed to the bit. Changes nothing, needs no log and no server. The files beside
// this one do the checks; the executable words the report.

import Basics
import Lake
import Parquet
import PlanetCore
import PlanetFigures

package struct LakeVerification {
    package struct Progress: Sendable {
        package let done: Int64
        package let total: Int64
        package let what: String
    }

    private let store: any FileStore
    private let topics: TopicNames
    private let files: LakeFiles
    private let rolls: StoredRolls
    private let progress: (Progress) -> Void
    private var report = VerifyReport()
    private var target = Positions()
    private var totalBytes: Int64 = 0
    private var isWithoutGaps = false

    /// `topics` nil: as in the files' names.
    package init(
        _ store: any FileStore, topics: TopicNames? = nil, progress: @escaping (Progress) -> Void = { _ in }
    ) throws(ReplayError) {
        self.store = store
        self.progress = progress
        rolls = StoredRolls(store)
        do throws(LakeError) {
            let known: TopicNames
            if let topics { known = topics } else { known = try TopicNames(store) }
            self.topics = known
            files = try LakeFiles(store, known)
        } catch {
            throw .lake(error)
        }
    }

    /// Everything, or the records up to `asOf` (files are checked whatever their offsets).
    package mutating func run(asOf: AsOf? = nil) throws(ReplayError) -> VerifyReport {
        report.stored = files.stored(topics)
        target = report.stored
        if let asOf { target = try AsOfSearch(store: store, files: files, topics: topics).find(asOf).positions }
        for fault in files.faults { report.add(VerifyFinding(.offsets, file: fault.file, row: fault.row, fault.text)) }
        checkManifest()
        checkPages()
        checkRows(try storedRolls())
        return report
    }

    // MARK: The manifest

    private mutating func checkManifest() {
        do throws(LakeError) {
            let progress = progress
            let check = try ManifestCheck(store) { progress(Progress(done: $0, total: $1, what: "manifest")) }
            if check.entries > 0 {
                report.manifestEntries = check.entries
                report.manifestFiles = check.files
            } else {
                report.notes.append("the lake has no manifest: nothing says which files it should have")
            }
            for finding in check.findings {
                // Without a manifest no file is listed.
                if finding.reason == .unrecorded {
                    if check.entries > 0 { report.notes.append("\(finding)") }
                    continue
                }
                report.add(
                    VerifyFinding(
                        .manifest, file: finding.path, "\(finding.reason.rawValue): \(finding.detail)"))
            }
            report.gone = check.removedByLog
            report.chapters = check.identity?.chapters ?? []
            for (place, offsets) in report.gone {
                report.notes.append(
                    "\(place): the log had removed the records \(offsets.lowerBound) to \(offsets.upperBound) before they were "
                        + "stored: they are gone")
            }
            // An embedded log gives every offset to a record.
            let chapters = check.identity?.chapters.map(\.log) ?? []
            isWithoutGaps = (chapters + [check.identity?.log]).allSatisfy { log in
                log?.hasPrefix("sqlite:") == true || log?.hasPrefix("memory:") == true
            }
        } catch {
            report.add(VerifyFinding(.manifest, file: "", "\(error)"))
        }
    }

    // MARK: Pages

    private mutating func checkPages() {
        let all = LakeFiles.tables.flatMap { table in files.places(table).flatMap { files.files(table, $0) } }
        totalBytes = all.reduce(0) { $0 + $1.bytes }
        var done: Int64 = 0
        for file in all {
            progress(Progress(done: done, total: totalBytes, what: "pages"))
            do throws(ParquetError) {
                let parquet = try file.open(in: store)
                let found = try parquet.verify()
                report.pages += found.pages
                report.rows[file.path.table, default: 0] += found.rows
                if found.pagesWithoutChecksum > 0 {
                    report.add(
                        VerifyFinding(
                            .file, file: file.path.path,
                            "\(found.pagesWithoutChecksum) of \(found.pages) pages have no checksum: not as Planetarium writes them"
                        ))
                }
            } catch {
                report.add(VerifyFinding(.file, file: file.path.path, "\(error)"))
            }
            report.files += 1
            report.bytes += file.bytes
            done += file.bytes
        }
    }

    // MARK: Rows and aggregates

    /// Of the discoveries' rolls up to the target, those whose aggregates can be recomputed.
    private mutating func storedRolls() throws(ReplayError) -> [StoredRoll] {
        var all: [StoredRoll] = []
        var withoutPositions = 0
        // The Spark job's board of a batch covers all the batch's partitions, and is stored with one of them.
        let isOfSparkJob = (try? store.exists(LakeIdentity.sparkPath)) ?? false
        // By partition, where a roll's tally ends.
        var seen: [TopicPartition: Set<Int64>] = [:]
        for place in files.places(LakeTables.discoveries.name) {
            for file in files.files(LakeTables.aggregates.name, place) {
                do throws(ParquetError) {
                    for roll in try rolls.list(in: file) {
                        seen[place, default: []].insert(roll.lastOffset)
                        guard let positions = roll.positions else {
                            withoutPositions += 1
                            continue
                        }
                        if positions[place] != roll.lastOffset + 1 {
                            report.add(
                                VerifyFinding(
                                    .row, file: file.path.path,
                                    "positions \(positions.json) are not those of a roll that ends at \(roll.lastOffset)"
                                ))
                        } else if target.reach(positions) {
                            all.append(roll)
                        }
                        guard isOfSparkJob else { continue }
                        for (other, next) in positions.all { seen[other, default: []].insert(next - 1) }
                    }
                } catch {
                    // The page check reports it.
                    seen[place, default: []].insert(file.path.last)
                }
            }
        }
        // A manifest knows better: old aggregates may have been removed on purpose, and it lists missing files.
        for place in files.places(LakeTables.discoveries.name) where report.manifestEntries == nil {
            // A file of discoveries is one roll, unless rolls were merged; the last offset ends a roll in any case.
            for file in files.files(LakeTables.discoveries.name, place)
            where seen[place]?.contains(file.path.last) != true {
                report.add(VerifyFinding(.aggregate, file: file.path.path, "its roll has no rows in aggregates"))
            }
        }
        if withoutPositions > 0 {
            report.notes.append(
                "\(withoutPositions) rolls were written before aggregates had positions: they are not recomputed")
        }
        return all
    }

    private mutating func checkRows(_ all: [StoredRoll]) {
        var sum = Tally()
        let places = files.places(topics)
        let isSplit = all.allSatisfy { $0.positions?.all.count == 1 } && all.count > 1 && places.count > 1
        if isSplit {
            // A group's lake: each partition has a tally of its own, and the board is their sum.
            for place in places {
                let tally = check(all.filter { $0.file.path.place == place }, of: [place])
                sum.settle()
                tally.settle()
                sum.aggregates.merge(tally.aggregates)
                report.planets += tally.planets
            }
        } else {
            sum = check(all, of: places)
            report.planets = sum.planets
        }
        report.positions = target
        report.digest = sum.digest()
    }

    /// Replays the places and compares the rolls on the way. A roll whose positions are ahead of another's in one
    /// partition and behind it in another (a process that reads the log again rolls with what it has read) needs a
    /// replay of its own.
    private mutating func check(_ all: [StoredRoll], of places: [TopicPartition]) -> Tally {
        var target = Positions()
        for place in places { target[place] = self.target[place] }
        var left = all.sorted { a, b in
            let (x, y) = (a.positions?.sum ?? 0, b.positions?.sum ?? 0)
            return x == y ? (a.file.path.place, a.lastOffset) < (b.file.path.place, b.lastOffset) : x < y
        }
        var result: Tally?
        repeat {
            let pass = ReplayPass(
                store, files, topics, target, isFirst: result == nil, isWithoutGaps: isWithoutGaps,
                gone: Dictionary(grouping: report.gone, by: \.place).mapValues { $0.map(\.offsets) }, progress)
            left = pass.compare(left, AggregateCheck(rolls: rolls), &report)
            if result == nil { result = pass.finish(target, &report) }
        } while !left.isEmpty
        return result ?? Tally()
    }
}

extension Positions {
    var sum: Int64 { all.reduce(0) { $0 + $1.next } }
}

extension Tally {
    /// The board's digest for what the tally has seen.
    func digest() -> String {
        var board = board()
        return board.digest()
    }

    func board() -> Board {
        settle()
        var board = Board(aggregates.all)
        var groups = GroupWriter()
        for (index, aggregate) in aggregates.all.enumerated() {
            groups.removeAll()
            aggregate.write(.all, to: &groups)
            board.replace(groups.items, at: index)
        }
        return board
    }
}

extension TopicNames {
    /// From the names of the lake's files. Throws if that leaves a choice.
    init(_ store: any FileStore) throws(LakeError) {
        func topics(in table: String) throws(LakeError) -> Set<String> {
            var topics: Set<String> = []
            for folder in try store.listIfThere(table) where folder.isFolder {
                guard let day = LakePath.day(ofFolder: folder.name) else { continue }
                for entry in try store.listIfThere(LakePath.folder(table: table, day: day)) {
                    if let path = LakePath(table: table, day: day, name: entry.name) { topics.insert(path.topic) }
                }
            }
            return topics
        }
        self.init()
        let found = try topics(in: LakeTables.discoveries.name)
        if !found.isEmpty, !found.contains(discoveries) {
            guard let only = found.first, found.count == 1 else {
                throw .inconsistent(
                    "the lake has discoveries of several topics: \(found.sorted().joined(separator: ", "))")
            }
            discoveries = only
        }
        let others = try topics(in: LakeTables.rejected.name).subtracting([discoveries])
        if !others.isEmpty, !others.contains(rejected) {
            guard let only = others.first, others.count == 1 else {
                throw .inconsistent(
                    "the lake has rejects of several topics: \(others.sorted().joined(separator: ", "))")
            }
            rejected = only
        }
    }
}
