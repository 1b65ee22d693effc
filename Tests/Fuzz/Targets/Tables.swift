// Files as people have them: what is made of one is bounded, and is text that the decoder of discoveries can go
// through.

import PlanetCore
import TableFiles

func fuzzTable(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let limit = 1 << 16
    let bytes = Array(input[1...])
    let declared: TableFile.Form? = [nil, .csv, .ndjson, .json][Int(first % 4)]
    _ = TableFile.isPlain(Array(bytes.prefix(TableFile.startBytes)))
    let grows = TableFile.mayGrow(bytes)
    guard let file = try? TableFile(bytes, declared: declared, limit: limit) else { return }
    claim(file.text.count <= max(limit, bytes.count), "\(file.text.count) bytes of at most \(limit)")
    claim(grows || file.text.count <= bytes.count, "it was said not to grow")
    let format: SubmissionFormat =
        switch file.form {
        case .csv: .csv
        case .ndjson: .ndjson
        case .json: .json
        }
    var decoder = DiscoveryDecoder(today: { 20_786 })
    file.text.withUnsafeBytes { body in
        _ = try? decoder.decode(body: body, as: format, of: .discoveries, maxRecords: 100) { _, raw, _ in
            claim(raw.upperBound <= body.count, "bytes \(raw) of \(body.count)")
        }
    }
}
