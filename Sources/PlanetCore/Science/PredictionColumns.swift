// The names of a prediction's values, in the lake's table and in the API: one row each, in order. Without the columns
// that identify the record.

package struct PredictionColumn: Sendable {
    /// Reads the value where the prediction lies: as an argument all of it would be copied for each value.
    package enum Reading: Sendable {
        case real(@Sendable (UnsafePointer<Prediction>) -> Double?)
        case integer(@Sendable (UnsafePointer<Prediction>) -> Int?)
        case text(@Sendable (UnsafePointer<Prediction>) -> String?)
        case boolean(@Sendable (UnsafePointer<Prediction>) -> Bool?)
    }
    package let name: String
    package let reading: Reading

    private init(_ name: String, _ reading: Reading) {
        self.name = name
        self.reading = reading
    }

    package static let all: [PredictionColumn] = [
        .init("radius_measured", .boolean { $0.pointee.isRadiusMeasured }),
        .init("mass_measured", .boolean { $0.pointee.isMassMeasured }),
        .init("luminosity", .real { $0.pointee.luminosity }),
        .init("sma_au", .real { $0.pointee.axis }),
        .init("sma_source", .text { $0.pointee.axisSource?.rawValue }),
        .init("ecc_used", .real { $0.pointee.eccentricity }),
        .init("ecc_source", .text { $0.pointee.eccentricitySource.rawValue }),
        .init("d_eff_au", .real { $0.pointee.thermalDistance }),
        .init("flux_mean", .real { $0.pointee.meanFlux }),
        .init("flux_thermal", .real { $0.pointee.thermalFlux }),
        .init("teq_a03_k", .real { $0.pointee.equilibriumTemperature }),
        .init("tsurf_k", .real { $0.pointee.surfaceTemperature }),
        .init("pl_type", .text { $0.pointee.type?.rawValue }),
        .init("nasa_type", .text { $0.pointee.nasaType?.rawValue }),
        .init("hz_domain", .text { $0.pointee.zoneDomain?.rawValue }),
        .init("hz_class", .text { $0.pointee.zone?.rawValue }),
        .init("temp_class", .text { $0.pointee.temperatureClass?.rawValue }),
        .init("habitable", .integer { $0.pointee.habitable }),
        .init("habitable_probability", .real { $0.pointee.habitableProbability }),
        .init("esi2", .real { $0.pointee.esi2 }),
        .init("esi4", .real { $0.pointee.esi4 }),
        .init("density_e", .real { $0.pointee.density }),
        .init("gravity_e", .real { $0.pointee.gravity }),
        .init("vesc_e", .real { $0.pointee.escapeSpeed }),
        .init("rv_k_ms", .real { $0.pointee.radialVelocity }),
        .init("transit_prob", .real { $0.pointee.transitProbability }),
        .init("ck_mass_point", .real { $0.pointee.massPoint }),
        .init("ck_mass_q025", .real { $0.pointee.massForecast?.q025 }),
        .init("ck_mass_q16", .real { $0.pointee.massForecast?.q16 }),
        .init("ck_mass_q50", .real { $0.pointee.massForecast?.q50 }),
        .init("ck_mass_q84", .real { $0.pointee.massForecast?.q84 }),
        .init("ck_mass_q975", .real { $0.pointee.massForecast?.q975 }),
        .init("ck_radius_point", .real { $0.pointee.radiusForecast?.q50 }),
        .init("ck_radius_q025", .real { $0.pointee.radiusForecast?.q025 }),
        .init("ck_radius_q16", .real { $0.pointee.radiusForecast?.q16 }),
        .init("ck_radius_q50", .real { $0.pointee.radiusForecast?.q50 }),
        .init("ck_radius_q84", .real { $0.pointee.radiusForecast?.q84 }),
        .init("ck_radius_q975", .real { $0.pointee.radiusForecast?.q975 }),
        .init("degenerate", .boolean { $0.pointee.isDegenerate }),
        // The inputs of density, gravity, escape speed and the indices.
        .init("radius_provenance", .text { $0.pointee.radiusOrigin?.rawValue }),
        .init("mass_provenance", .text { $0.pointee.massOrigin?.rawValue }),
        .init("luminosity_source", .text { $0.pointee.luminositySource?.rawValue }),
    ]
}
