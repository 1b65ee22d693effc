// librdkafka properties from a file of their own, the configuration file, the environment and the command line; later
// sources override earlier ones. Values may be passwords: none is ever printed or logged.

struct KafkaProperties: Sendable {
    struct Property: Sendable {
        let name: String
        let value: String
        let origin: SettingOrigin
    }

    /// The file of properties; read by `readFile`.
    var file: String?
    private var ofFile: [Property] = []
    private var others: [Property] = []

    /// Each name once, with the last source's value.
    var all: [Property] {
        var all: [Property] = []
        for property in ofFile + others {
            all.removeAll { $0.name == property.name }
            all.append(property)
        }
        return all
    }

    /// A text NAME=VALUE; later calls override earlier ones. False for any other text.
    mutating func add(_ text: String, from origin: SettingOrigin) -> Bool {
        guard let pair = NameValueFile.pair(text) else { return false }
        others.append(Property(name: pair.name, value: pair.value, origin: origin))
        return true
    }

    /// PLANETARIUM_KAFKA_PROPERTY_SASL_PASSWORD=... is sasl.password.
    mutating func readEnvironment(_ environment: [String: String]) {
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) {
            guard let rest = Environment.name(variable, after: Environment.kafkaPrefix),
                let pair = NameValueFile.pair("\(rest)=\(value)")
            else { continue }
            let name = String(pair.name.lowercased().map { $0 == "_" ? "." : $0 })
            others.append(Property(name: name, value: pair.value, origin: .environment(variable)))
        }
    }

    mutating func readFile() throws(UsageError) {
        guard let file else { return }
        ofFile = try NameValueFile.lines(of: file, option: "--kafka-properties").map {
            Property(name: $0.name, value: $0.value, origin: .file(file, line: $0.number))
        }
    }
}
