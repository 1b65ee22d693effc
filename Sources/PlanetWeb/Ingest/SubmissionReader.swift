// The decoders of one thread that reads submissions: an event loop for small bodies, a thread of web-decode for others.

import PlanetCore

final class SubmissionReader {
    /// Days since 1970-01-01 UTC.
    let today: @Sendable () -> Int
    var decoder: DiscoveryDecoder
    /// For records that are rewritten while `decoder` reads a body.
    var renaming: DiscoveryDecoder

    init(today: @escaping @Sendable () -> Int) {
        self.today = today
        decoder = DiscoveryDecoder(today: today)
        // What it reads has been held against all rules.
        renaming = DiscoveryDecoder(today: today, isStored: true)
    }
}
