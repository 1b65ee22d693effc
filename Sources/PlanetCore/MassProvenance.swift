// The values of pl_bmassprov, and other spellings of them. Quantity.swift says what follows for a mass.

enum MassProvenance {
    static let mass = "Mass"
    static let minimum = "Msini"
    static let corrected = "Msin(i)/sin(i)"
    static let forecast = "M-R relationship"

    /// In lower case, only letters, digits and the slash.
    private static let spellings: [String: String] = [
        "mass": mass, "masse": mass, "truemass": mass, "measured": mass, "dynamical": mass, "massevraie": mass,
        "msini": minimum, "minimummass": minimum, "minimum": minimum, "massminimum": minimum,
        "masseminimale": minimum, "minmass": minimum,
        "msini/sini": corrected,
        "mrrelationship": forecast, "mrrelation": forecast, "massradiusrelationship": forecast,
        "massradiusrelation": forecast, "mr": forecast, "estimated": forecast, "calculated": forecast,
    ]

    /// The archive's spelling; nil for anything else.
    static func find(_ text: UnsafeRawBufferPointer) -> String? {
        var folded = ""
        for scalar in String(decoding: text, as: UTF8.self).lowercased().unicodeScalars
        where ("a"..."z").contains(scalar) || scalar == "/" { folded.unicodeScalars.append(scalar) }
        return spellings[folded]
    }
}
