// The constants of the predictions: IAU 2015 Resolution B3 nominal values, IAU 2012 Resolution B2, CODATA 2018.
// Not the factors that submitted units are converted with (Units.swift), which agree with these.

package enum Nominal {
    // GM, m3/s2.
    package static let solarGM = Units.solarGM
    package static let earthGM = 3.986004e14
    package static let jupiterGM = 1.2668653e17
    package static let gravitation = 6.67430e-11
    // Metres.
    package static let solarRadius = Units.solarRadiusInMetres
    package static let earthRadius = 6.3781e6
    package static let astronomicalUnit = Units.astronomicalUnitInMetres
    /// Watts.
    package static let solarLuminosity = 3.828e26
    /// Kelvins.
    package static let solarTemperature = 5772.0
    package static let stefanBoltzmann = 5.670374419e-8
    package static let daySeconds = Units.dayInSeconds

    /// 0.08 solar masses, where hydrogen burns, in Earths.
    package static let hydrogenLimit = 0.08 * solarGM / earthGM
    package static let jupiterMass = jupiterGM / earthGM

    /// W/m2 at 1 au from the Sun.
    package static let solarConstant =
        solarLuminosity / (4 * Double.pi * astronomicalUnit * astronomicalUnit)
    /// Of a black body at 1 au from the Sun: (S0 / 4 sigma)^1/4.
    package static let blackBodyTemperature = (solarConstant / (4 * stefanBoltzmann)).squareRoot().squareRoot()
    /// With the equatorial radius: g/cm3.
    package static let earthDensity =
        earthGM / gravitation / (4 / 3 * Double.pi * earthRadius * earthRadius * earthRadius) / 1000
}
