// The verdict on a record by itself, as on its page and in the lake's column `verdict`. For its effect on its planet
// see Change.

package enum RecordVerdict: String, Sendable {
    /// Valid, without and with warnings; and null, which withdraws a planet.
    case accept, warn, withdrawal
    /// In planet-rejected, or a record of planet-discoveries that breaks a rule.
    case rejected
}
