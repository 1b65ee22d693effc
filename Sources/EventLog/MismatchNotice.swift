// A stream's notice to the web processes, on the topic of the live frames, that the log was replaced: a web that starts
// on a recreated topic without any state of the old one cannot find that out itself. Repeated while it holds. Never
// taken back; an old notice means nothing.

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
