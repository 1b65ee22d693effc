// The topics of the file, for threads that must not use the writer's connection.

import Threads

final class TopicRegistry: Sendable {
    private let topics = Guarded<[String: LogSchema.Topic]>([:])

    func add(_ name: String, _ topic: LogSchema.Topic) { topics.withLock { $0[name] = topic } }
    func add(_ found: [String: LogSchema.Topic]) { topics.withLock { $0.merge(found) { _, new in new } } }
    subscript(name: String) -> LogSchema.Topic? { topics.withLock { $0[name] } }
}
