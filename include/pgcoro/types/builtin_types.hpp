// What is fixed about PostgreSQL's own types: their OIDs and names. All others get their OIDs from each database.
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro {

/// OIDs of the types that PostgreSQL ships; the same in every database (its catalog pg_type).
namespace oids {
inline constexpr oid unspecified = 0;  ///< as a parameter's type: the server infers it
inline constexpr oid bool_ = 16;
inline constexpr oid bytea = 17;
inline constexpr oid char_ = 18;  ///< "char", one byte; not char(n), which is bpchar
inline constexpr oid name = 19;
inline constexpr oid int8 = 20;
inline constexpr oid int2 = 21;
inline constexpr oid int2vector = 22;
inline constexpr oid int4 = 23;
inline constexpr oid regproc = 24;
inline constexpr oid text = 25;
inline constexpr oid oid_ = 26;
inline constexpr oid tid = 27;
inline constexpr oid xid = 28;
inline constexpr oid cid = 29;
inline constexpr oid oidvector = 30;
inline constexpr oid json = 114;
inline constexpr oid xml = 142;
inline constexpr oid xml_array = 143;
inline constexpr oid json_array = 199;
inline constexpr oid xid8_array = 271;
inline constexpr oid point = 600;
inline constexpr oid lseg = 601;
inline constexpr oid path = 602;
inline constexpr oid box = 603;
inline constexpr oid polygon = 604;
inline constexpr oid line = 628;
inline constexpr oid line_array = 629;
inline constexpr oid cidr = 650;
inline constexpr oid cidr_array = 651;
inline constexpr oid float4 = 700;
inline constexpr oid float8 = 701;
inline constexpr oid unknown = 705;
inline constexpr oid circle = 718;
inline constexpr oid circle_array = 719;
inline constexpr oid macaddr8 = 774;
inline constexpr oid macaddr8_array = 775;
inline constexpr oid money = 790;
inline constexpr oid money_array = 791;
inline constexpr oid macaddr = 829;
inline constexpr oid inet = 869;
inline constexpr oid bool_array = 1000;
inline constexpr oid bytea_array = 1001;
inline constexpr oid char_array = 1002;
inline constexpr oid name_array = 1003;
inline constexpr oid int2_array = 1005;
inline constexpr oid int2vector_array = 1006;
inline constexpr oid int4_array = 1007;
inline constexpr oid regproc_array = 1008;
inline constexpr oid text_array = 1009;
inline constexpr oid tid_array = 1010;
inline constexpr oid xid_array = 1011;
inline constexpr oid cid_array = 1012;
inline constexpr oid oidvector_array = 1013;
inline constexpr oid bpchar_array = 1014;
inline constexpr oid varchar_array = 1015;
inline constexpr oid int8_array = 1016;
inline constexpr oid point_array = 1017;
inline constexpr oid lseg_array = 1018;
inline constexpr oid path_array = 1019;
inline constexpr oid box_array = 1020;
inline constexpr oid float4_array = 1021;
inline constexpr oid float8_array = 1022;
inline constexpr oid polygon_array = 1027;
inline constexpr oid oid_array = 1028;
inline constexpr oid aclitem = 1033;
inline constexpr oid aclitem_array = 1034;
inline constexpr oid macaddr_array = 1040;
inline constexpr oid inet_array = 1041;
inline constexpr oid bpchar = 1042;
inline constexpr oid varchar = 1043;
inline constexpr oid date = 1082;
inline constexpr oid time = 1083;
inline constexpr oid timestamp = 1114;
inline constexpr oid timestamp_array = 1115;
inline constexpr oid date_array = 1182;
inline constexpr oid time_array = 1183;
inline constexpr oid timestamptz = 1184;
inline constexpr oid timestamptz_array = 1185;
inline constexpr oid interval = 1186;
inline constexpr oid interval_array = 1187;
inline constexpr oid numeric_array = 1231;
inline constexpr oid cstring_array = 1263;
inline constexpr oid timetz = 1266;
inline constexpr oid timetz_array = 1270;
inline constexpr oid bit = 1560;
inline constexpr oid bit_array = 1561;
inline constexpr oid varbit = 1562;
inline constexpr oid varbit_array = 1563;
inline constexpr oid numeric = 1700;
inline constexpr oid refcursor = 1790;
inline constexpr oid refcursor_array = 2201;
inline constexpr oid regprocedure = 2202;
inline constexpr oid regoper = 2203;
inline constexpr oid regoperator = 2204;
inline constexpr oid regclass = 2205;
inline constexpr oid regtype = 2206;
inline constexpr oid regprocedure_array = 2207;
inline constexpr oid regoper_array = 2208;
inline constexpr oid regoperator_array = 2209;
inline constexpr oid regclass_array = 2210;
inline constexpr oid regtype_array = 2211;
inline constexpr oid record = 2249;
inline constexpr oid cstring = 2275;
inline constexpr oid anyarray = 2277;  ///< of a few columns of system views; each value says what it is
inline constexpr oid record_array = 2287;
inline constexpr oid txid_snapshot_array = 2949;
inline constexpr oid uuid = 2950;
inline constexpr oid uuid_array = 2951;
inline constexpr oid txid_snapshot = 2970;
inline constexpr oid pg_lsn = 3220;
inline constexpr oid pg_lsn_array = 3221;
inline constexpr oid tsvector = 3614;
inline constexpr oid tsquery = 3615;
inline constexpr oid tsvector_array = 3643;
inline constexpr oid tsquery_array = 3645;
inline constexpr oid regconfig = 3734;
inline constexpr oid regconfig_array = 3735;
inline constexpr oid regdictionary = 3769;
inline constexpr oid regdictionary_array = 3770;
inline constexpr oid jsonb = 3802;
inline constexpr oid jsonb_array = 3807;
inline constexpr oid int4range = 3904;
inline constexpr oid int4range_array = 3905;
inline constexpr oid numrange = 3906;
inline constexpr oid numrange_array = 3907;
inline constexpr oid tsrange = 3908;
inline constexpr oid tsrange_array = 3909;
inline constexpr oid tstzrange = 3910;
inline constexpr oid tstzrange_array = 3911;
inline constexpr oid daterange = 3912;
inline constexpr oid daterange_array = 3913;
inline constexpr oid int8range = 3926;
inline constexpr oid int8range_array = 3927;
inline constexpr oid jsonpath = 4072;
inline constexpr oid jsonpath_array = 4073;
inline constexpr oid regnamespace = 4089;
inline constexpr oid regnamespace_array = 4090;
inline constexpr oid regrole = 4096;
inline constexpr oid regrole_array = 4097;
inline constexpr oid regcollation = 4191;
inline constexpr oid regcollation_array = 4192;
inline constexpr oid int4multirange = 4451;
inline constexpr oid nummultirange = 4532;
inline constexpr oid tsmultirange = 4533;
inline constexpr oid tstzmultirange = 4534;
inline constexpr oid datemultirange = 4535;
inline constexpr oid int8multirange = 4536;
inline constexpr oid pg_snapshot = 5038;
inline constexpr oid pg_snapshot_array = 5039;
inline constexpr oid xid8 = 5069;
inline constexpr oid int4multirange_array = 6150;
inline constexpr oid nummultirange_array = 6151;
inline constexpr oid tsmultirange_array = 6152;
inline constexpr oid tstzmultirange_array = 6153;
inline constexpr oid datemultirange_array = 6155;
inline constexpr oid int8multirange_array = 6157;

/// OIDs from here on differ from database to database (PostgreSQL's FirstGenbkiObjectId).
inline constexpr oid first_unfixed = 10'000;
}  // namespace oids

/// Name of a built-in type as SQL spells it ("int4", "timestamptz[]"); empty for any other.
PGCORO_DECL std::string_view builtin_type_name(oid type) noexcept;

/// The same, or "type with OID 16402" where the type is not built in.
PGCORO_DECL std::string type_name(oid type);

namespace detail {

/// Whether the type's binary format is its text: text, varchar, char(n), name, "char", json, xml …
constexpr bool is_text_type(oid type) noexcept {
  switch (type) {
    case oids::text:
    case oids::varchar:
    case oids::bpchar:
    case oids::name:
    case oids::char_:
    case oids::json:
    case oids::xml:
    case oids::unknown:
    case oids::refcursor:
    case oids::cstring: return true;
    default: return false;
  }
}

/// Whether values of the type are int2, int4, int8 or oid.
constexpr bool is_integer_type(oid type) noexcept {
  return type == oids::int4 || type == oids::int8 || type == oids::int2 || type == oids::oid_;
}

/// Whether the type is one of those that name an object of the catalogs and are its OID underneath (regclass …).
constexpr bool is_reg_type(oid type) noexcept {
  return type == 24 || (type >= 2202 && type <= 2206) || type == 3734 || type == 3769 || type == 4089 || type == 4096 ||
         type == 4191;
}

/// Whether the server may know more of the type than we do: it is to be inferred, or is no built-in type.
constexpr bool is_open_type(oid type) noexcept { return type == oids::unspecified || type >= oids::first_unfixed; }

}  // namespace detail
}  // namespace pgcoro
