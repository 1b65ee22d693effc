// The eleven discovery methods as the NASA Exoplanet Archive spells them, and what else people write for them.
// Not here: counts by method.

package enum DiscoveryMethod {
    package static let names = [
        "Transit", "Radial Velocity", "Microlensing", "Imaging", "Transit Timing Variations",
        "Eclipse Timing Variations", "Orbital Brightness Modulation", "Pulsar Timing", "Astrometry",
        "Pulsation Timing Variations", "Disk Kinematics",
    ]

    private static let exact = names.map { Array($0.utf8) }

    /// In lower case. "timing" may be any of four methods: it is taken as the commonest, with a warning.
    static let synonyms: [(String, String)] = [
        ("rv", "Radial Velocity"), ("radial velocities", "Radial Velocity"), ("primary transit", "Transit"),
        ("transits", "Transit"), ("direct imaging", "Imaging"), ("gravitational microlensing", "Microlensing"),
        ("ttv", "Transit Timing Variations"), ("etv", "Eclipse Timing Variations"),
        ("timing", "Transit Timing Variations"), ("vitesse radiale", "Radial Velocity"),
        ("vitesses radiales", "Radial Velocity"), ("imagerie directe", "Imaging"), ("imagerie", "Imaging"),
        ("microlentille gravitationnelle", "Microlensing"), ("microlentille", "Microlensing"),
        ("chronométrage de pulsar", "Pulsar Timing"), ("astrométrie", "Astrometry"),
    ]

    /// The archive's spelling, and whether the text leaves open which method is meant; nil for anything else.
    static func find(_ text: UnsafeRawBufferPointer) -> (name: String, isAmbiguous: Bool)? {
        for index in names.indices where exact[index].count == text.count {
            if exact[index].withUnsafeBytes({ $0.isEqual(to: text) }) { return (names[index], false) }
        }
        let lower = String(decoding: text, as: UTF8.self).lowercased()
        for name in names where name.lowercased() == lower { return (name, false) }
        for (synonym, name) in synonyms where synonym == lower { return (name, lower == "timing") }
        return nil
    }
}
