// Every SQLSTATE of PostgreSQL 18 as an error code, and every class of them as an error condition.
//
//   if (e.code() == pgcoro::sqlstate::unique_violation) …
//   if (e.code() == pgcoro::sqlstate_class::integrity_constraint_violation) …
//
// The names are those of the documentation's appendix "PostgreSQL Error Codes"; where two conditions share a name, the
// rarer one carries its class as a prefix. A code that is not in the list still is an error code with its own value.
#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/error_condition.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>

namespace pgcoro {

namespace detail {

/// The digit that a character of a SQLSTATE stands for, base 36; -1 where it stands for none.
constexpr int sqlstate_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return -1;
}

/// A SQLSTATE (five characters) or a class (two) written as a literal, packed base 36.
template <std::size_t Size>
consteval int pack_sqlstate(const char (&text)[Size]) {
  int packed = 0;
  for (std::size_t i = 0; i + 1 < Size; ++i) packed = packed * 36 + sqlstate_digit(text[i]);
  return packed;
}

}  // namespace detail

/// The conditions, each with the value of its five characters read as a number of base 36.
enum class sqlstate : int {
  // begin sqlstates.py: conditions
  // 00: successful completion
  successful_completion = detail::pack_sqlstate("00000"),

  // 01: warning
  warning = detail::pack_sqlstate("01000"),
  null_value_eliminated_in_set_function = detail::pack_sqlstate("01003"),
  warning_string_data_right_truncation = detail::pack_sqlstate("01004"),
  privilege_not_revoked = detail::pack_sqlstate("01006"),
  privilege_not_granted = detail::pack_sqlstate("01007"),
  implicit_zero_bit_padding = detail::pack_sqlstate("01008"),
  dynamic_result_sets_returned = detail::pack_sqlstate("0100C"),
  deprecated_feature = detail::pack_sqlstate("01P01"),

  // 02: no data
  no_data = detail::pack_sqlstate("02000"),
  no_additional_dynamic_result_sets_returned = detail::pack_sqlstate("02001"),

  // 03: sql statement not yet complete
  sql_statement_not_yet_complete = detail::pack_sqlstate("03000"),

  // 08: connection exception
  connection_exception = detail::pack_sqlstate("08000"),
  sqlclient_unable_to_establish_sqlconnection = detail::pack_sqlstate("08001"),
  connection_does_not_exist = detail::pack_sqlstate("08003"),
  sqlserver_rejected_establishment_of_sqlconnection = detail::pack_sqlstate("08004"),
  connection_failure = detail::pack_sqlstate("08006"),
  transaction_resolution_unknown = detail::pack_sqlstate("08007"),
  protocol_violation = detail::pack_sqlstate("08P01"),

  // 09: triggered action exception
  triggered_action_exception = detail::pack_sqlstate("09000"),

  // 0A: feature not supported
  feature_not_supported = detail::pack_sqlstate("0A000"),

  // 0B: invalid transaction initiation
  invalid_transaction_initiation = detail::pack_sqlstate("0B000"),

  // 0F: locator exception
  locator_exception = detail::pack_sqlstate("0F000"),
  invalid_locator_specification = detail::pack_sqlstate("0F001"),

  // 0L: invalid grantor
  invalid_grantor = detail::pack_sqlstate("0L000"),
  invalid_grant_operation = detail::pack_sqlstate("0LP01"),

  // 0P: invalid role specification
  invalid_role_specification = detail::pack_sqlstate("0P000"),

  // 0Z: diagnostics exception
  diagnostics_exception = detail::pack_sqlstate("0Z000"),
  stacked_diagnostics_accessed_without_active_handler = detail::pack_sqlstate("0Z002"),

  // 10: xquery error
  invalid_argument_for_xquery = detail::pack_sqlstate("10608"),

  // 20: case not found
  case_not_found = detail::pack_sqlstate("20000"),

  // 21: cardinality violation
  cardinality_violation = detail::pack_sqlstate("21000"),

