// What a stream that found the log to be another one tells the web processes, over the topic of the live frames: one
// that starts on a topic that was made again, with nothing kept of the old one, has nothing to compare it with.
// Said again and again while it is so: it is never taken back, and an old notice says nothing.

package enum MismatchNotice {
    /// The header `kind` of the record.
    private static let kind = "mismatch"

    /// One record: the reason, in a sentence.
    package static func batch(_ reason: String) -> RecordBatch {
        var batch = RecordBatch()
        let headers = batch.addHeaders([RecordHeader("kind", kind)])
        batch.append(key: [], value: Array(reason.utf8), headers: headers)
        return batch
    }

    /// Nil for any other record.
    package static func reason(_ batch: borrowing RecordBatch, _ index: Int) -> String? {
        guard let header = batch.header(index, "kind"), header.elementsEqual(kind.utf8), let value = batch.value(index)
        else { return nil }
        return String(decoding: value, as: UTF8.self)
    }
}
