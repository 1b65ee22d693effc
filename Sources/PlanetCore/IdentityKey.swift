// The identity key of a planet's name: names that mean the same planet give the same key (science brief, section 3).
// Not here: aliases between catalogues; the key only proposes.

package enum IdentityKey {
    /// nil when nothing is left of the name.
    package static func of(_ name: String) -> String? { nil }
}