  // 22: data exception
  data_exception = detail::pack_sqlstate("22000"),
  string_data_right_truncation = detail::pack_sqlstate("22001"),
  null_value_no_indicator_parameter = detail::pack_sqlstate("22002"),
  numeric_value_out_of_range = detail::pack_sqlstate("22003"),
  null_value_not_allowed = detail::pack_sqlstate("22004"),
  error_in_assignment = detail::pack_sqlstate("22005"),
  invalid_datetime_format = detail::pack_sqlstate("22007"),
  datetime_field_overflow = detail::pack_sqlstate("22008"),
  invalid_time_zone_displacement_value = detail::pack_sqlstate("22009"),
  escape_character_conflict = detail::pack_sqlstate("2200B"),
  invalid_use_of_escape_character = detail::pack_sqlstate("2200C"),
  invalid_escape_octet = detail::pack_sqlstate("2200D"),
  zero_length_character_string = detail::pack_sqlstate("2200F"),
  most_specific_type_mismatch = detail::pack_sqlstate("2200G"),
  sequence_generator_limit_exceeded = detail::pack_sqlstate("2200H"),
  not_an_xml_document = detail::pack_sqlstate("2200L"),
  invalid_xml_document = detail::pack_sqlstate("2200M"),
  invalid_xml_content = detail::pack_sqlstate("2200N"),
  invalid_xml_comment = detail::pack_sqlstate("2200S"),
  invalid_xml_processing_instruction = detail::pack_sqlstate("2200T"),
  invalid_indicator_parameter_value = detail::pack_sqlstate("22010"),
  substring_error = detail::pack_sqlstate("22011"),
  division_by_zero = detail::pack_sqlstate("22012"),
  invalid_preceding_or_following_size = detail::pack_sqlstate("22013"),
  invalid_argument_for_ntile_function = detail::pack_sqlstate("22014"),
  interval_field_overflow = detail::pack_sqlstate("22015"),
  invalid_argument_for_nth_value_function = detail::pack_sqlstate("22016"),
  invalid_character_value_for_cast = detail::pack_sqlstate("22018"),
  invalid_escape_character = detail::pack_sqlstate("22019"),
  invalid_regular_expression = detail::pack_sqlstate("2201B"),
  invalid_argument_for_logarithm = detail::pack_sqlstate("2201E"),
  invalid_argument_for_power_function = detail::pack_sqlstate("2201F"),
  invalid_argument_for_width_bucket_function = detail::pack_sqlstate("2201G"),
  invalid_row_count_in_limit_clause = detail::pack_sqlstate("2201W"),
  invalid_row_count_in_result_offset_clause = detail::pack_sqlstate("2201X"),
  character_not_in_repertoire = detail::pack_sqlstate("22021"),
  indicator_overflow = detail::pack_sqlstate("22022"),
  invalid_parameter_value = detail::pack_sqlstate("22023"),
  unterminated_c_string = detail::pack_sqlstate("22024"),
  invalid_escape_sequence = detail::pack_sqlstate("22025"),
  string_data_length_mismatch = detail::pack_sqlstate("22026"),
  trim_error = detail::pack_sqlstate("22027"),
  array_subscript_error = detail::pack_sqlstate("2202E"),
  invalid_tablesample_repeat = detail::pack_sqlstate("2202G"),
  invalid_tablesample_argument = detail::pack_sqlstate("2202H"),
  duplicate_json_object_key_value = detail::pack_sqlstate("22030"),
  invalid_argument_for_sql_json_datetime_function = detail::pack_sqlstate("22031"),
  invalid_json_text = detail::pack_sqlstate("22032"),
  invalid_sql_json_subscript = detail::pack_sqlstate("22033"),
  more_than_one_sql_json_item = detail::pack_sqlstate("22034"),
  no_sql_json_item = detail::pack_sqlstate("22035"),
  non_numeric_sql_json_item = detail::pack_sqlstate("22036"),
  non_unique_keys_in_a_json_object = detail::pack_sqlstate("22037"),
  singleton_sql_json_item_required = detail::pack_sqlstate("22038"),
  sql_json_array_not_found = detail::pack_sqlstate("22039"),
  sql_json_member_not_found = detail::pack_sqlstate("2203A"),
  sql_json_number_not_found = detail::pack_sqlstate("2203B"),
  sql_json_object_not_found = detail::pack_sqlstate("2203C"),
  too_many_json_array_elements = detail::pack_sqlstate("2203D"),
  too_many_json_object_members = detail::pack_sqlstate("2203E"),
  sql_json_scalar_required = detail::pack_sqlstate("2203F"),
  sql_json_item_cannot_be_cast_to_target_type = detail::pack_sqlstate("2203G"),
  floating_point_exception = detail::pack_sqlstate("22P01"),
  invalid_text_representation = detail::pack_sqlstate("22P02"),
  invalid_binary_representation = detail::pack_sqlstate("22P03"),
  bad_copy_file_format = detail::pack_sqlstate("22P04"),
  untranslatable_character = detail::pack_sqlstate("22P05"),
  nonstandard_use_of_escape_character = detail::pack_sqlstate("22P06"),

