// The rules for a request's address, query and header fields: their stable codes, in one place. PlanetCore's Rule.swift
// has those of a record, BodyError.Code those of a body.

package enum RequestRule: String, Sendable, CaseIterable {
    case unknown_parameter
    case unknown_column
    case unknown_comparison
    case unknown_aggregate
    case too_often
    case not_a_number
    case not_a_boolean
    case not_a_choice
    case out_of_range
    case not_a_position
    case as_of_not_stored_yet
    case unknown_coding
    case too_many_parameters
    case too_long
    case not_printable
    case unknown_host
    case foreign_origin
    case not_an_entity_tag
    case precondition_failed
    case condition_on_many
    case unknown_class
    case class_closed
    case not_a_name
    case not_a_time
    case unknown_member
    case missing_member
}
