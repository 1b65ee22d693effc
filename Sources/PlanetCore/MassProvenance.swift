// What pl_bmassprov may say, and other spellings of it. Not here: what follows for a mass (Quantity.swift).

enum MassProvenance {
    static let mass = "Mass"
    static let minimum = "Msini"
    static let corrected = "Msin(i)/sin(i)"
    static let forecast = "M-R relationship"

    /// In lower case, letters, digits and the slash alone.
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
