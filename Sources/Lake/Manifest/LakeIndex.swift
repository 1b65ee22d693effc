// What the lake consists of now, by its manifests: the files of each table of each partition, in the order of their offsets.
// A partition without a manifest (an older lake that no stream has opened since) is known by its folders. Opens no data file.

package struct LakeIndex: Sendable {
    package struct Partition: Sendable, Hashable, Comparable, CustomStringConvertible {
        package let topic: String
        package let partition: Int32
        package init(_ topic: String, _ partition: Int32) {
            self.topic = topic
            self.partition = partition
        }
        package var description: String { "\(topic)/\(partition)" }
        package static func < (a: Self, b: Self) -> Bool { (a.topic, a.partition) < (b.topic, b.partition) }
    }

    /// In order.
    package let partitions: [Partition] = []

    package init(_ store: any FileStore) throws(LakeError) {}

    /// In the order of their offsets; empty where there are none.
    package func files(of table: String, topic: String, partition: Int32) -> [IndexedFile] { [] }

    /// The file whose offsets include `offset`. (A file may hold no row of it.)
    package func file(of table: String, topic: String, partition: Int32, containing offset: Int64) -> IndexedFile? {
        nil
    }

    /// Tables with a file in this partition, by name.
    package func tables(topic: String, partition: Int32) -> [String] { [] }

    /// The offset after the last in the lake; nil before the first roll.
    package func nextOffset(topic: String, partition: Int32) -> Int64? { nil }

    /// The table's chain as of now (ManifestFile.noChain before the first file).
    package func chain(of table: String, topic: String, partition: Int32) -> String { ManifestFile.noChain }
}

package struct IndexedFile: Sendable, Equatable {
    package var place: LakePath
    package var path: String { place.path }
    package var first: Int64 { place.first }
    package var last: Int64 { place.last }
    /// Nil where no manifest knows it.
    package var rows: Int?
    package var bytes: Int64
    package var sha256: String?
    package var chain: String?
}
