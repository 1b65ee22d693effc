// The environment variables that are not in the table of settings, and all variables as a dictionary.

import Glibc

enum Environment {
    /// A delegation token of HDFS: a secret.
    static let hdfsToken = "PLANETARIUM_HDFS_TOKEN"
    /// Followed by the name of a librdkafka property.
    static let kafkaPrefix = "PLANETARIUM_KAFKA_PROPERTY_"
    /// Where `import` and `replay` send to.
    static let url = "PLANETARIUM_URL"
    /// Their credentials: the file of a token, and certificates to trust.
    static let tokenFile = "PLANETARIUM_TOKEN_FILE"
    static let caFile = "PLANETARIUM_CA_FILE"

    /// The variables as they are now.
    static var all: [String: String] {
        var all: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            next += 1
            let text = String(cString: entry)
            // Of two with one name, getenv returns the first.
            guard let pair = split(text), all[pair.name] == nil else { continue }
            all[pair.name] = pair.value
        }
        return all
    }

    /// The name without `prefix`; nil if nothing is left or the prefix is missing.
    static func name(_ name: String, after prefix: String) -> String? {
        name.hasPrefix(prefix) && name != prefix ? String(name.dropFirst(prefix.count)) : nil
    }

    private static func split(_ text: String) -> (name: String, value: String)? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
