// What a service has started so far, to be stopped in reverse order: on a stop, or if a later part cannot start.

struct StartedParts {
    private var stops: [() -> Void] = []
    private var reloads: [() -> Void] = []

    /// `stop` is called once, before those added earlier.
    mutating func add(stop: @escaping () -> Void) { stops.append(stop) }

    /// `reload` is called for each SIGHUP.
    mutating func onReload(_ reload: @escaping () -> Void) { reloads.append(reload) }

    func reload() { for reload in reloads { reload() } }

    mutating func stop() {
        while let stop = stops.popLast() { stop() }
    }
}
