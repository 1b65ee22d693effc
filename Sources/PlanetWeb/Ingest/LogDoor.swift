// The one way of all submissions into the log: refused where the log is known to be another one, and no acknowledgement
// that comes before earlier ones is taken for one.

import EventLog
import PlanetCore

extension WebServices {
    /// `completion`: with the records' places, in their order; on the log's thread, or at once where the log takes
    /// nothing.
    func append(
        _ batch: RecordBatch, to stored: StoredTopic,
        _ completion: @escaping @Sendable (Result<[LogPosition], LogError>) -> Void
    ) {
        if let refusal = health.refusal() { return completion(.failure(refusal)) }
        let topic = topics.name(of: stored)
        let floor = health.floor(topic)
        do throws(LogError) {
            try writer.append(batch, topic: topic, ticket: nextTicket()) { [health] ack in
                completion(health.check(ack.result, after: floor))
            }
        } catch {
            completion(health.check(.failure(error), after: floor))
        }
    }
}
