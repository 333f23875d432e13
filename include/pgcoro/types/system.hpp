// The types of the system catalogs and columns: xid, xid8, cid, tid, pg_lsn, "char", pg_snapshot.
//
// Object identifiers are pgcoro::oid, a std::uint32_t: oid, and in binary regclass, regtype and the other reg types. As
// std::string these are the names that the server writes. aclitem is a std::string.
#pragma once

#include <pgcoro/types/lsn.hpp>
#include <pgcoro/types/quoted_char.hpp>
#include <pgcoro/types/tid.hpp>
#include <pgcoro/types/transaction_id.hpp>
#include <pgcoro/types/transaction_snapshot.hpp>