  // 23: integrity constraint violation
  integrity_constraint_violation = detail::pack_sqlstate("23000"),
  restrict_violation = detail::pack_sqlstate("23001"),
  not_null_violation = detail::pack_sqlstate("23502"),
  foreign_key_violation = detail::pack_sqlstate("23503"),
  unique_violation = detail::pack_sqlstate("23505"),
  check_violation = detail::pack_sqlstate("23514"),
  exclusion_violation = detail::pack_sqlstate("23P01"),

  // 24: invalid cursor state
  invalid_cursor_state = detail::pack_sqlstate("24000"),

  // 25: invalid transaction state
  invalid_transaction_state = detail::pack_sqlstate("25000"),
  active_sql_transaction = detail::pack_sqlstate("25001"),
  branch_transaction_already_active = detail::pack_sqlstate("25002"),
  inappropriate_access_mode_for_branch_transaction = detail::pack_sqlstate("25003"),
  inappropriate_isolation_level_for_branch_transaction = detail::pack_sqlstate("25004"),
  no_active_sql_transaction_for_branch_transaction = detail::pack_sqlstate("25005"),
  read_only_sql_transaction = detail::pack_sqlstate("25006"),
  schema_and_data_statement_mixing_not_supported = detail::pack_sqlstate("25007"),
  held_cursor_requires_same_isolation_level = detail::pack_sqlstate("25008"),
  no_active_sql_transaction = detail::pack_sqlstate("25P01"),
  in_failed_sql_transaction = detail::pack_sqlstate("25P02"),
  idle_in_transaction_session_timeout = detail::pack_sqlstate("25P03"),
  transaction_timeout = detail::pack_sqlstate("25P04"),

  // 26: invalid sql statement name
  invalid_sql_statement_name = detail::pack_sqlstate("26000"),

  // 27: triggered data change violation
  triggered_data_change_violation = detail::pack_sqlstate("27000"),

  // 28: invalid authorization specification
  invalid_authorization_specification = detail::pack_sqlstate("28000"),
  invalid_password = detail::pack_sqlstate("28P01"),

  // 2B: dependent privilege descriptors still exist
  dependent_privilege_descriptors_still_exist = detail::pack_sqlstate("2B000"),
  dependent_objects_still_exist = detail::pack_sqlstate("2BP01"),

  // 2D: invalid transaction termination
  invalid_transaction_termination = detail::pack_sqlstate("2D000"),

  // 2F: sql routine exception
  sql_routine_exception = detail::pack_sqlstate("2F000"),
  modifying_sql_data_not_permitted = detail::pack_sqlstate("2F002"),
  prohibited_sql_statement_attempted = detail::pack_sqlstate("2F003"),
  reading_sql_data_not_permitted = detail::pack_sqlstate("2F004"),
  function_executed_no_return_statement = detail::pack_sqlstate("2F005"),

  // 34: invalid cursor name
  invalid_cursor_name = detail::pack_sqlstate("34000"),

  // 38: external routine exception
  external_routine_exception = detail::pack_sqlstate("38000"),
  containing_sql_not_permitted = detail::pack_sqlstate("38001"),
  external_routine_modifying_sql_data_not_permitted = detail::pack_sqlstate("38002"),
  external_routine_prohibited_sql_statement_attempted = detail::pack_sqlstate("38003"),
  external_routine_reading_sql_data_not_permitted = detail::pack_sqlstate("38004"),

  // 39: external routine invocation exception
  external_routine_invocation_exception = detail::pack_sqlstate("39000"),
  invalid_sqlstate_returned = detail::pack_sqlstate("39001"),
  external_routine_null_value_not_allowed = detail::pack_sqlstate("39004"),
  trigger_protocol_violated = detail::pack_sqlstate("39P01"),
  srf_protocol_violated = detail::pack_sqlstate("39P02"),
  event_trigger_protocol_violated = detail::pack_sqlstate("39P03"),

  // 3B: savepoint exception
  savepoint_exception = detail::pack_sqlstate("3B000"),
  invalid_savepoint_specification = detail::pack_sqlstate("3B001"),

  // 3D: invalid catalog name
  invalid_catalog_name = detail::pack_sqlstate("3D000"),

