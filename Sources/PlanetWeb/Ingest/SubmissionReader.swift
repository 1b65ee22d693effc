// The decoders of one thread that reads submissions: an event loop for small bodies, a thread of web-decode for others.

import PlanetCore

final class SubmissionReader {
    var decoder: DiscoveryDecoder
    /// For records that are rewritten while `decoder` reads a body.
    var renaming: DiscoveryDecoder

    init(today: @escaping @Sendable () -> Int) {
        decoder = DiscoveryDecoder(today: today)
        // What it reads has been held against all rules.
        renaming = DiscoveryDecoder(today: today, isStored: true)
    }
}
