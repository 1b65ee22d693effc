// French for words that the server sends in English: methods, types, units, sources, formulas, rules.
// Not here: the page's own texts (fr.js), and labels of columns, which the schema brings in both languages.

export default {
  'method.Transit': 'Transit', 'method.Radial Velocity': 'Vitesse radiale', 'method.Microlensing': 'Microlentille',
  'method.Imaging': 'Imagerie', 'method.Transit Timing Variations': 'Variations du temps de transit',
  'method.Eclipse Timing Variations': 'Variations du temps d’éclipse',
  'method.Orbital Brightness Modulation': 'Modulation de luminosité orbitale',
  'method.Pulsar Timing': 'Chronométrage de pulsar', 'method.Astrometry': 'Astrométrie',
  'method.Pulsation Timing Variations': 'Variations du temps de pulsation',
  'method.Disk Kinematics': 'Cinématique du disque',

  'type.Miniterran': 'Miniterrienne', 'type.Subterran': 'Subterrienne', 'type.Terran': 'Terrienne',
  'type.Superterran': 'Superterrienne', 'type.Neptunian': 'Neptunienne', 'type.Jovian': 'Jovienne',

  'nasa.Terrestrial': 'Tellurique', 'nasa.Super Earth': 'Super-Terre', 'nasa.Neptune-like': 'Neptunienne',
  'nasa.Gas Giant': 'Géante gazeuse',

  'source.definition': 'définition', "source.Kepler's third law": 'Troisième loi de Kepler',
  'source.mean over an orbit': 'moyenne sur une orbite', 'source.rule of size and orbit': 'règle de taille et d’orbite',
  'source.first-order propagation of the errors given': 'propagation au premier ordre des erreurs données',
  'source.black body, albedo 0.3, heat spread evenly, no atmosphere':
    'corps noir, albédo 0,3, chaleur également répartie, sans atmosphère',
  "source.an atmosphere like Earth's: to compare, not measured; up to type Superterran":
    'une atmosphère comme celle de la Terre : pour comparer, non mesurée ; jusqu’au type Superterran',
  'source.two bodies, seen edge-on': 'deux corps, vus par la tranche',
  "source.averaged over the orbit's direction": 'moyenne sur l’orientation de l’orbite',
  'source.no limb darkening': 'sans assombrissement du bord',
  'source.Hill sphere at periastron': 'sphère de Hill au périastre',
  'source.Habitable Worlds Catalog (cuts)': 'Habitable Worlds Catalog (seuils)',
  'source.NASA-style: cuts inferred from its labels': 'à la NASA : seuils déduits de ses étiquettes',
  'source.two parameters, as in the Habitable Worlds Catalog':
    'deux paramètres, comme dans le Habitable Worlds Catalog',

  'formula.0, as none is given': '0, faute de valeur',
  'formula.in the zone and Subterran or Terran: 2; and Superterran: 1; else 0. Right size and orbit, nothing more':
    'dans la zone et Subterrienne ou Terrienne : 2 ; et Superterrienne : 1 ; sinon 0. Bonne taille et bonne orbite, '
    + 'rien de plus',
  'formula.quantile of the posterior: flat prior in log M, scatter and error of R':
    'quantile a posteriori : a priori plat en log M, dispersion et erreur de R',
  "formula.R = c M^s, log-normal with the branch's scatter and the error of M":
    'R = c M^s, log-normale avec la dispersion de la branche et l’erreur de M',
  'formula.2600 to 7200 K: in; from 2500 K: taken as 2600 K; else out':
    '2600 à 7200 K : dedans ; dès 2500 K : prise pour 2600 K ; sinon dehors',
  'formula.P(zone) P(size), each of a normal distribution': 'P(zone) P(taille), chacune d’une loi normale',
  'formula.R = c M^s solved for M': 'R = c M^s, résolue pour M',
  ['formula.above recent_venus hot; below early_mars cold; from maximum_greenhouse to runaway_greenhouse '
    + 'conservative; else optimistic']:
    'au-dessus de recent_venus : trop chaude ; au-dessous de early_mars : trop froide ; de maximum_greenhouse à '
    + 'runaway_greenhouse : prudente ; sinon optimiste',
  'formula.mass up to 0.1, 0.5, 3, 10, 50 or above': 'masse jusqu’à 0,1 ; 0,5 ; 3 ; 10 ; 50 ou plus',
  'formula.mass up to 1, 5.05, 38.1 or above': 'masse jusqu’à 1 ; 5,05 ; 38,1 ou plus',
  'formula.radius up to 0.4, 0.8, 1.6, 2.5, 6 or above': 'rayon jusqu’à 0,4 ; 0,8 ; 1,6 ; 2,5 ; 6 ou plus',
  'formula.radius up to 1, 2.1, 7.07 or above': 'rayon jusqu’à 1 ; 2,1 ; 7,07 ou plus',
  'formula.(R_star / a) / (1 - e^2), at most 1': '(R_star / a) / (1 - e^2), au plus 1',

  'unit.au': 'ua', 'unit.Earth radius': 'rayon terrestre', 'unit.Earth mass': 'masse terrestre',
  'unit.Jupiter radius': 'rayon jovien', 'unit.Jupiter mass': 'masse jovienne', 'unit.Solar radius': 'rayon solaire',
  'unit.Solar mass': 'masse solaire', 'unit.Earth flux': 'flux terrestre', 'unit.days': 'jours', 'unit.deg': 'degrés',
  'unit.log10(Solar luminosity)': 'log10(luminosité solaire)',

  'rule.malformed_json': 'L’enregistrement n’est pas du JSON valide',
  'rule.not_an_object': 'Un enregistrement est un objet JSON',
  'rule.duplicate_field': 'Le même champ est donné deux fois',
  'rule.too_many_fields': 'L’enregistrement a trop de champs',
  'rule.too_deep': 'Les valeurs sont imbriquées trop profondément', 'rule.too_large': 'L’enregistrement est trop long',
  'rule.malformed_csv': 'La ligne n’est pas du CSV valide',
  'rule.wrong_field_count': 'La ligne n’a pas autant de champs que l’en-tête',
  'rule.replacement_character':
    'Le texte contient U+FFFD, qui remplace une lettre illisible : envoyez le fichier en UTF-8',
  'rule.several_methods': 'Plusieurs méthodes sont données ; la première est gardée',
  'rule.method_not_listed': 'La méthode n’est aucune des onze ; elle n’est pas gardée',
  'rule.unit_assumed': 'Le nom ne dit pas l’unité, qui a été supposée',
  'rule.unknown_provenance': 'L’origine de la masse n’est aucune de Mass, Msini, Msin(i)/sin(i), M-R relationship',
  'rule.incomplete_date': 'Le jour n’est pas donné ; la date est le premier du mois ou de l’année',
  'rule.extra_cut': 'Les champs inconnus sont plus longs que ce qui en est gardé ; une partie manque',
  'rule.missing_required': 'Le champ est obligatoire', 'rule.no_identity': 'Le nom n’a ni lettre ni chiffre',
  'rule.not_a_number': 'La valeur n’est pas un nombre (sans unité)',
  'rule.number_too_big': 'Le nombre dépasse ce qu’un nombre double peut représenter',
  'rule.not_an_integer': 'La valeur n’est pas un nombre entier', 'rule.not_text': 'La valeur n’est pas un texte',
  'rule.not_a_boolean': 'La valeur n’est ni oui ni non', 'rule.not_a_flag': 'La valeur n’est ni 0 ni 1',
  'rule.not_a_date': 'La valeur n’est pas une date (AAAA-MM-JJ)', 'rule.date_in_future': 'La date est dans le futur',
  'rule.out_of_range': 'La valeur est hors des limites permises',
  'rule.error_sign': 'Une erreur supérieure est positive ou nulle, une erreur inférieure négative ou nulle',
  'rule.invalid_limit': 'Un indicateur de limite vaut -1, 0 ou 1', 'rule.too_long': 'Le texte est trop long',
  'rule.control_character': 'Le texte contient un caractère de contrôle, ou un code qui n’est pas un caractère',
  'rule.bidirectional_character': 'Le texte contient un caractère qui change le sens d’écriture de ce qui le suit',
  'rule.invisible_character': 'Le texte contient un caractère invisible',
  'rule.unknown_method': 'La méthode de découverte est inconnue',
  'rule.unknown_disposition': 'Le classement est inconnu',
  'rule.other_planet': 'Le nom n’est pas celui de la planète',
  'rule.not_newer': 'La planète a une valeur plus récente que celle de la modification',
  'rule.not_a_choice': 'La valeur n’est pas un des choix',
  'rule.conflicting_alias': 'Le champ est aussi donné sous un autre nom, avec une autre valeur',
  'rule.unit_conflict': 'Les valeurs en unités terrestres et joviennes diffèrent de plus de 25 %',
  'rule.alias_with_values': 'Un alias a un nom, le nom de la planète et une source, rien d’autre',
  'rule.alias_to_itself': 'L’alias et le nom de la planète sont le même nom',
  'rule.alias_cycle': 'Les alias tournent en rond',
  'rule.alias_conflict': 'Ce nom est déjà l’alias d’une autre planète ; retirez d’abord cet alias',
  'rule.alias_joins_planets': 'L’alias est le nom d’une planète du catalogue ; deux planètes ne sont pas réunies',
  'rule.known_alias': 'Ce nom est un alias ; la fiche va sous le nom de la planète',
  'rule.wrong_partition': 'L’enregistrement est dans une autre partition que celle de sa planète',
  'rule.withdrawal_without_key': 'Un retrait a besoin d’une clé : elle dit de quelle planète il s’agit',
  'rule.unknown_field': 'Le champ est inconnu ; il est conservé dans extra',
  'rule.unusual_value': 'La valeur est inhabituelle',
  'rule.above_archive_mass': 'La masse dépasse 30 masses de Jupiter, la limite de la NASA Exoplanet Archive',
  'rule.ambiguous_method':
    'La méthode ne dit pas de quel chronométrage il s’agit ; Transit Timing Variations est retenu',
  'rule.kepler_mismatch':
    'Période, demi-grand axe et masse de l’étoile s’écartent de la troisième loi de Kepler de plus de 20 %',
  'rule.insolation_mismatch':
    'Le flux indiqué place la planète dans une autre zone que son étoile et son orbite, qui font foi',
  'rule.periastron_inside_star': 'L’orbite traverse l’étoile',
  'rule.planet_not_smaller_than_star': 'La planète n’est pas plus petite que son étoile',
  'rule.unusual_density': 'Masse et rayon donnent une densité hors de 0,01 à 30 g/cm³',
  'rule.host_not_prefix': 'Le nom de la planète ne commence pas par celui de son étoile',
  'rule.no_planet_letter': 'Le nom n’a pas de lettre de planète (b, c…) ; une majuscule désigne une étoile',
  'rule.date_year_mismatch': 'La date de découverte n’est pas dans l’année de découverte',
  'rule.named_by_alias': 'Le nom indiqué est un alias ; la fiche est enregistrée sous le nom de la planète',
  'rule.values_dropped':
    'La fiche en remplace une autre qui avait plus de valeurs (PATCH en change une seule)',
  'rule.was_withdrawn': 'La planète avait été retirée ; elle revient',
};
