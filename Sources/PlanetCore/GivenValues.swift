// The key of a discovery's host. For the planet's key see IdentityKey.swift.

extension Discovery {
    /// Identifies hosts in counts: the key of the host's name, or the name itself if it has none. A star's capital
    /// letter is not a companion's; constellations are treated as before 0.2, to reproduce figures of older lakes.
    package var hostKey: String? { self[.hostname].map { IdentityKey.earlier($0) ?? $0 } }
}
