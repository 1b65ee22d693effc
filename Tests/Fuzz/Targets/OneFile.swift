// A store of one file in memory, to be read.

@testable import Lake

final class OneFile: FileStore {
    static let path = "file"
    let bytes: [UInt8]
    let description = "one file"

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(_ path: String, offset: Int64, count: Int) throws(LakeError) -> [UInt8] {
        guard path == OneFile.path else { throw .notFound(path) }
        let start = Int(min(max(0, offset), Int64(bytes.count)))
        return Array(bytes[start..<min(bytes.count, start + count)])
    }

    func list(_ path: String) throws(LakeError) -> [FileEntry] {
        [FileEntry(name: OneFile.path, size: Int64(bytes.count), isFolder: false)]
    }

    func exists(_ path: String) throws(LakeError) -> Bool { path == OneFile.path }
    func makeDirectories(_ path: String) throws(LakeError) { throw .readOnly(path) }
    func create(_ path: String) throws(LakeError) -> any AsideFile { throw .readOnly(path) }
    func rename(_ source: String, to target: String, replacing: Bool) throws(LakeError) { throw .readOnly(source) }
    func syncFolder(_ path: String) throws(LakeError) {}
    func delete(_ path: String) throws(LakeError) { throw .readOnly(path) }
}
