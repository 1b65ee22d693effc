// The server's answer to an import request.

import JSONText

/// Counts, and the refused records by their lines in the request.
struct SliceResult {
    struct Reject {
        var line: Int
        var errors: [UInt8]
    }
    var accepted = 0
    var rejected: [Reject] = []
    /// Includes those that the answer does not list.
    var rejectedCount = 0
    /// The member `columns`, unchanged; empty if there is none.
    var columns: [UInt8] = []

    init?(_ answer: HTTPAnswer) {
        guard [200, 201, 207, 422].contains(answer.status) else { return nil }
        var reader = JSONReader(limits: JSONLimits(fields: 1_000_000, depth: 16, bytes: 256 << 20))
        var results: [UInt8] = []
        var known = false
        do {
            try answer.body.withUnsafeBytes { bytes in
                let fields = try reader.readObject(bytes)
                for field in fields {
                    if field.isKey("accepted") {
                        accepted = Int(exactly: field.number) ?? 0
                        known = true
                    }
                    if field.isKey("rejected") { rejectedCount = Int(exactly: field.number) ?? 0 }
                    if field.isKey("results") { results = Array(field.text) }
                    if field.isKey("columns") { columns = Array(field.text) }
                }
            }
            guard known else { return nil }
            let elements = try results.withUnsafeBytes { bytes in
                try reader.splitArray(bytes, maxElements: 1_000_000)
            }
            for element in elements {
                try results[element].withUnsafeBytes { bytes in
                    var reject = Reject(line: 0, errors: [])
                    let fields = try reader.readObject(bytes)
                    for field in fields {
                        if field.isKey("line") { reject.line = Int(exactly: field.number) ?? 0 }
                        if field.isKey("errors") { reject.errors = Array(field.text) }
                    }
                    if !reject.errors.isEmpty { rejected.append(reject) }
                }
            }
            rejectedCount = max(rejectedCount, rejected.count)
        } catch {
            return nil
        }
    }
}
