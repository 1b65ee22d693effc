// LAKE/_lake.json: which lake this is, and which log it was made from. Made at the first start; a lake of another log is refused, because its
// offsets would mean other records.

package struct LakeIdentity: Sendable, Equatable {
    package static let path = "_lake.json"
    package static let format = 1

    /// 32 hexadecimal digits, drawn when the lake was made (or adopted).
    package var lake: String
    /// What the log says it is; nil: not known yet.
    package var log: String?
    /// In order.
    package var topics: [String]

    /// Reads it; nil where there is none yet.
    package init?(_ store: any FileStore) throws(LakeError) { return nil }

    /// Reads it, or makes it; an older lake without one is adopted. A lake made before the log could say what it is learns it now.
    /// Throws `.inconsistent` for a lake of another log, other topics, or a newer format.
    package static func open(
        _ store: any FileStore, log: String?, topics: [String]
    ) throws(LakeError) -> LakeIdentity { LakeIdentity(lake: "", log: log, topics: topics) }

    init(lake: String, log: String?, topics: [String]) {
        self.lake = lake
        self.log = log
        self.topics = topics
    }
}