  // 3F: invalid schema name
  invalid_schema_name = detail::pack_sqlstate("3F000"),

  // 40: transaction rollback
  transaction_rollback = detail::pack_sqlstate("40000"),
  serialization_failure = detail::pack_sqlstate("40001"),
  transaction_integrity_constraint_violation = detail::pack_sqlstate("40002"),
  statement_completion_unknown = detail::pack_sqlstate("40003"),
  deadlock_detected = detail::pack_sqlstate("40P01"),

  // 42: syntax error or access rule violation
  syntax_error_or_access_rule_violation = detail::pack_sqlstate("42000"),
  insufficient_privilege = detail::pack_sqlstate("42501"),
  syntax_error = detail::pack_sqlstate("42601"),
  invalid_name = detail::pack_sqlstate("42602"),
  invalid_column_definition = detail::pack_sqlstate("42611"),
  name_too_long = detail::pack_sqlstate("42622"),
  duplicate_column = detail::pack_sqlstate("42701"),
  ambiguous_column = detail::pack_sqlstate("42702"),
  undefined_column = detail::pack_sqlstate("42703"),
  undefined_object = detail::pack_sqlstate("42704"),
  duplicate_object = detail::pack_sqlstate("42710"),
  duplicate_alias = detail::pack_sqlstate("42712"),
  duplicate_function = detail::pack_sqlstate("42723"),
  ambiguous_function = detail::pack_sqlstate("42725"),
  grouping_error = detail::pack_sqlstate("42803"),
  datatype_mismatch = detail::pack_sqlstate("42804"),
  wrong_object_type = detail::pack_sqlstate("42809"),
  invalid_foreign_key = detail::pack_sqlstate("42830"),
  cannot_coerce = detail::pack_sqlstate("42846"),
  undefined_function = detail::pack_sqlstate("42883"),
  generated_always = detail::pack_sqlstate("428C9"),
  reserved_name = detail::pack_sqlstate("42939"),
  undefined_table = detail::pack_sqlstate("42P01"),
  undefined_parameter = detail::pack_sqlstate("42P02"),
  duplicate_cursor = detail::pack_sqlstate("42P03"),
  duplicate_database = detail::pack_sqlstate("42P04"),
  duplicate_prepared_statement = detail::pack_sqlstate("42P05"),
  duplicate_schema = detail::pack_sqlstate("42P06"),
  duplicate_table = detail::pack_sqlstate("42P07"),
  ambiguous_parameter = detail::pack_sqlstate("42P08"),
  ambiguous_alias = detail::pack_sqlstate("42P09"),
  invalid_column_reference = detail::pack_sqlstate("42P10"),
  invalid_cursor_definition = detail::pack_sqlstate("42P11"),
  invalid_database_definition = detail::pack_sqlstate("42P12"),
  invalid_function_definition = detail::pack_sqlstate("42P13"),
  invalid_prepared_statement_definition = detail::pack_sqlstate("42P14"),
  invalid_schema_definition = detail::pack_sqlstate("42P15"),
  invalid_table_definition = detail::pack_sqlstate("42P16"),
  invalid_object_definition = detail::pack_sqlstate("42P17"),
  indeterminate_datatype = detail::pack_sqlstate("42P18"),
  invalid_recursion = detail::pack_sqlstate("42P19"),
  windowing_error = detail::pack_sqlstate("42P20"),
  collation_mismatch = detail::pack_sqlstate("42P21"),
  indeterminate_collation = detail::pack_sqlstate("42P22"),

  // 44: with check option violation
  with_check_option_violation = detail::pack_sqlstate("44000"),

  // 53: insufficient resources
  insufficient_resources = detail::pack_sqlstate("53000"),
  disk_full = detail::pack_sqlstate("53100"),
  out_of_memory = detail::pack_sqlstate("53200"),
  too_many_connections = detail::pack_sqlstate("53300"),
  configuration_limit_exceeded = detail::pack_sqlstate("53400"),

  // 54: program limit exceeded
  program_limit_exceeded = detail::pack_sqlstate("54000"),
  statement_too_complex = detail::pack_sqlstate("54001"),
  too_many_columns = detail::pack_sqlstate("54011"),
  too_many_arguments = detail::pack_sqlstate("54023"),

  // 55: object not in prerequisite state
  object_not_in_prerequisite_state = detail::pack_sqlstate("55000"),
  object_in_use = detail::pack_sqlstate("55006"),
  cant_change_runtime_param = detail::pack_sqlstate("55P02"),
  lock_not_available = detail::pack_sqlstate("55P03"),
  unsafe_new_enum_value_usage = detail::pack_sqlstate("55P04"),

