// The file of the records that the server refused.

import Glibc
import JSONText

/// One JSON object per refused record: line in the file, raw text, errors.
struct RejectsFile {
    let path: String
    let appending: Bool
    private var file: UnsafeMutablePointer<FILE>?

    init(path: String, appending: Bool) {
        self.path = path
        self.appending = appending
    }

    mutating func add(_ reject: SliceResult.Reject, in slice: ImportSlice, header: [UInt8]) {
        if file == nil { file = fopen(path, appending ? "a" : "w") }
        let record = slice.record(atBodyLine: reject.line, header: header)
        let json = JSONWriter.object {
            $0.member("line", record?.line ?? reject.line)
            $0.member("raw", String(decoding: record?.bytes ?? [], as: UTF8.self))
            $0.raw("errors", reject.errors)
        }
        let bytes = json + [UInt8(ascii: "\n")]
        guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0 else {
            return print("planetarium import: cannot write \(path)", to: &standardError)
        }
    }
}
