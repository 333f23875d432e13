// The whole driver. Programs that count compile time include what they use instead.
//
// Left out are <pgcoro/protocol/…>, the protocol's messages as a library of their own, which a program needs that is a
// server, a proxy or a tool.
#pragma once

#include <pgcoro/as_result.hpp>
#include <pgcoro/codec.hpp>
#include <pgcoro/command_result.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/cursor.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/identifier.hpp>
#include <pgcoro/many_report.hpp>
#include <pgcoro/notification.hpp>
#include <pgcoro/notification_channel.hpp>
#include <pgcoro/notification_hub.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/prepared_transaction.hpp>
#include <pgcoro/print.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/queryable.hpp>
#include <pgcoro/result.hpp>
#include <pgcoro/row.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/row_mapping.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/sql.hpp>
#include <pgcoro/sqlstate.hpp>
#include <pgcoro/statement.hpp>
#include <pgcoro/statement_mode.hpp>
#include <pgcoro/stream_options.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/transaction_options.hpp>
#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/asio_address.hpp>
#include <pgcoro/types/basic.hpp>
#include <pgcoro/types/bit_string.hpp>
#include <pgcoro/types/chrono.hpp>
#include <pgcoro/types/geometric.hpp>
#include <pgcoro/types/hstore.hpp>
#include <pgcoro/types/money.hpp>
#include <pgcoro/types/network.hpp>
#include <pgcoro/types/numeric.hpp>
#include <pgcoro/types/pgvector.hpp>
#include <pgcoro/types/postgis.hpp>
#include <pgcoro/types/range.hpp>
#include <pgcoro/types/system.hpp>
#include <pgcoro/types/text_search.hpp>
#include <pgcoro/types/variant.hpp>
#include <pgcoro/version.hpp>
#include <pgcoro/visit.hpp>
#include <pgcoro/when_all.hpp>
#include <pgcoro/with_timeout.hpp>
