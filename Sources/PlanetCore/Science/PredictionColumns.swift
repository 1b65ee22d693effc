// The names of a prediction's values, in the lake's table and in the API: one row each, in order. Without the columns
// that identify the record.

package struct PredictionColumn: Sendable {
    package enum Reading: Sendable {
        case real(@Sendable (Prediction) -> Double?)
        case integer(@Sendable (Prediction) -> Int?)
        case text(@Sendable (Prediction) -> String?)
        case boolean(@Sendable (Prediction) -> Bool?)
    }
    package let name: String
    package let reading: Reading

    private init(_ name: String, _ reading: Reading) {
        self.name = name
        self.reading = reading
    }

    package static let all: [PredictionColumn] = [
        .init("radius_measured", .boolean { $0.isRadiusMeasured }),
        .init("mass_measured", .boolean { $0.isMassMeasured }),
        .init("luminosity", .real { $0.luminosity }),
        .init("sma_au", .real { $0.axis }),
        .init("sma_source", .text { $0.axisSource?.rawValue }),
        .init("ecc_used", .real { $0.eccentricity }),
        .init("ecc_source", .text { $0.eccentricitySource.rawValue }),
        .init("d_eff_au", .real { $0.thermalDistance }),
        .init("flux_mean", .real { $0.meanFlux }),
        .init("flux_thermal", .real { $0.thermalFlux }),
        .init("teq_a03_k", .real { $0.equilibriumTemperature }),
        .init("tsurf_k", .real { $0.surfaceTemperature }),
        .init("pl_type", .text { $0.type?.rawValue }),
        .init("nasa_type", .text { $0.nasaType?.rawValue }),
        .init("hz_domain", .text { $0.zoneDomain?.rawValue }),
        .init("hz_class", .text { $0.zone?.rawValue }),
        .init("temp_class", .text { $0.temperatureClass?.rawValue }),
        .init("habitable", .integer { $0.habitable }),
        .init("habitable_probability", .real { $0.habitableProbability }),
        .init("esi2", .real { $0.esi2 }),
        .init("esi4", .real { $0.esi4 }),
        .init("density_e", .real { $0.density }),
        .init("gravity_e", .real { $0.gravity }),
        .init("vesc_e", .real { $0.escapeSpeed }),
        .init("rv_k_ms", .real { $0.radialVelocity }),
        .init("transit_prob", .real { $0.transitProbability }),
        .init("ck_mass_point", .real { $0.massPoint }),
        .init("ck_mass_q025", .real { $0.massForecast?.q025 }),
        .init("ck_mass_q16", .real { $0.massForecast?.q16 }),
        .init("ck_mass_q50", .real { $0.massForecast?.q50 }),
        .init("ck_mass_q84", .real { $0.massForecast?.q84 }),
        .init("ck_mass_q975", .real { $0.massForecast?.q975 }),
        .init("ck_radius_point", .real { $0.radiusForecast?.q50 }),
        .init("ck_radius_q025", .real { $0.radiusForecast?.q025 }),
        .init("ck_radius_q16", .real { $0.radiusForecast?.q16 }),
        .init("ck_radius_q50", .real { $0.radiusForecast?.q50 }),
        .init("ck_radius_q84", .real { $0.radiusForecast?.q84 }),
        .init("ck_radius_q975", .real { $0.radiusForecast?.q975 }),
        .init("degenerate", .boolean { $0.isDegenerate }),
        // The inputs of density, gravity, escape speed and the indices.
        .init("radius_provenance", .text { $0.radiusOrigin?.rawValue }),
        .init("mass_provenance", .text { $0.massOrigin?.rawValue }),
        .init("luminosity_source", .text { $0.luminositySource?.rawValue }),
    ]
}
