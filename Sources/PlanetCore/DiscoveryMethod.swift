// The eleven discovery methods as spelled by the NASA Exoplanet Archive, and other spellings.

package enum DiscoveryMethod {
    package static let names = [
        "Transit", "Radial Velocity", "Microlensing", "Imaging", "Transit Timing Variations",
        "Eclipse Timing Variations", "Orbital Brightness Modulation", "Pulsar Timing", "Astrometry",
        "Pulsation Timing Variations", "Disk Kinematics",
    ]

    private static let exact = names.map { Array($0.utf8) }

    /// In lower case, with spaces for other signs. "timing" may be any of four methods: it is read as the commonest,
    /// with a warning.
    static let synonyms: [(String, String)] = [
        ("rv", "Radial Velocity"), ("radial velocities", "Radial Velocity"), ("doppler", "Radial Velocity"),
        ("doppler spectroscopy", "Radial Velocity"), ("doppler shift", "Radial Velocity"),
        ("primary transit", "Transit"), ("transits", "Transit"), ("transit photometry", "Transit"),
        ("direct imaging", "Imaging"), ("image", "Imaging"), ("gravitational microlensing", "Microlensing"),
        ("gravitational lensing", "Microlensing"), ("lensing", "Microlensing"),
        ("transit timing variation", "Transit Timing Variations"), ("transit timing", "Transit Timing Variations"),
        ("ttv", "Transit Timing Variations"), ("ttvs", "Transit Timing Variations"),
        ("etv", "Eclipse Timing Variations"), ("eclipse timing", "Eclipse Timing Variations"),
        ("eclipse timing variation", "Eclipse Timing Variations"), ("timing", "Transit Timing Variations"),
        ("pulsar", "Pulsar Timing"), ("pulsar timing variation", "Pulsar Timing"),
        ("pulsar timing variations", "Pulsar Timing"), ("pulsation timing", "Pulsation Timing Variations"),
        ("pulsation timing variation", "Pulsation Timing Variations"),
        ("orbital brightness modulations", "Orbital Brightness Modulation"),
        ("brightness modulation", "Orbital Brightness Modulation"), ("phase curve", "Orbital Brightness Modulation"),
        ("kinematic", "Disk Kinematics"), ("kinematics", "Disk Kinematics"), ("disc kinematics", "Disk Kinematics"),
        ("disk kinematic", "Disk Kinematics"), ("astrometric", "Astrometry"),
        ("vitesse radiale", "Radial Velocity"), ("vitesses radiales", "Radial Velocity"),
        ("velocimetrie", "Radial Velocity"), ("vélocimétrie", "Radial Velocity"),
        ("imagerie directe", "Imaging"), ("imagerie", "Imaging"),
        ("microlentille gravitationnelle", "Microlensing"), ("microlentille", "Microlensing"),
        ("chronométrage de pulsar", "Pulsar Timing"), ("astrométrie", "Astrometry"),
    ]

    /// Words for a method that is not in the list.
    private static let others: Set<String> = ["other", "autre", "others", "various", "default"]

    /// What a text means.
    struct Found: Equatable {
        /// The archive's spelling; nil if the text names a method other than the eleven.
        var name: String?
        var warning: Rule?
    }

    /// Nil if it names no method. Of several, as in `Primary Transit#TTV`, the first counts.
    static func find(_ text: UnsafeRawBufferPointer) -> Found? {
        for index in names.indices where exact[index].count == text.count {
            if exact[index].withUnsafeBytes({ $0.isEqual(to: text) }) { return Found(name: names[index]) }
        }
        let parts = String(decoding: text, as: UTF8.self).lowercased().split { "#,;+&|".contains($0) }
        guard let first = parts.first.map({ words($0) }), var found = find(first) else { return nil }
        if parts.count > 1, found.warning == nil { found.warning = .several_methods }
        return found
    }

    private static func find(_ words: String) -> Found? {
        for name in names where name.lowercased() == words { return Found(name: name) }
        for (synonym, name) in synonyms where synonym == words {
            return Found(name: name, warning: words == "timing" ? .ambiguous_method : nil)
        }
        return others.contains(words) ? Found(name: nil, warning: .method_not_listed) : nil
    }

    /// With one space between words instead of any other signs.
    private static func words(_ text: Substring) -> String {
        text.split { $0 == " " || $0 == "-" || $0 == "_" || $0 == "\u{A0}" || $0 == "(" || $0 == ")" }
            .joined(separator: " ")
    }
}
