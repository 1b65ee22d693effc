// Parquet, both kinds of Thrift, manifests and checkpoints: files and answers that anybody may have put there.

import Basics
import StateBytes

@testable import Lake
@testable import Parquet

func fuzzParquet(_ input: UnsafeRawBufferPointer) {
    var options = ReaderOptions()
    (options.footerBytes, options.rowGroupRows, options.chunkBytes) = (1 << 16, 1 << 16, 1 << 18)
    (options.pageBytes, options.columnBytes) = (1 << 18, 1 << 20)
    guard let file = try? ParquetFile(bytes: Array(input), options) else { return }
    _ = try? file.verify()
    for group in file.rowGroups.indices {
        guard let batch = try? file.read(rowGroup: group) else { continue }
        for column in batch.values {
            let nulls = (0..<column.count).count { column.isNull(at: $0) }
            claim(nulls <= column.count && column.count == file.rowGroups[group].rows, "rows of another number")
        }
    }
}

func fuzzThriftCompact(_ input: UnsafeRawBufferPointer) {
    _ = try? FileMetadataReader(Array(input), base: 1 << 20)
    var page = ThriftCompactReader(ArraySlice(input), base: 0, ParquetError.Place())
    _ = try? page.structure { (thrift, _, type) throws(ParquetError) in try thrift.skip(type) }
    claim(page.consumed <= input.count, "read beyond the end")
}

func fuzzThriftBinary(_ input: UnsafeRawBufferPointer) {
    var reader = ThriftReader(Array(input)) { (_) throws(HiveError) in throw .unreachable("there is no more") }
    guard let message = try? reader.message() else { return }
    // What was understood is written as it is understood again.
    let bytes = ThriftWriter.message(message.type, message.name, sequence: message.sequence, message.body)
    var again = ThriftReader(bytes) { (_) throws(HiveError) in throw .unreachable("there is no more") }
    let read = try? again.message()
    claim(read.map { "\($0)" } == "\(message)", "another message: \(message)")
}

func fuzzManifest(_ input: UnsafeRawBufferPointer) {
    var content = ManifestSegment.Content()
    content.bytes = Array(input)
    ManifestSegment.parse(&content)
    claim(content.intact <= input.count, "more intact bytes than there are")
    if let head = content.head {
        var state = ManifestState(head)
        for entry in content.entries { _ = state.take(entry) }
    }
    _ = try? LakeIdentityText.read(Array(input))
}

/// The sum at the end is made right: else nothing would come behind it.
func fuzzCheckpoint(_ input: UnsafeRawBufferPointer) {
    let digest = SHA256()
    digest.add(input)
    let store = OneFile(Array(input) + digest.bytes())
    let entry = CheckpointFolder.Entry(path: OneFile.path, number: 1, bytes: Int64(store.bytes.count))
    guard let file = try? CheckpointFile(entry, in: store, accept: { _ in }) else { return }
    try? file.eachBlock { (kind, content) in
        var state = StateReader(content)
        while !state.isAtEnd {
            do throws(StateError) {
                switch kind % 4 {
                case 0: _ = (try state.text(), try state.flag())
                case 1: _ = (try state.integer(), try state.blob())
                case 2: _ = (try state.count(), try state.real())
                default: _ = (try state.byte(), try state.word())
                }
            } catch { return }
        }
    }
}
