// JSON, CSV and the records of the log: what is accepted is written as it is read again.

import JSONText
import PlanetCore
import StateBytes

/// 2026-11-29: a fuzzer's inputs must mean the same on every day.
private func today() -> Int { 20_786 }

func fuzzJSON(_ input: UnsafeRawBufferPointer) {
    var reader = JSONReader(limits: JSONLimits(fields: 64, depth: 8, bytes: 1 << 16))
    if let fields = try? reader.readObject(input) {
        claim(fields.count <= 64, "more fields than allowed")
        for field in fields { _ = (field.keyString, field.string, field.number) }
    }
    if let elements = try? reader.readArray(input) {
        for element in elements { claim(element.offset <= input.count, "an element beyond the end") }
    }
    if let ranges = try? reader.splitArray(input, maxElements: 64) {
        claim(ranges.allSatisfy { $0.upperBound <= input.count }, "an element beyond the end")
    }
    checkDiscovery(input)
}

/// What is accepted is, as canonical JSON, accepted again and the same.
private func checkDiscovery(_ json: UnsafeRawBufferPointer) {
    var decoder = DiscoveryDecoder(today: today)
    guard case .accept(let valid) = decoder.decode(json) else { return }
    let canonical = DiscoveryJSON.bytes(valid.discovery)
    guard case .accept(let again) = decoder.decode(canonical) else {
        fatalError("its canonical form is refused: \(String(decoding: canonical, as: UTF8.self))")
    }
    claim(again.key == valid.key && DiscoveryJSON.bytes(again.discovery) == canonical, "another planet")
}

func fuzzCSV(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let body = UnsafeRawBufferPointer(rebasing: input[1...])
    let format: SubmissionFormat = first % 3 == 0 ? .ndjson : first % 3 == 1 ? .csv : .json
    var decoder = DiscoveryDecoder(today: today)
    var last = 0
    _ = try? decoder.decode(body: body, as: format, of: first & 0x40 == 0 ? .discoveries : .aliases, maxRecords: 100) {
        line, raw, verdict in
        claim(line >= last && raw.upperBound <= body.count, "line \(line) after \(last), bytes \(raw)")
        last = line
        if case .accept(let valid) = verdict, valid.warnings.allSatisfy(\.rule.isFoundAgain) { checkShared(valid) }
    }
}

/// What is shared with readers of the log (DecodedRecords) is what these would make of it.
private func checkShared(_ valid: Validated) {
    var decoder = DiscoveryDecoder(today: today, isStored: true)
    let canonical = DiscoveryJSON.bytes(valid.discovery)
    guard case .accept(let again) = decoder.decode(canonical) else {
        fatalError("a reader of the log refuses it: \(String(decoding: canonical, as: UTF8.self))")
    }
    claim(
        again.key == valid.key && again.warnings.map(\.rule) == valid.warnings.map(\.rule),
        "another key, or warnings: \(again.warnings) for \(valid.warnings)")
    var states = [StateWriter(), StateWriter()]
    valid.discovery.save(to: &states[0])
    again.discovery.save(to: &states[1])
    claim(states[0].bytes == states[1].bytes, "other values")
}

func fuzzRecord(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first, input.count > 1 else { return }
    let rest = UnsafeRawBufferPointer(rebasing: input[1...])
    let key = min(Int(first & 0x3F), rest.count)
    let keyText = String(decoding: rest[..<key], as: UTF8.self)
    let value = first & 0x80 == 0 ? UnsafeRawBufferPointer(rebasing: rest[key...]) : nil
    var reader = RecordReader(today: today)
    let reading = reader.read(
        value, keyText: keyText, partition: 1,
        source: first & 0x40 == 0 ? "api" : "sent-on/planet-discoveries/0/5/0123abcd",
        size: { rest.count }, home: { Int32($0.utf8.count % 3) })
    if case .valid(_, let key, _) = reading { claim(key.utf8.count % 3 == 1, "a record that lies wrong is valid") }
    var rejected = RejectedReader()
    if let value { _ = rejected.content(of: value) }
}
