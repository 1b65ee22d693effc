// Whether an object is a planet at all: the archive's words, and those in its tables of candidates (KOI, TOI, K2).
// PlanetFigures decides what is counted, PlanetHistory.swift which records decide.

package enum Disposition {
    package static let confirmed = "CONFIRMED"
    package static let candidate = "CANDIDATE"
    package static let names = [confirmed, candidate, "FALSE POSITIVE", "REFUTED", "RETRACTED"]

    /// In lower case, words separated by single spaces. The short ones are ExoFOP's (tfopwg_disp).
    private static let synonyms: [(String, String)] = [
        ("confirmed planet", "CONFIRMED"), ("cp", "CONFIRMED"), ("known planet", "CONFIRMED"), ("kp", "CONFIRMED"),
        ("published confirmed", "CONFIRMED"), ("validated", "CONFIRMED"), ("confirmée", "CONFIRMED"),
        ("confirmed planets", "CONFIRMED"), ("confirmé", "CONFIRMED"), ("planète confirmée", "CONFIRMED"),
        ("planet candidate", "CANDIDATE"), ("planetary candidate", "CANDIDATE"), ("pc", "CANDIDATE"),
        ("ambiguous planetary candidate", "CANDIDATE"), ("apc", "CANDIDATE"), ("candidate planet", "CANDIDATE"),
        ("candidates", "CANDIDATE"), ("unconfirmed", "CANDIDATE"), ("candidate planets", "CANDIDATE"),
        ("not dispositioned", "CANDIDATE"), ("controversial", "CANDIDATE"),
        ("candidat", "CANDIDATE"), ("candidate à confirmer", "CANDIDATE"), ("non confirmée", "CANDIDATE"),
        ("fp", "FALSE POSITIVE"), ("false positives", "FALSE POSITIVE"), ("false alarm", "FALSE POSITIVE"),
        ("fa", "FALSE POSITIVE"), ("faux positif", "FALSE POSITIVE"), ("not a planet", "FALSE POSITIVE"),
        ("refuted planet", "REFUTED"), ("réfutée", "REFUTED"), ("disproved", "REFUTED"),
        ("retracted planet", "RETRACTED"), ("retracted planet candidate", "RETRACTED"), ("rétractée", "RETRACTED"),
        ("withdrawn", "RETRACTED"),
    ]

    /// The archive's word; nil for anything else.
    static func find(_ text: UnsafeRawBufferPointer) -> String? {
        let text = String(decoding: text, as: UTF8.self)
        if names.contains(text) { return text }
        let words = text.lowercased().split { $0 == " " || $0 == "_" || $0 == "-" }.joined(separator: " ")
        return names.first { $0.lowercased() == words } ?? synonyms.first { $0.0 == words }?.1
    }
}

extension Discovery {
    /// Whether it counts as a planet: it is confirmed, or its disposition is not given.
    package var isPlanet: Bool { self[.disposition].map { $0 == Disposition.confirmed } ?? true }

    package var isCandidate: Bool { self[.disposition] == Disposition.candidate }

    /// Another publication's solution, beside the source's default one.
    package var isOtherSolution: Bool { self[.default_flag] == 0 }
}
