// What the lake consists of now, by its manifests: the files of each table of each partition, in offset order. A
// partition without a manifest (an older lake not opened by a stream since) is read from its folders. Opens no data
// file.

import Basics

package struct LakeIndex: Sendable {
    private struct Content: Sendable {
        /// By table, in the order of their first offsets.
        var files: [String: [IndexedFile]] = [:]
        var next: Int64?
        var chains: [String: String] = [:]
    }
    private var contents: [TopicPartition: Content] = [:]
    /// In order.
    package let partitions: [TopicPartition]
    /// Manifests that can't be read or don't fit.
    package private(set) var faults: [ManifestFinding] = []

    package init(_ store: any FileStore) throws(LakeError) {
        for partition in try ManifestHistory.partitions(store) {
            let history = try ManifestHistory(store, topic: partition.topic, partition: partition.partition)
            faults += history.faults
            guard history.isThere else { continue }
            var content = Content(next: history.state.next, chains: history.state.chains)
            for file in history.state.files.values { content.files[file.table, default: []].append(IndexedFile(file)) }
            contents[partition] = content
        }
        let known = Set(contents.keys)
        for (path, bytes) in try Self.folders(store) {
            let partition = TopicPartition(path.topic, path.partition)
            guard !known.contains(partition) else { continue }
            contents[partition, default: Content()].files[path.table, default: []].append(
                IndexedFile(place: path, rows: nil, bytes: bytes, sha256: nil, chain: nil))
            let next = contents[partition]?.next ?? 0
            contents[partition]?.next = max(next, path.last + 1)
        }
        contents = contents.mapValues { content in
            var content = content
            content.files = content.files.mapValues {
                $0.sorted { ($0.first, $0.last, $0.place.day) < ($1.first, $1.last, $1.place.day) }
            }
            return content
        }
        partitions = contents.keys.sorted()
    }

    /// In order of their first offsets; empty if there are none. Files of one day share no offset.
    package func files(of table: String, topic: String, partition: Int32) -> [IndexedFile] {
        contents[TopicPartition(topic, partition)]?.files[table] ?? []
    }

    /// The files whose offsets include `offset`: one for each day of its roll. At most one of them has its row.
    package func files(
        of table: String, topic: String, partition: Int32, containing offset: Int64
    ) -> [IndexedFile] {
        let files = files(of: table, topic: topic, partition: partition)
        return files[..<files.prefixCount { $0.first <= offset }].filter { $0.last >= offset }
    }

    /// Tables with a file in this partition, by name.
    package func tables(topic: String, partition: Int32) -> [String] {
        (contents[TopicPartition(topic, partition)]?.files.keys.sorted()) ?? []
    }

    /// The offset after the last in the lake; nil before the first roll.
    package func nextOffset(topic: String, partition: Int32) -> Int64? {
        contents[TopicPartition(topic, partition)]?.next
    }

    /// The table's current chain (ManifestFile.noChain before the first file).
    package func chain(of table: String, topic: String, partition: Int32) -> String {
        contents[TopicPartition(topic, partition)]?.chains[table] ?? ManifestFile.noChain
    }

    /// Every data file in the lake whose name has our form, with its size.
    static func folders(_ store: any FileStore) throws(LakeError) -> [(path: LakePath, bytes: Int64)] {
        try visibleFiles(store).compactMap { file in file.place.map { ($0, file.bytes) } }
    }

    /// Every file that a reader of the tables' folders would see: Hive and Spark read any name that starts with neither
    /// "_" nor "." (Hive's own INSERT writes `000000_0`), Spark at any depth. `place`: nil for a name of another form.
    /// making.
    static func visibleFiles(
        _ store: any FileStore
    ) throws(LakeError) -> [(path: String, bytes: Int64, place: LakePath?)] {
        var found: [(path: String, bytes: Int64, place: LakePath?)] = []
        var folders = try store.list("").filter { $0.isFolder && LakePath.isVisible($0.name) }.map(\.name)
        while let folder = folders.popLast() {
            for entry in try store.listIfThere(folder) where LakePath.isVisible(entry.name) {
                let path = "\(folder)/\(entry.name)"
                if entry.isFolder {
                    folders.append(path)
                } else {
                    found.append((path, entry.size, LakePath(path: path)))
                }
            }
        }
        return found
    }
}

package struct IndexedFile: Sendable, Equatable {
    package var place: LakePath
    package var path: String { place.path }
    package var first: Int64 { place.first }
    package var last: Int64 { place.last }
    /// Nil if no manifest lists it.
    package var rows: Int?
    package var bytes: Int64
    package var sha256: String?
    package var chain: String?

    init(place: LakePath, rows: Int?, bytes: Int64, sha256: String?, chain: String?) {
        self.place = place
        self.rows = rows
        self.bytes = bytes
        self.sha256 = sha256
        self.chain = chain
    }

    init(_ file: ManifestFile) {
        self.init(place: file.path, rows: file.rows, bytes: file.bytes, sha256: file.sha256, chain: file.chain)
    }
}
