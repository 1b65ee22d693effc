// librdkafka properties from a file, the environment and the command line, the later over the earlier. Values may be passwords: none is
// ever printed or logged.

import Glibc

struct KafkaProperties {
    static let environmentPrefix = "PLANETARIUM_KAFKA_PROPERTY_"
    var file: String?
    private var ofFile: [(name: String, value: String)] = []
    private var ofEnvironment: [(name: String, value: String)] = []
    private var ofOptions: [(name: String, value: String)] = []

    /// Each name once, as the last of file, environment and command line has it.
    var all: [(name: String, value: String)] {
        var all: [(name: String, value: String)] = []
        for property in ofFile + ofEnvironment + ofOptions {
            all.removeAll { $0.name == property.name }
            all.append(property)
        }
        return all
    }

    /// NAME=VALUE of the command line. False when it is none.
    mutating func add(_ text: String) -> Bool {
        guard let property = KafkaProperties.parse(text) else { return false }
        ofOptions.append(property)
        return true
    }

    /// PLANETARIUM_KAFKA_PROPERTY_SASL_PASSWORD=... is sasl.password.
    mutating func readEnvironment() {
        var next = environ
        while let entry = next.pointee {
            next += 1
            let text = String(cString: entry)
            guard text.hasPrefix(KafkaProperties.environmentPrefix),
                let property = KafkaProperties.parse(String(text.dropFirst(KafkaProperties.environmentPrefix.count)))
            else { continue }
            let name = String(property.name.lowercased().map { $0 == "_" ? "." : $0 })
            ofEnvironment.append((name, property.value))
        }
    }

    /// Lines of NAME=VALUE; empty ones and those that begin with # are left out.
    mutating func readFile() throws(UsageError) {
        guard let file else { return }
        guard let stream = fopen(file, "r") else { throw UsageError("--kafka-properties: cannot open \(file)") }
        defer { fclose(stream) }
        var buffer: UnsafeMutablePointer<CChar>?
        var size = 0
        defer { free(buffer) }
        var line = 0
        while getline(&buffer, &size, stream) >= 0, let buffer {
            line += 1
            let text = KafkaProperties.trimmed(String(cString: buffer))
            if text.isEmpty || text.hasPrefix("#") { continue }
            guard let property = KafkaProperties.parse(text) else {
                throw UsageError("--kafka-properties \(file), line \(line): not NAME=VALUE")
            }
            ofFile.append(property)
        }
    }

    private static func parse(_ text: String) -> (name: String, value: String)? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = trimmed(String(text[..<equals]))
        return name.isEmpty ? nil : (name, trimmed(String(text[text.index(after: equals)...])))
    }

    private static func trimmed(_ text: String) -> String {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" || character.isNewline }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
