// A measured quantity: value, errors and limit flag together, and where the value comes from.
import JSONText

/// The kind of a number. Statistics and plots can leave out everything that was not measured.
package enum Provenance: String, Sendable, CaseIterable {
    /// A value with its own measurement.
    case measured
    /// A minimum mass (m sin i).
    case minimum
    /// lim is not 0: an upper or lower limit. Counts as missing in derivations.
    case bound
    /// Computed by the catalogue from a mass-radius relation.
    case forecast
    case missing
}

/// The four columns of a quantity; `limit` is nil for distances and magnitudes, which have none.
package struct QuantityColumns: Sendable {
    package let value: NumberColumn
    package let upperError: NumberColumn
    package let lowerError: NumberColumn
    package let limit: NumberColumn?

    private init(_ value: NumberColumn, _ upper: NumberColumn, _ lower: NumberColumn, _ limit: NumberColumn?) {
        self.value = value
        upperError = upper
        lowerError = lower
        self.limit = limit
    }

    package static let radius = QuantityColumns(.pl_rade, .pl_radeerr1, .pl_radeerr2, .pl_radelim)
    package static let radiusInJupiters = QuantityColumns(.pl_radj, .pl_radjerr1, .pl_radjerr2, .pl_radjlim)
    package static let mass = QuantityColumns(.pl_bmasse, .pl_bmasseerr1, .pl_bmasseerr2, .pl_bmasselim)
    package static let massInJupiters = QuantityColumns(.pl_bmassj, .pl_bmassjerr1, .pl_bmassjerr2, .pl_bmassjlim)
    package static let period = QuantityColumns(.pl_orbper, .pl_orbpererr1, .pl_orbpererr2, .pl_orbperlim)
    package static let distance = QuantityColumns(.sy_dist, .sy_disterr1, .sy_disterr2, nil)

    /// For a value with errors and a limit flag (adjacent in ColumnNames.swift); nil for any other column.
    package init?(value: NumberColumn) {
        func beside(_ step: UInt8, _ suffix: String) -> NumberColumn? {
            NumberColumn(rawValue: value.rawValue + step).flatMap { "\($0)" == "\(value)\(suffix)" ? $0 : nil }
        }
        guard let upper = beside(1, "err1"), let lower = beside(2, "err2"), let limit = beside(3, "lim") else {
            return nil
        }
        self.init(value, upper, lower, limit)
    }
}

extension Discovery {
    /// Where a quantity's value comes from.
    ///
    /// radius: a forecast if it has no error bars and the method is not Transit (the archive fills radii from masses
    /// and has no provenance column for them). mass: a forecast if pl_bmassprov is "M-R relationship", a minimum if it
    /// is "Msini", or if nothing known is said about a mass from radial velocities, which give no other. Others:
    /// measured if given. A value whose lim is not 0 is a bound, whatever else it is.
    package func provenance(_ quantity: QuantityColumns) -> Provenance {
        guard self[quantity.value] != nil else { return .missing }
        if let limit = quantity.limit, let flag = self[limit], flag != 0 { return .bound }
        switch quantity.value {
        case .pl_rade, .pl_radj:
            let hasErrors = self[quantity.upperError] != nil || self[quantity.lowerError] != nil
            return hasErrors || self[.discoverymethod] == "Transit" ? .measured : .forecast
        case .pl_bmasse, .pl_bmassj:
            switch self[.pl_bmassprov] {
            case MassProvenance.forecast: return .forecast
            case MassProvenance.minimum: return .minimum
            case MassProvenance.mass, MassProvenance.corrected: return .measured
            default: return self[.discoverymethod] == "Radial Velocity" ? .minimum : .measured
            }
        default:
            return .measured
        }
    }
}

extension Discovery {
    /// Radius and mass in both units, as far as given: `{"pl_rade":"forecast",...}`.
    package func writeProvenance(to writer: inout JSONWriter) {
        writer.object {
            for quantity in [QuantityColumns.radius, .radiusInJupiters, .mass, .massInJupiters] {
                let provenance = provenance(quantity)
                if provenance != .missing { $0.member("\(quantity.value)", provenance.rawValue) }
            }
        }
    }
}
