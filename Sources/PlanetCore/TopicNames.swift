// The log's topics by their role, and their usual names.

package struct TopicNames: Sendable, Equatable {
    package var discoveries = "planet-discoveries"
    package var rejected = "planet-rejected"
    package var live = "planet-live"
    /// Invalid records of the discoveries are copied here, with the reasons in their headers.
    package var deadLetters = "planet-dead-letters"
    /// What stream processes that share the partitions tell each other; used in a group.
    package var state = "planet-state"
    package init() {}

    /// Those of the stored topics, as the lake's files have them.
    package init(discoveries: String, rejected: String) {
        self.discoveries = discoveries
        self.rejected = rejected
    }

    package func name(of topic: StoredTopic) -> String {
        switch topic {
        case .discoveries: discoveries
        case .rejected: rejected
        }
    }

    /// In the order in which readers of both are opened.
    package var stored: [String] { StoredTopic.allCases.map(name(of:)) }
}