  // 57: operator intervention
  operator_intervention = detail::pack_sqlstate("57000"),
  query_canceled = detail::pack_sqlstate("57014"),
  admin_shutdown = detail::pack_sqlstate("57P01"),
  crash_shutdown = detail::pack_sqlstate("57P02"),
  cannot_connect_now = detail::pack_sqlstate("57P03"),
  database_dropped = detail::pack_sqlstate("57P04"),
  idle_session_timeout = detail::pack_sqlstate("57P05"),

  // 58: system error
  system_error = detail::pack_sqlstate("58000"),
  io_error = detail::pack_sqlstate("58030"),
  undefined_file = detail::pack_sqlstate("58P01"),
  duplicate_file = detail::pack_sqlstate("58P02"),
  file_name_too_long = detail::pack_sqlstate("58P03"),

  // 72: snapshot failure
  snapshot_too_old = detail::pack_sqlstate("72000"),

  // F0: configuration file error
  config_file_error = detail::pack_sqlstate("F0000"),
  lock_file_exists = detail::pack_sqlstate("F0001"),

  // HV: foreign data wrapper error
  fdw_error = detail::pack_sqlstate("HV000"),
  fdw_out_of_memory = detail::pack_sqlstate("HV001"),
  fdw_dynamic_parameter_value_needed = detail::pack_sqlstate("HV002"),
  fdw_invalid_data_type = detail::pack_sqlstate("HV004"),
  fdw_column_name_not_found = detail::pack_sqlstate("HV005"),
  fdw_invalid_data_type_descriptors = detail::pack_sqlstate("HV006"),
  fdw_invalid_column_name = detail::pack_sqlstate("HV007"),
  fdw_invalid_column_number = detail::pack_sqlstate("HV008"),
  fdw_invalid_use_of_null_pointer = detail::pack_sqlstate("HV009"),
  fdw_invalid_string_format = detail::pack_sqlstate("HV00A"),
  fdw_invalid_handle = detail::pack_sqlstate("HV00B"),
  fdw_invalid_option_index = detail::pack_sqlstate("HV00C"),
  fdw_invalid_option_name = detail::pack_sqlstate("HV00D"),
  fdw_option_name_not_found = detail::pack_sqlstate("HV00J"),
  fdw_reply_handle = detail::pack_sqlstate("HV00K"),
  fdw_unable_to_create_execution = detail::pack_sqlstate("HV00L"),
  fdw_unable_to_create_reply = detail::pack_sqlstate("HV00M"),
  fdw_unable_to_establish_connection = detail::pack_sqlstate("HV00N"),
  fdw_no_schemas = detail::pack_sqlstate("HV00P"),
  fdw_schema_not_found = detail::pack_sqlstate("HV00Q"),
  fdw_table_not_found = detail::pack_sqlstate("HV00R"),
  fdw_function_sequence_error = detail::pack_sqlstate("HV010"),
  fdw_too_many_handles = detail::pack_sqlstate("HV014"),
  fdw_inconsistent_descriptor_information = detail::pack_sqlstate("HV021"),
  fdw_invalid_attribute_value = detail::pack_sqlstate("HV024"),
  fdw_invalid_string_length_or_buffer_length = detail::pack_sqlstate("HV090"),
  fdw_invalid_descriptor_field_identifier = detail::pack_sqlstate("HV091"),

  // P0: pl/pgsql error
  plpgsql_error = detail::pack_sqlstate("P0000"),
  raise_exception = detail::pack_sqlstate("P0001"),
  no_data_found = detail::pack_sqlstate("P0002"),
  too_many_rows = detail::pack_sqlstate("P0003"),
  assert_failure = detail::pack_sqlstate("P0004"),

  // XX: internal error
  internal_error = detail::pack_sqlstate("XX000"),
  data_corrupted = detail::pack_sqlstate("XX001"),
  index_corrupted = detail::pack_sqlstate("XX002"),
  // end sqlstates.py
};

