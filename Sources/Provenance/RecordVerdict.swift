// What a record is by itself, as its page and the lake's column `verdict` show it.
// Not what it did to its planet (Change).

package enum RecordVerdict: String, Sendable {
    /// Valid, without and with warnings; and null, which withdraws a planet.
    case accept, warn, withdrawal
    /// In planet-rejected, or a record of planet-discoveries that breaks a rule.
    case rejected
}
