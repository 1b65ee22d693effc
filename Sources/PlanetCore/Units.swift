// The constants that units are converted with (IAU 2015 Resolution B3, IAU 2012 Resolution B2).
// Not here: which fields are converted (Aliases.swift).

package enum Units {
    package static let jupiterRadiusInEarths = 11.2089807309387
    package static let jupiterMassInEarths = 317.828406594675
    package static let solarRadiusInEarths = 109.076370706010
    package static let solarMassInEarths = 332_946.0487
    package static let earthMassInKilograms = 5.9722e24
    /// W/m2.
    package static let solarConstant = 1361.0
    package static let parsecInLightYears = 3.26156377716743
    package static let celsiusZeroInKelvins = 273.15
    /// GM of the Sun, m3/s2.
    package static let solarGM = 1.3271244e20
    package static let astronomicalUnitInMetres = 149_597_870_700.0
    package static let solarRadiusInMetres = 6.957e8
    package static let dayInSeconds = 86_400.0
    /// g/cm3, with the equatorial radius.
    package static let earthDensity = 5.49502186555521
}
