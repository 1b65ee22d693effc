// Other catalogues' tables, by their headers: what becomes of names, units, errors and words.
import Testing

@testable import PlanetCore

private func table(_ text: String) throws -> DecodedTable { try DecodedTable(Array(text.utf8)) }

private func planet(_ text: String, _ index: Int = 0) throws -> Discovery {
    let read = try table(text)
    #expect(read.rejected.isEmpty)
    try #require(read.accepted.count > index)
    return read.accepted[index].discovery
}

@Suite struct DialectTests {
    @Test func `Each dialect is known by its own header, and has no rule without a column`() {
        for dialect in Dialects.all {
            for set in dialect.knownBy where !set.contains(where: { $0.contains("*") }) {
                let found = Dialects.find(Set(set))
                #expect(found?.name == dialect.name, "\(set)")
            }
            for rule in dialect.rules {
                #expect(!rule.from.isEmpty)
                if rule.upper != nil, case .number(let column) = rule.to {
                    #expect(column.isValueOfQuantity, "\(dialect.name) \(rule.from)")
                }
            }
            #expect(dialect.rules.contains { $0.to == .text(.pl_name) })
        }
        #expect(Dialects.find(["pl_name", "pl_rade", "hostname"]) == nil)
    }

    @Test func `exoplanet.eu, with its header behind a number sign`() throws {
        let text = """
            # name,planet_status,mass,mass_error_min,mass_error_max,mass_sini,mass_sini_error_min,radius,\
            orbital_period,            discovered,updated,detection_type,star_name,ra,dec,star_distance,star_teff
            HD 209458 b,Confirmed,0.682,0.015,0.014,,,1.359,3.52474859,1999,2023-11-09,Radial Velocity,HD 209458,\
            330.795,18.884,47.0,6075
            51 Peg b,Confirmed,,,,0.472,0.039,,4.2308,1995,2020-11-04,Radial Velocity,51 Peg,nan,nan,14.7,5793
            X b,Confirmed,0.47,nan,inf,0.472,0.1,,4.2,1995,2020-11-04,Primary Transit#TTV,X,1,2,3,5000
            """
        let first = try planet(text)
        #expect(first[.pl_bmassj] == 0.682 && first[.pl_bmassjerr1] == 0.014 && first[.pl_bmassjerr2] == -0.015)
        #expect(first[.pl_radj] == 1.359 && first[.pl_rade] == 1.359 * 11.2089807309387 && first[.sy_dist] == 47)
        #expect(first[.hostname] == "HD 209458" && first[.disc_year] == 1999 && first[.st_teff] == 6075)
        let second = try planet(text, 1)
        #expect(second[.pl_bmassj] == 0.472 && second[.pl_bmassjerr2] == -0.039)
        #expect(second[.pl_bmassprov] == "Msini" && second[.ra] == nil)
        let third = try planet(text, 2)
        #expect(third[.pl_bmassj] == 0.47 && third[.pl_bmassjerr1] == nil && third[.pl_bmassjerr2] == nil)
        #expect(third[.extra] == #"{"mass_sini":"0.472","mass_sini_error_min":"0.1"}"#)
        #expect(third[.discoverymethod] == "Transit")
    }

    @Test func `The teaching extract: years, light-years, multiples`() throws {
        let text = """
            name,distance,stellar_magnitude,planet_type,discovery_year,mass_multiplier,mass_wrt,radius_multiplier,\
            radius_wrt,orbital_radius,orbital_period,eccentricity,detection_method
            11 Com b,304,4.7,Gas Giant,2007,19.4,Jupiter,1.08,Jupiter,1.29,0.8925393,0.23,Radial Velocity
            Kepler-22 b,635,11.6,Super Earth,2011,9.1,Earth,2.1,Earth,0.812,0.7937029,0.72,Transit
            Y b,635,11.6,Super Earth,2011,9.1,Moon,,,0.812,,0.72,Transit
            """
        let first = try planet(text)
        #expect(first[.pl_bmassj] == 19.4 && first[.pl_radj] == 1.08 && first[.pl_orbper] == 0.8925393 * 365.25)
        #expect(abs((first[.sy_dist] ?? 0) - 93.2) < 0.1 && first[.pl_orbsmax] == 1.29)
        #expect(try planet(text, 1)[.pl_bmasse] == 9.1 && planet(text, 1)[.pl_rade] == 2.1)
        let odd = try planet(text, 2)
        #expect(odd[.pl_bmasse] == nil && odd[.extra]?.contains("\"mass_wrt\":\"Moon\"") == true)
    }