/// The classes: the first two characters of a SQLSTATE.
enum class sqlstate_class : int {
  // begin sqlstates.py: classes
  successful_completion = detail::pack_sqlstate("00"),
  warning = detail::pack_sqlstate("01"),
  no_data = detail::pack_sqlstate("02"),
  sql_statement_not_yet_complete = detail::pack_sqlstate("03"),
  connection_exception = detail::pack_sqlstate("08"),
  triggered_action_exception = detail::pack_sqlstate("09"),
  feature_not_supported = detail::pack_sqlstate("0A"),
  invalid_transaction_initiation = detail::pack_sqlstate("0B"),
  locator_exception = detail::pack_sqlstate("0F"),
  invalid_grantor = detail::pack_sqlstate("0L"),
  invalid_role_specification = detail::pack_sqlstate("0P"),
  diagnostics_exception = detail::pack_sqlstate("0Z"),
  xquery_error = detail::pack_sqlstate("10"),
  case_not_found = detail::pack_sqlstate("20"),
  cardinality_violation = detail::pack_sqlstate("21"),
  data_exception = detail::pack_sqlstate("22"),
  integrity_constraint_violation = detail::pack_sqlstate("23"),
  invalid_cursor_state = detail::pack_sqlstate("24"),
  invalid_transaction_state = detail::pack_sqlstate("25"),
  invalid_sql_statement_name = detail::pack_sqlstate("26"),
  triggered_data_change_violation = detail::pack_sqlstate("27"),
  invalid_authorization_specification = detail::pack_sqlstate("28"),
  dependent_privilege_descriptors_still_exist = detail::pack_sqlstate("2B"),
  invalid_transaction_termination = detail::pack_sqlstate("2D"),
  sql_routine_exception = detail::pack_sqlstate("2F"),
  invalid_cursor_name = detail::pack_sqlstate("34"),
  external_routine_exception = detail::pack_sqlstate("38"),
  external_routine_invocation_exception = detail::pack_sqlstate("39"),
  savepoint_exception = detail::pack_sqlstate("3B"),
  invalid_catalog_name = detail::pack_sqlstate("3D"),
  invalid_schema_name = detail::pack_sqlstate("3F"),
  transaction_rollback = detail::pack_sqlstate("40"),
  syntax_error_or_access_rule_violation = detail::pack_sqlstate("42"),
  with_check_option_violation = detail::pack_sqlstate("44"),
  insufficient_resources = detail::pack_sqlstate("53"),
  program_limit_exceeded = detail::pack_sqlstate("54"),
  object_not_in_prerequisite_state = detail::pack_sqlstate("55"),
  operator_intervention = detail::pack_sqlstate("57"),
  system_error = detail::pack_sqlstate("58"),
  snapshot_too_old = detail::pack_sqlstate("72"),
  config_file_error = detail::pack_sqlstate("F0"),
  fdw_error = detail::pack_sqlstate("HV"),
  plpgsql_error = detail::pack_sqlstate("P0"),
  internal_error = detail::pack_sqlstate("XX"),
  // end sqlstates.py
};

constexpr sqlstate_class class_of(sqlstate state) noexcept {
  return static_cast<sqlstate_class>(static_cast<int>(state) / (36 * 36 * 36));
}

/// The SQLSTATE that an ErrorResponse names in field C. What is not five characters of 0-9 and A-Z, or claims success,
/// is `internal_error`: the result always is an error.
constexpr sqlstate to_sqlstate(std::string_view code) noexcept {
  if (code.size() != 5) return sqlstate::internal_error;
  int packed = 0;
  for (char c : code) {
    const int digit = detail::sqlstate_digit(c);
    if (digit < 0) return sqlstate::internal_error;
    packed = packed * 36 + digit;
  }
  return packed == 0 ? sqlstate::internal_error : static_cast<sqlstate>(packed);
}

/// "23505" for `unique_violation`.
PGCORO_DECL std::string to_string(sqlstate);

/// "pgcoro.sqlstate"; the message is the condition's name.
PGCORO_DECL const boost::system::error_category& sqlstate_category() noexcept;
/// "pgcoro.sqlstate_class"; equal to every code of the class.
PGCORO_DECL const boost::system::error_category& sqlstate_class_category() noexcept;

inline boost::system::error_code make_error_code(sqlstate state) noexcept {
  return {static_cast<int>(state), sqlstate_category()};
}
inline boost::system::error_condition make_error_condition(sqlstate_class cls) noexcept {
  return {static_cast<int>(cls), sqlstate_class_category()};
}

}  // namespace pgcoro

template <>
struct boost::system::is_error_code_enum<pgcoro::sqlstate> : std::true_type {};
template <>
struct boost::system::is_error_condition_enum<pgcoro::sqlstate_class> : std::true_type {};
