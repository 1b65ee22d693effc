// The state of a partition's manifest: entry by entry, the files in the lake, the chains, and how far the rolls have
// come. Checks each entry against the earlier ones. Touches no file.

struct ManifestState: Sendable {
    let topic: String
    let partition: Int32
    private(set) var sequence = 0
    /// The offset after the last roll; nil before the first.
    private(set) var next: Int64?
    /// By table.
    private(set) var chains: [String: String] = [:]
    /// Files in the lake, by path.
    private(set) var files: [String: ManifestFile] = [:]
    /// Paths of files removed by compaction or retention.
    private(set) var gone: Set<String> = []
    /// According to the heads; nil: not stated.
    private(set) var lake: String?
    /// From the rolls that have one, in order: the first, and the last few.
    private(set) var records: [ManifestRecord] = []
    private static let keptRecords = 32
    /// Each chapter's first offset in the lake, and the chapter.
    private(set) var chapters: [(first: Int64, chapter: ManifestChapter)] = []
    /// Offsets that the log had removed before they were read.
    private(set) var removedByLog: [ClosedRange<Int64>] = []

    init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// A state from a segment's head: it knows chains and offsets, but no earlier file.
    init(_ head: ManifestHead) {
        topic = head.topic
        partition = head.partition
        sequence = head.sequence
        next = head.next
        chains = head.chains
        lake = head.lake
    }

    /// The head of a segment that begins now.
    func head(lake: String?) -> ManifestHead {
        ManifestHead(
            topic: topic, partition: partition, sequence: sequence, next: next, chains: chains, lake: lake ?? self.lake)
    }

    /// Notes a later segment's head.
    mutating func note(_ head: ManifestHead) { lake = head.lake ?? lake }

    /// A writer needs chains and offsets only.
    mutating func forgetFiles() {
        files = [:]
        gone = []
        removedByLog = []
    }

    /// The entry with numbers and chains filled in, as the next one.
    func chained(_ entry: ManifestEntry) -> ManifestEntry {
        var entry = entry
        var chains = chains
        func link(_ file: ManifestFile, isAdded: Bool) -> ManifestFile {
            let file = file.chained(to: chains[file.table] ?? ManifestFile.noChain, isAdded: isAdded)
            chains[file.table] = file.chain
            return file
        }
        entry.sequence = sequence
        entry.removed = entry.removed.map { link($0, isAdded: false) }
        entry.files = entry.files.map { link($0, isAdded: true) }
        return entry
    }

    /// Why `head` can't follow; nil if it can.
    func objection(to head: ManifestHead) -> String? {
        if head.topic != topic || head.partition != partition {
            return "the head is of \(head.topic)/\(head.partition)"
        }
        if head.sequence != sequence { return "the head begins at seq \(head.sequence), expected \(sequence)" }
        if head.next != next { return "the head's next offset is not the one before" }
        if head.chains != chains { return "the head's chains are not those before" }
        if let mine = head.lake, let lake, mine != lake { return "the head is of the lake \(mine)" }
        return nil
    }

    /// Takes an entry as it is, and reports what is wrong with it: a chain that doesn't follow, a number out of order,
    /// offsets that don't fit.
    mutating func take(_ entry: ManifestEntry, isComplete: Bool = true) -> [Fault] {
        var faults: [Fault] = []
        if entry.sequence != sequence {
            faults.append(Fault(.damagedManifest, nil, "seq \(entry.sequence), expected \(sequence)"))
        }
        sequence = entry.sequence + 1
        for (file, isAdded) in entry.removed.map({ ($0, false) }) + entry.files.map({ ($0, true) }) {
            let path = file.path.path
            if file.path.topic != topic || file.path.partition != partition {
                faults.append(Fault(.damagedManifest, path, "a file of another partition"))
            }
            let due = file.chained(to: chains[file.table] ?? ManifestFile.noChain, isAdded: isAdded).chain
            if due != file.chain {
                faults.append(Fault(.brokenChain, path, "seq \(entry.sequence): expected \(due), found \(file.chain)"))
            }
            chains[file.table] = file.chain
            if isAdded {
                if files.updateValue(file, forKey: path) != nil {
                    faults.append(Fault(.damagedManifest, path, "added twice"))
                }
                gone.remove(path)
            } else {
                if files.removeValue(forKey: path) == nil, isComplete {
                    faults.append(Fault(.damagedManifest, path, "removed, but never added"))
                }
                gone.insert(path)
            }
        }
        if entry.kind == .roll || entry.kind == .adoption {
            if let next, entry.first > next {
                faults.append(Fault(.offsetsMissing, nil, "\(next) to \(entry.first - 1)"))
            } else if let next, entry.first < next {
                faults.append(
                    Fault(.offsetsTwice, entry.files.last?.path.path, "\(entry.first) to \(min(next - 1, entry.last))"))
            }
            next = max(next ?? 0, entry.last + 1)
        }
        if let record = entry.record {
            records.append(record)
            if records.count > Self.keptRecords { records.remove(at: 1) }
        }
        removedByLog += entry.gone
        if let chapter = entry.chapter {
            if entry.kind != .chapter || entry.first != next {
                faults.append(
                    Fault(.damagedManifest, nil, "a chapter at \(entry.first), the lake ends before \(next ?? 0)"))
            }
            chapters.append((entry.first, chapter))
        }
        return faults
    }

    struct Fault: Sendable, Equatable {
        var reason: ManifestFinding.Reason
        /// The data file concerned, if any.
        var path: String?
        var detail: String
        init(_ reason: ManifestFinding.Reason, _ path: String?, _ detail: String) {
            self.reason = reason
            self.path = path
            self.detail = detail
        }
    }
}
