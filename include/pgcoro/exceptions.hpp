// An exception type for every SQLSTATE and for every class of them, for those who catch by type:
//
//   try { co_await db.execute("INSERT …"); }
//   catch (const pgcoro::unique_violation& e) { … e.fields().constraint_name … }
//   catch (const pgcoro::integrity_constraint_violation&) { … the rest of class 23 … }
//   catch (const pgcoro::server_error&) { … whatever else the server reported … }
//
// A code that is not in the list is thrown as its class, and one whose class is unknown as `server_error`.
#pragma once

#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/sqlstate.hpp>

namespace pgcoro {

/// Any error of a class. Thrown itself for the class's general code, "xx000".
template <sqlstate_class Class>
class PGCORO_DECL sqlstate_class_error : public server_error {
 public:
  using server_error::server_error;
};

/// An error with one particular code, other than a class's general one.
template <sqlstate Code>
class PGCORO_DECL sqlstate_error : public sqlstate_class_error<class_of(Code)> {
  static_assert(static_cast<int>(Code) % (36 * 36 * 36) != 0, "\"xx000\" is thrown as sqlstate_class_error");

 public:
  using sqlstate_class_error<class_of(Code)>::sqlstate_class_error;
};

// begin sqlstates.py: classes
using warning = sqlstate_class_error<sqlstate_class::warning>;
using no_data = sqlstate_class_error<sqlstate_class::no_data>;
using sql_statement_not_yet_complete = sqlstate_class_error<sqlstate_class::sql_statement_not_yet_complete>;
using connection_exception = sqlstate_class_error<sqlstate_class::connection_exception>;
using triggered_action_exception = sqlstate_class_error<sqlstate_class::triggered_action_exception>;
using feature_not_supported = sqlstate_class_error<sqlstate_class::feature_not_supported>;
using invalid_transaction_initiation = sqlstate_class_error<sqlstate_class::invalid_transaction_initiation>;
using locator_exception = sqlstate_class_error<sqlstate_class::locator_exception>;
using invalid_grantor = sqlstate_class_error<sqlstate_class::invalid_grantor>;
using invalid_role_specification = sqlstate_class_error<sqlstate_class::invalid_role_specification>;
using diagnostics_exception = sqlstate_class_error<sqlstate_class::diagnostics_exception>;
using xquery_error = sqlstate_class_error<sqlstate_class::xquery_error>;
using case_not_found = sqlstate_class_error<sqlstate_class::case_not_found>;
using cardinality_violation = sqlstate_class_error<sqlstate_class::cardinality_violation>;
using data_exception = sqlstate_class_error<sqlstate_class::data_exception>;
using integrity_constraint_violation = sqlstate_class_error<sqlstate_class::integrity_constraint_violation>;
using invalid_cursor_state = sqlstate_class_error<sqlstate_class::invalid_cursor_state>;
using invalid_transaction_state = sqlstate_class_error<sqlstate_class::invalid_transaction_state>;
using invalid_sql_statement_name = sqlstate_class_error<sqlstate_class::invalid_sql_statement_name>;
using triggered_data_change_violation = sqlstate_class_error<sqlstate_class::triggered_data_change_violation>;
using invalid_authorization_specification = sqlstate_class_error<sqlstate_class::invalid_authorization_specification>;
using dependent_privilege_descriptors_still_exist =
    sqlstate_class_error<sqlstate_class::dependent_privilege_descriptors_still_exist>;
using invalid_transaction_termination = sqlstate_class_error<sqlstate_class::invalid_transaction_termination>;
using sql_routine_exception = sqlstate_class_error<sqlstate_class::sql_routine_exception>;
using invalid_cursor_name = sqlstate_class_error<sqlstate_class::invalid_cursor_name>;
using external_routine_exception = sqlstate_class_error<sqlstate_class::external_routine_exception>;
using external_routine_invocation_exception =
    sqlstate_class_error<sqlstate_class::external_routine_invocation_exception>;
using savepoint_exception = sqlstate_class_error<sqlstate_class::savepoint_exception>;
using invalid_catalog_name = sqlstate_class_error<sqlstate_class::invalid_catalog_name>;
using invalid_schema_name = sqlstate_class_error<sqlstate_class::invalid_schema_name>;
using transaction_rollback = sqlstate_class_error<sqlstate_class::transaction_rollback>;
using syntax_error_or_access_rule_violation =
    sqlstate_class_error<sqlstate_class::syntax_error_or_access_rule_violation>;
using with_check_option_violation = sqlstate_class_error<sqlstate_class::with_check_option_violation>;
using insufficient_resources = sqlstate_class_error<sqlstate_class::insufficient_resources>;
using program_limit_exceeded = sqlstate_class_error<sqlstate_class::program_limit_exceeded>;
using object_not_in_prerequisite_state = sqlstate_class_error<sqlstate_class::object_not_in_prerequisite_state>;
using operator_intervention = sqlstate_class_error<sqlstate_class::operator_intervention>;
using system_error = sqlstate_class_error<sqlstate_class::system_error>;
using snapshot_too_old = sqlstate_class_error<sqlstate_class::snapshot_too_old>;
using config_file_error = sqlstate_class_error<sqlstate_class::config_file_error>;
using fdw_error = sqlstate_class_error<sqlstate_class::fdw_error>;
using plpgsql_error = sqlstate_class_error<sqlstate_class::plpgsql_error>;
using internal_error = sqlstate_class_error<sqlstate_class::internal_error>;
// end sqlstates.py

// begin sqlstates.py: conditions
// 01: warning
using null_value_eliminated_in_set_function = sqlstate_error<sqlstate::null_value_eliminated_in_set_function>;
using warning_string_data_right_truncation = sqlstate_error<sqlstate::warning_string_data_right_truncation>;
using privilege_not_revoked = sqlstate_error<sqlstate::privilege_not_revoked>;
using privilege_not_granted = sqlstate_error<sqlstate::privilege_not_granted>;
using implicit_zero_bit_padding = sqlstate_error<sqlstate::implicit_zero_bit_padding>;
using dynamic_result_sets_returned = sqlstate_error<sqlstate::dynamic_result_sets_returned>;
using deprecated_feature = sqlstate_error<sqlstate::deprecated_feature>;

// 02: no data
using no_additional_dynamic_result_sets_returned = sqlstate_error<sqlstate::no_additional_dynamic_result_sets_returned>;

// 08: connection exception
using sqlclient_unable_to_establish_sqlconnection =
    sqlstate_error<sqlstate::sqlclient_unable_to_establish_sqlconnection>;
using connection_does_not_exist = sqlstate_error<sqlstate::connection_does_not_exist>;
using sqlserver_rejected_establishment_of_sqlconnection =
    sqlstate_error<sqlstate::sqlserver_rejected_establishment_of_sqlconnection>;
using connection_failure = sqlstate_error<sqlstate::connection_failure>;
using transaction_resolution_unknown = sqlstate_error<sqlstate::transaction_resolution_unknown>;
using protocol_violation = sqlstate_error<sqlstate::protocol_violation>;

// 0F: locator exception
using invalid_locator_specification = sqlstate_error<sqlstate::invalid_locator_specification>;

// 0L: invalid grantor
using invalid_grant_operation = sqlstate_error<sqlstate::invalid_grant_operation>;

// 0Z: diagnostics exception
using stacked_diagnostics_accessed_without_active_handler =
    sqlstate_error<sqlstate::stacked_diagnostics_accessed_without_active_handler>;

// 10: xquery error
using invalid_argument_for_xquery = sqlstate_error<sqlstate::invalid_argument_for_xquery>;

// 22: data exception
using string_data_right_truncation = sqlstate_error<sqlstate::string_data_right_truncation>;
using null_value_no_indicator_parameter = sqlstate_error<sqlstate::null_value_no_indicator_parameter>;
using numeric_value_out_of_range = sqlstate_error<sqlstate::numeric_value_out_of_range>;
using null_value_not_allowed = sqlstate_error<sqlstate::null_value_not_allowed>;
using error_in_assignment = sqlstate_error<sqlstate::error_in_assignment>;
using invalid_datetime_format = sqlstate_error<sqlstate::invalid_datetime_format>;
using datetime_field_overflow = sqlstate_error<sqlstate::datetime_field_overflow>;
using invalid_time_zone_displacement_value = sqlstate_error<sqlstate::invalid_time_zone_displacement_value>;
using escape_character_conflict = sqlstate_error<sqlstate::escape_character_conflict>;
using invalid_use_of_escape_character = sqlstate_error<sqlstate::invalid_use_of_escape_character>;
using invalid_escape_octet = sqlstate_error<sqlstate::invalid_escape_octet>;
using zero_length_character_string = sqlstate_error<sqlstate::zero_length_character_string>;
using most_specific_type_mismatch = sqlstate_error<sqlstate::most_specific_type_mismatch>;
using sequence_generator_limit_exceeded = sqlstate_error<sqlstate::sequence_generator_limit_exceeded>;
using not_an_xml_document = sqlstate_error<sqlstate::not_an_xml_document>;
using invalid_xml_document = sqlstate_error<sqlstate::invalid_xml_document>;
using invalid_xml_content = sqlstate_error<sqlstate::invalid_xml_content>;
using invalid_xml_comment = sqlstate_error<sqlstate::invalid_xml_comment>;
using invalid_xml_processing_instruction = sqlstate_error<sqlstate::invalid_xml_processing_instruction>;
using invalid_indicator_parameter_value = sqlstate_error<sqlstate::invalid_indicator_parameter_value>;
using substring_error = sqlstate_error<sqlstate::substring_error>;
using division_by_zero = sqlstate_error<sqlstate::division_by_zero>;
using invalid_preceding_or_following_size = sqlstate_error<sqlstate::invalid_preceding_or_following_size>;
using invalid_argument_for_ntile_function = sqlstate_error<sqlstate::invalid_argument_for_ntile_function>;
using interval_field_overflow = sqlstate_error<sqlstate::interval_field_overflow>;
using invalid_argument_for_nth_value_function = sqlstate_error<sqlstate::invalid_argument_for_nth_value_function>;
using invalid_character_value_for_cast = sqlstate_error<sqlstate::invalid_character_value_for_cast>;
using invalid_escape_character = sqlstate_error<sqlstate::invalid_escape_character>;
using invalid_regular_expression = sqlstate_error<sqlstate::invalid_regular_expression>;
using invalid_argument_for_logarithm = sqlstate_error<sqlstate::invalid_argument_for_logarithm>;
using invalid_argument_for_power_function = sqlstate_error<sqlstate::invalid_argument_for_power_function>;
using invalid_argument_for_width_bucket_function = sqlstate_error<sqlstate::invalid_argument_for_width_bucket_function>;
using invalid_row_count_in_limit_clause = sqlstate_error<sqlstate::invalid_row_count_in_limit_clause>;
using invalid_row_count_in_result_offset_clause = sqlstate_error<sqlstate::invalid_row_count_in_result_offset_clause>;
using character_not_in_repertoire = sqlstate_error<sqlstate::character_not_in_repertoire>;
using indicator_overflow = sqlstate_error<sqlstate::indicator_overflow>;
using invalid_parameter_value = sqlstate_error<sqlstate::invalid_parameter_value>;
using unterminated_c_string = sqlstate_error<sqlstate::unterminated_c_string>;
using invalid_escape_sequence = sqlstate_error<sqlstate::invalid_escape_sequence>;
using string_data_length_mismatch = sqlstate_error<sqlstate::string_data_length_mismatch>;
using trim_error = sqlstate_error<sqlstate::trim_error>;
using array_subscript_error = sqlstate_error<sqlstate::array_subscript_error>;
using invalid_tablesample_repeat = sqlstate_error<sqlstate::invalid_tablesample_repeat>;
using invalid_tablesample_argument = sqlstate_error<sqlstate::invalid_tablesample_argument>;
using duplicate_json_object_key_value = sqlstate_error<sqlstate::duplicate_json_object_key_value>;
using invalid_argument_for_sql_json_datetime_function =
    sqlstate_error<sqlstate::invalid_argument_for_sql_json_datetime_function>;
using invalid_json_text = sqlstate_error<sqlstate::invalid_json_text>;
using invalid_sql_json_subscript = sqlstate_error<sqlstate::invalid_sql_json_subscript>;
using more_than_one_sql_json_item = sqlstate_error<sqlstate::more_than_one_sql_json_item>;
using no_sql_json_item = sqlstate_error<sqlstate::no_sql_json_item>;
using non_numeric_sql_json_item = sqlstate_error<sqlstate::non_numeric_sql_json_item>;
using non_unique_keys_in_a_json_object = sqlstate_error<sqlstate::non_unique_keys_in_a_json_object>;
using singleton_sql_json_item_required = sqlstate_error<sqlstate::singleton_sql_json_item_required>;
using sql_json_array_not_found = sqlstate_error<sqlstate::sql_json_array_not_found>;
using sql_json_member_not_found = sqlstate_error<sqlstate::sql_json_member_not_found>;
using sql_json_number_not_found = sqlstate_error<sqlstate::sql_json_number_not_found>;
using sql_json_object_not_found = sqlstate_error<sqlstate::sql_json_object_not_found>;
using too_many_json_array_elements = sqlstate_error<sqlstate::too_many_json_array_elements>;
using too_many_json_object_members = sqlstate_error<sqlstate::too_many_json_object_members>;
using sql_json_scalar_required = sqlstate_error<sqlstate::sql_json_scalar_required>;
using sql_json_item_cannot_be_cast_to_target_type =
    sqlstate_error<sqlstate::sql_json_item_cannot_be_cast_to_target_type>;
using floating_point_exception = sqlstate_error<sqlstate::floating_point_exception>;
using invalid_text_representation = sqlstate_error<sqlstate::invalid_text_representation>;
using invalid_binary_representation = sqlstate_error<sqlstate::invalid_binary_representation>;
using bad_copy_file_format = sqlstate_error<sqlstate::bad_copy_file_format>;
using untranslatable_character = sqlstate_error<sqlstate::untranslatable_character>;
using nonstandard_use_of_escape_character = sqlstate_error<sqlstate::nonstandard_use_of_escape_character>;

// 23: integrity constraint violation
using restrict_violation = sqlstate_error<sqlstate::restrict_violation>;
using not_null_violation = sqlstate_error<sqlstate::not_null_violation>;
using foreign_key_violation = sqlstate_error<sqlstate::foreign_key_violation>;
using unique_violation = sqlstate_error<sqlstate::unique_violation>;
using check_violation = sqlstate_error<sqlstate::check_violation>;
using exclusion_violation = sqlstate_error<sqlstate::exclusion_violation>;

// 25: invalid transaction state
using active_sql_transaction = sqlstate_error<sqlstate::active_sql_transaction>;
using branch_transaction_already_active = sqlstate_error<sqlstate::branch_transaction_already_active>;
using inappropriate_access_mode_for_branch_transaction =
    sqlstate_error<sqlstate::inappropriate_access_mode_for_branch_transaction>;
using inappropriate_isolation_level_for_branch_transaction =
    sqlstate_error<sqlstate::inappropriate_isolation_level_for_branch_transaction>;
using no_active_sql_transaction_for_branch_transaction =
    sqlstate_error<sqlstate::no_active_sql_transaction_for_branch_transaction>;
using read_only_sql_transaction = sqlstate_error<sqlstate::read_only_sql_transaction>;
using schema_and_data_statement_mixing_not_supported =
    sqlstate_error<sqlstate::schema_and_data_statement_mixing_not_supported>;
using held_cursor_requires_same_isolation_level = sqlstate_error<sqlstate::held_cursor_requires_same_isolation_level>;
using no_active_sql_transaction = sqlstate_error<sqlstate::no_active_sql_transaction>;
using in_failed_sql_transaction = sqlstate_error<sqlstate::in_failed_sql_transaction>;
using idle_in_transaction_session_timeout = sqlstate_error<sqlstate::idle_in_transaction_session_timeout>;
using transaction_timeout = sqlstate_error<sqlstate::transaction_timeout>;

// 28: invalid authorization specification
using invalid_password = sqlstate_error<sqlstate::invalid_password>;

// 2B: dependent privilege descriptors still exist
using dependent_objects_still_exist = sqlstate_error<sqlstate::dependent_objects_still_exist>;

// 2F: sql routine exception
using modifying_sql_data_not_permitted = sqlstate_error<sqlstate::modifying_sql_data_not_permitted>;
using prohibited_sql_statement_attempted = sqlstate_error<sqlstate::prohibited_sql_statement_attempted>;
using reading_sql_data_not_permitted = sqlstate_error<sqlstate::reading_sql_data_not_permitted>;
using function_executed_no_return_statement = sqlstate_error<sqlstate::function_executed_no_return_statement>;

// 38: external routine exception
using containing_sql_not_permitted = sqlstate_error<sqlstate::containing_sql_not_permitted>;
using external_routine_modifying_sql_data_not_permitted =
    sqlstate_error<sqlstate::external_routine_modifying_sql_data_not_permitted>;
using external_routine_prohibited_sql_statement_attempted =
    sqlstate_error<sqlstate::external_routine_prohibited_sql_statement_attempted>;
using external_routine_reading_sql_data_not_permitted =
    sqlstate_error<sqlstate::external_routine_reading_sql_data_not_permitted>;

// 39: external routine invocation exception
using invalid_sqlstate_returned = sqlstate_error<sqlstate::invalid_sqlstate_returned>;
using external_routine_null_value_not_allowed = sqlstate_error<sqlstate::external_routine_null_value_not_allowed>;
using trigger_protocol_violated = sqlstate_error<sqlstate::trigger_protocol_violated>;
using srf_protocol_violated = sqlstate_error<sqlstate::srf_protocol_violated>;
using event_trigger_protocol_violated = sqlstate_error<sqlstate::event_trigger_protocol_violated>;

// 3B: savepoint exception
using invalid_savepoint_specification = sqlstate_error<sqlstate::invalid_savepoint_specification>;

// 40: transaction rollback
using serialization_failure = sqlstate_error<sqlstate::serialization_failure>;
using transaction_integrity_constraint_violation = sqlstate_error<sqlstate::transaction_integrity_constraint_violation>;
using statement_completion_unknown = sqlstate_error<sqlstate::statement_completion_unknown>;
using deadlock_detected = sqlstate_error<sqlstate::deadlock_detected>;

// 42: syntax error or access rule violation
using insufficient_privilege = sqlstate_error<sqlstate::insufficient_privilege>;
using syntax_error = sqlstate_error<sqlstate::syntax_error>;
using invalid_name = sqlstate_error<sqlstate::invalid_name>;
using invalid_column_definition = sqlstate_error<sqlstate::invalid_column_definition>;
using name_too_long = sqlstate_error<sqlstate::name_too_long>;
using duplicate_column = sqlstate_error<sqlstate::duplicate_column>;
using ambiguous_column = sqlstate_error<sqlstate::ambiguous_column>;
using undefined_column = sqlstate_error<sqlstate::undefined_column>;
using undefined_object = sqlstate_error<sqlstate::undefined_object>;
using duplicate_object = sqlstate_error<sqlstate::duplicate_object>;
using duplicate_alias = sqlstate_error<sqlstate::duplicate_alias>;
using duplicate_function = sqlstate_error<sqlstate::duplicate_function>;
using ambiguous_function = sqlstate_error<sqlstate::ambiguous_function>;
using grouping_error = sqlstate_error<sqlstate::grouping_error>;
using datatype_mismatch = sqlstate_error<sqlstate::datatype_mismatch>;
using wrong_object_type = sqlstate_error<sqlstate::wrong_object_type>;
using invalid_foreign_key = sqlstate_error<sqlstate::invalid_foreign_key>;
using cannot_coerce = sqlstate_error<sqlstate::cannot_coerce>;
using undefined_function = sqlstate_error<sqlstate::undefined_function>;
using generated_always = sqlstate_error<sqlstate::generated_always>;
using reserved_name = sqlstate_error<sqlstate::reserved_name>;
using undefined_table = sqlstate_error<sqlstate::undefined_table>;
using undefined_parameter = sqlstate_error<sqlstate::undefined_parameter>;
using duplicate_cursor = sqlstate_error<sqlstate::duplicate_cursor>;
using duplicate_database = sqlstate_error<sqlstate::duplicate_database>;
using duplicate_prepared_statement = sqlstate_error<sqlstate::duplicate_prepared_statement>;
using duplicate_schema = sqlstate_error<sqlstate::duplicate_schema>;
using duplicate_table = sqlstate_error<sqlstate::duplicate_table>;
using ambiguous_parameter = sqlstate_error<sqlstate::ambiguous_parameter>;
using ambiguous_alias = sqlstate_error<sqlstate::ambiguous_alias>;
using invalid_column_reference = sqlstate_error<sqlstate::invalid_column_reference>;
using invalid_cursor_definition = sqlstate_error<sqlstate::invalid_cursor_definition>;
using invalid_database_definition = sqlstate_error<sqlstate::invalid_database_definition>;
using invalid_function_definition = sqlstate_error<sqlstate::invalid_function_definition>;
using invalid_prepared_statement_definition = sqlstate_error<sqlstate::invalid_prepared_statement_definition>;
using invalid_schema_definition = sqlstate_error<sqlstate::invalid_schema_definition>;
using invalid_table_definition = sqlstate_error<sqlstate::invalid_table_definition>;
using invalid_object_definition = sqlstate_error<sqlstate::invalid_object_definition>;
using indeterminate_datatype = sqlstate_error<sqlstate::indeterminate_datatype>;
using invalid_recursion = sqlstate_error<sqlstate::invalid_recursion>;
using windowing_error = sqlstate_error<sqlstate::windowing_error>;
using collation_mismatch = sqlstate_error<sqlstate::collation_mismatch>;
using indeterminate_collation = sqlstate_error<sqlstate::indeterminate_collation>;

// 53: insufficient resources
using disk_full = sqlstate_error<sqlstate::disk_full>;
using out_of_memory = sqlstate_error<sqlstate::out_of_memory>;
using too_many_connections = sqlstate_error<sqlstate::too_many_connections>;
using configuration_limit_exceeded = sqlstate_error<sqlstate::configuration_limit_exceeded>;

// 54: program limit exceeded
using statement_too_complex = sqlstate_error<sqlstate::statement_too_complex>;
using too_many_columns = sqlstate_error<sqlstate::too_many_columns>;
using too_many_arguments = sqlstate_error<sqlstate::too_many_arguments>;

// 55: object not in prerequisite state
using object_in_use = sqlstate_error<sqlstate::object_in_use>;
using cant_change_runtime_param = sqlstate_error<sqlstate::cant_change_runtime_param>;
using lock_not_available = sqlstate_error<sqlstate::lock_not_available>;
using unsafe_new_enum_value_usage = sqlstate_error<sqlstate::unsafe_new_enum_value_usage>;

// 57: operator intervention
using query_canceled = sqlstate_error<sqlstate::query_canceled>;
using admin_shutdown = sqlstate_error<sqlstate::admin_shutdown>;
using crash_shutdown = sqlstate_error<sqlstate::crash_shutdown>;
using cannot_connect_now = sqlstate_error<sqlstate::cannot_connect_now>;
using database_dropped = sqlstate_error<sqlstate::database_dropped>;
using idle_session_timeout = sqlstate_error<sqlstate::idle_session_timeout>;

// 58: system error
using io_error = sqlstate_error<sqlstate::io_error>;
using undefined_file = sqlstate_error<sqlstate::undefined_file>;
using duplicate_file = sqlstate_error<sqlstate::duplicate_file>;
using file_name_too_long = sqlstate_error<sqlstate::file_name_too_long>;

// F0: configuration file error
using lock_file_exists = sqlstate_error<sqlstate::lock_file_exists>;

// HV: foreign data wrapper error
using fdw_out_of_memory = sqlstate_error<sqlstate::fdw_out_of_memory>;
using fdw_dynamic_parameter_value_needed = sqlstate_error<sqlstate::fdw_dynamic_parameter_value_needed>;
using fdw_invalid_data_type = sqlstate_error<sqlstate::fdw_invalid_data_type>;
using fdw_column_name_not_found = sqlstate_error<sqlstate::fdw_column_name_not_found>;
using fdw_invalid_data_type_descriptors = sqlstate_error<sqlstate::fdw_invalid_data_type_descriptors>;
using fdw_invalid_column_name = sqlstate_error<sqlstate::fdw_invalid_column_name>;
using fdw_invalid_column_number = sqlstate_error<sqlstate::fdw_invalid_column_number>;
using fdw_invalid_use_of_null_pointer = sqlstate_error<sqlstate::fdw_invalid_use_of_null_pointer>;
using fdw_invalid_string_format = sqlstate_error<sqlstate::fdw_invalid_string_format>;
using fdw_invalid_handle = sqlstate_error<sqlstate::fdw_invalid_handle>;
using fdw_invalid_option_index = sqlstate_error<sqlstate::fdw_invalid_option_index>;
using fdw_invalid_option_name = sqlstate_error<sqlstate::fdw_invalid_option_name>;
using fdw_option_name_not_found = sqlstate_error<sqlstate::fdw_option_name_not_found>;
using fdw_reply_handle = sqlstate_error<sqlstate::fdw_reply_handle>;
using fdw_unable_to_create_execution = sqlstate_error<sqlstate::fdw_unable_to_create_execution>;
using fdw_unable_to_create_reply = sqlstate_error<sqlstate::fdw_unable_to_create_reply>;
using fdw_unable_to_establish_connection = sqlstate_error<sqlstate::fdw_unable_to_establish_connection>;
using fdw_no_schemas = sqlstate_error<sqlstate::fdw_no_schemas>;
using fdw_schema_not_found = sqlstate_error<sqlstate::fdw_schema_not_found>;
using fdw_table_not_found = sqlstate_error<sqlstate::fdw_table_not_found>;
using fdw_function_sequence_error = sqlstate_error<sqlstate::fdw_function_sequence_error>;
using fdw_too_many_handles = sqlstate_error<sqlstate::fdw_too_many_handles>;
using fdw_inconsistent_descriptor_information = sqlstate_error<sqlstate::fdw_inconsistent_descriptor_information>;
using fdw_invalid_attribute_value = sqlstate_error<sqlstate::fdw_invalid_attribute_value>;
using fdw_invalid_string_length_or_buffer_length = sqlstate_error<sqlstate::fdw_invalid_string_length_or_buffer_length>;
using fdw_invalid_descriptor_field_identifier = sqlstate_error<sqlstate::fdw_invalid_descriptor_field_identifier>;

// P0: pl/pgsql error
using raise_exception = sqlstate_error<sqlstate::raise_exception>;
using no_data_found = sqlstate_error<sqlstate::no_data_found>;
using too_many_rows = sqlstate_error<sqlstate::too_many_rows>;
using assert_failure = sqlstate_error<sqlstate::assert_failure>;

// XX: internal error
using data_corrupted = sqlstate_error<sqlstate::data_corrupted>;
using index_corrupted = sqlstate_error<sqlstate::index_corrupted>;
// end sqlstates.py

}  // namespace pgcoro