    @Test func `KOI, TOI, ExoFOP`() throws {
        let koi = """
            kepid,kepoi_name,kepler_name,koi_disposition,koi_period,koi_period_err1,koi_period_err2,koi_prad,ra
            10593626,K00087.01,Kepler-22 b,CONFIRMED,289.864,0.00187,-0.00187,2.13,289.2
            10811496,K00753.01,,FALSE POSITIVE,19.899,1e-5,-1e-5,14.6,297.0
            """
        #expect(try planet(koi)[.pl_name] == "Kepler-22 b" && planet(koi, 1)[.pl_name] == "K00753.01")
        #expect(try planet(koi)[.pl_orbpererr2] == -0.00187 && planet(koi, 1)[.status] == "FALSE POSITIVE")
        let toi = "toi,tid,tfopwg_disp,pl_orbper,st_dist,rowupdate\n700.02,1,CP,37.4,31.1,2024-09-03 10:08:01\n"
        #expect(try planet(toi)[.pl_name] == "TOI-700.02" && planet(toi)[.status] == "Confirmed")
        #expect(try planet(toi)[.sy_dist] == 31.1)
        let exofop = """
            TIC ID,TOI,TFOPWG Disposition,Planet Name,RA,Dec,Period (days),Period (days) err,Planet Radius (R_Earth)
            1,700.02,CP,TOI-700 d,06:28:23.19,-65:34:43.16,37.42396,0.001,1.07
            2,701.01,PC,,06:28:23.19,-65:34:43.16,3,,2
            """
        let named = try planet(exofop)
        #expect(named[.pl_name] == "TOI-700 d" && named[.pl_orbpererr2] == -0.001 && named[.pl_rade] == 1.07)
        #expect(abs((named[.ra] ?? 0) - 97.0966) < 1e-3 && abs((named[.dec] ?? 0) + 65.5787) < 1e-3)
        #expect(try planet(exofop, 1)[.pl_name] == "TOI-701.01" && planet(exofop, 1)[.status] == "Candidate")
    }

    @Test func `The archive's tables of today and of before 2021`() throws {
        let masses = """
            pl_name,default_flag,pl_masse,pl_masseerr1,pl_msinie,pl_orbper_reflink,pl_radestr,rastr
            X b,1,5,0.5,,<a href=x>y</a>,&plusmn;,19h16m52.17s
            Y b,1,,,4,,,
            """
        let first = try planet(masses)
        #expect(first[.pl_bmasse] == 5 && first[.pl_bmasseerr1] == 0.5 && first[.pl_bmassprov] == "Mass")
        #expect(first[.rastr] == "19h16m52.17s" && first[.extra]?.contains("reflink") != true)
        #expect(try planet(masses, 1)[.pl_bmassprov] == "Msini")
        let old = """
            pl_hostname,pl_letter,pl_discmethod,pl_disc,pl_facility,pl_orbper,pl_bmassj,st_dist,st_teff
            GJ 1214,b,Transit,2009,MEarth Project,1.58,0.0197,14.55,3026
            """
        let known = try planet(old)
        #expect(known[.pl_name] == "GJ 1214 b" && known[.hostname] == "GJ 1214" && known[.disc_year] == 2009)
        #expect(known[.disc_facility] == "MEarth Project" && known[.sy_dist] == 14.55 && known[.extra] == nil)
    }

    @Test func `Open Exoplanet Catalogue and PHL`() throws {
        let oec = """
            name,binaryflag,mass,radius,period,semimajoraxis,discoverymethod,discoveryyear,lastupdate,\
            system_rightascension,system_declination,system_distance,hoststar_mass,hoststar_temperature,list
            Kepler-67 b,0,0.3,0.26,15.7,0.117,transit,2013,13/06/27,19 36 37,+46 09 59,1107,0.86,5331,Confirmed planets
            """
        let known = try planet(oec)
        #expect(known[.pl_bmassj] == 0.3 && known[.pl_radj] == 0.26 && known[.discoverymethod] == "Transit")
        #expect(abs((known[.ra] ?? 0) - 294.154) < 1e-3 && known[.sy_dist] == 1107 && known[.disc_year] == 2013)
        let phl = "P_NAME,P_MASS,P_MASS_ERROR_MIN,P_PERIOD,P_FLUX,S_NAME,S_DISTANCE\nX b,5,-0.5,10,1.1,X,12\n"
        #expect(try planet(phl)[.pl_bmasseerr2] == -0.5 && planet(phl)[.sy_dist] == 12)
    }

    @Test func `The archive's labels, with units and errors`() throws {
        let labels = try planet(
            "Planet Name,Host Name,Orbital Period [days],Orbital Period Upper Unc. [days],Planet Radius [Earth Radius],"
                + "Planet Mass or Mass*sin(i) [Jupiter Mass],Stellar Effective Temperature [K],Number of Planets\n"
                + "X b,X,3,0.1,2,1,5000,2\n")
        #expect(labels[.pl_orbper] == 3 && labels[.pl_orbpererr1] == 0.1 && labels[.pl_bmassj] == 1)
        #expect(labels[.st_teff] == 5000 && labels[.sy_pnum] == 2 && labels[.extra] == nil)
        #expect(labels[.units_given] == "pl_bmasse=pl_bmassj*317.828406594675")
    }

    @Test func `What is left out is said`() throws {
        var decoder = DiscoveryDecoder(today: { testDay })
        let text = "pl_name,pl_rade,pl_rade_reflink,foo,default_flag\nX b,2,<a>,1,1\n"
        _ = try Array(text.utf8).withUnsafeBytes {
            try decoder.decode(body: $0, as: .csv, maxRecords: 10) { _, _, _ in }
        }
        #expect(decoder.columns.dialect == "nasa" && decoder.columns.ignored.map(\.name) == ["pl_rade_reflink"])
        #expect(decoder.columns.keptAside.map(\.name) == ["foo"])
    }
}
