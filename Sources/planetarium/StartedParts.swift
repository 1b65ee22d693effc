// What a service has started so far, so that it is stopped in the reverse order: at a stop, and when a later part
// cannot start.

struct StartedParts {
    private var stops: [() -> Void] = []

    /// `stop` is called once, before those that were added earlier.
    mutating func add(stop: @escaping () -> Void) { stops.append(stop) }

    mutating func stop() {
        while let stop = stops.popLast() { stop() }
    }
}
