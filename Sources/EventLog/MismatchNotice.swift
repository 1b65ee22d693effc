// A stream's notice to the web processes, over the topic of the live frames, that the log was replaced: a web that
// starts on a topic that was made again, and has kept nothing of the old one, cannot find that out by itself.
// Repeated while it holds. It is never taken back; an old notice has no meaning.

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
