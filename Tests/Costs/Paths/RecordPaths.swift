// A record by itself: decoded and checked, written as JSON, identified, predicted.

import EventLog
import PlanetCore

private func decoded(_ name: String, records: Int, more: String) -> HotPath {
    HotPath(name: name, records: records) {
        let texts = Inputs.json(Inputs.values(HotPath.inputs(records)), more: more)
        let decoder = Decoder()
        return { range in
            range.reduce(0) { sum, index in
                guard case .accept(let valid) = decoder.each.decode(texts[index]) else {
                    fatalError("an input was refused")
                }
                return sum + valid.key.utf8.count + valid.warnings.count
            }
        }
    }
}

/// A closure cannot own what is not copied.
private final class Decoder { var each = DiscoveryDecoder() }

/// The door, and two readers of the log that need not decode what it has decoded.
private final class OnceDecoded {
    private let decoded = DecodedRecords(readers: 2)
    private var reader = RecordReader(today: { 20_500 })

    func add(_ value: [UInt8], _ valid: Validated) {
        decoded.add(value[...], valid, day: 20_500)
    }

    func read(_ value: [UInt8]) -> Int {
        value.withUnsafeBytes {
            let reading = reader.read(
                $0, keyText: "", partition: 0, source: "api", size: { 0 }, home: { _ in nil }, decoded: decoded)
            guard case .valid(_, let key, _) = reading else { fatalError("an input was refused") }
            return key.utf8.count
        }
    }
}

let recordPaths = [
    decoded("json_decode", records: 1500, more: ""),
    decoded("json_decode_unknown", records: 1500, more: #","priority":3,"note":"seen twice","reviewed":true"#),
    HotPath(name: "csv_decode", records: 1500) {
        let values = Inputs.values(HotPath.inputs(1500))
        func body(_ range: Range<Int>) -> [UInt8] {
            Array(([Inputs.columns] + values[range]).map { $0.joined(separator: ",") + "\n" }.joined().utf8)
        }
        // Made before anything is measured.
        let bodies = [body(0..<HotPath.warmUp), body(HotPath.warmUp..<values.count)]
        let decoder = Decoder()
        return { range in
            var accepted = 0
            _ = bodies[range.lowerBound == 0 ? 0 : 1].withUnsafeBytes { body in
                try? decoder.each.decode(body: body, as: .csv, maxRecords: .max) { _, _, verdict in
                    if case .accept = verdict { accepted += 1 }
                }
            }
            precondition(accepted == range.count, "an input was refused")
            return accepted
        }
    },
    HotPath(name: "json_write", records: 3000) {
        let planets = Inputs.valid(Inputs.values(HotPath.inputs(3000))).map(\.discovery)
        return { range in
            var bytes: [UInt8] = []
            return range.reduce(0) { sum, index in
                bytes.removeAll(keepingCapacity: true)
                DiscoveryJSON.encode(planets[index], into: &bytes)
                return sum + bytes.count
            }
        }
    },
    HotPath(name: "submission_id", records: 4000) {
        let batch = Inputs.batch(HotPath.inputs(4000))
        let key = Array("5b0f6f4e-1c0a-4a57-9c53-0d8a3f1f2b11".utf8)
        return { range in
            range.reduce(0) { sum, index in
                sum &+ Int(SubmissionID(key: key, copy: [], value: batch.value(index) ?? []).bits)
            }
        }
    },
    HotPath(name: "fingerprint", records: 2000) {
        let batch = Inputs.batch(HotPath.inputs(2000))
        return { range in range.reduce(0) { $0 + RecordFingerprint(batch, $1).hash.utf8.count } }
    },
    HotPath(name: "decoded_once", records: 2000) {
        let planets = Inputs.valid(Inputs.values(HotPath.inputs(2000)))
        let values = planets.map { DiscoveryJSON.bytes($0.discovery) }
        let readers = OnceDecoded()
        return { range in
            for index in range { readers.add(values[index], planets[index]) }
            return range.reduce(0) { $0 + readers.read(values[$1]) + readers.read(values[$1]) }
        }
    },
    HotPath(name: "batch_append", records: 6000) {
        let batch = Inputs.batch(HotPath.inputs(6000))
        let (keys, values) = (batch.entries.indices.map(batch.key), batch.entries.indices.map(batch.value))
        return { range in
            var copy = RecordBatch()
            let headers = copy.addHeaders([RecordHeader("source", "api")])
            for index in range { copy.append(key: keys[index], value: values[index], headers: headers) }
            return copy.count
        }
    },
    HotPath(name: "predict", records: 1000) {
        let planets = Inputs.valid(Inputs.values(HotPath.inputs(1000))).map(\.discovery)
        return { range in
            range.reduce(0) { $0 + (Predictor.prediction(of: planets[$1]).massForecast == nil ? 0 : 1) }
        }
    },
]
