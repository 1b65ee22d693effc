// The bytes of a file that an index named, also while a compaction puts another in its place: replaced files stay
// within reach for a while.
// Files of one name never differ, so any place will do.

import Parquet

@testable import Lake

struct LakeFileSource: ByteSource {
    let length: Int64
    private let path: String
    private let store: any FileStore

    init(_ file: IndexedFile, in store: any FileStore) {
        length = file.bytes
        path = file.path
        self.store = store
    }

    func read(offset: Int64, count: Int) throws -> [UInt8] {
        // Exchanged between two of the looks: the third finds it where the first did.
        for _ in 0..<3 {
            do throws(LakeError) { return try store.read(path, offset: offset, count: count) } catch .notFound {}
            for job in try store.listIfThere(CompactionSwitch.folder) where job.isFolder {
                do throws(LakeError) {
                    return try store.read(
                        "\(CompactionSwitch.folder)/\(job.name)/\(path)", offset: offset, count: count)
                } catch .notFound {}
            }
        }
        throw LakeError.notFound("\(path) is not in the lake any more: read the index again")
    }
}
