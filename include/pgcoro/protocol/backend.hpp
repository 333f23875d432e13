// Every message that a server sends.
#pragma once

#include <pgcoro/protocol/authentication.hpp>
#include <pgcoro/protocol/completion.hpp>
#include <pgcoro/protocol/copy.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/protocol/description.hpp>
#include <pgcoro/protocol/error_response.hpp>
#include <pgcoro/protocol/query.hpp>
#include <pgcoro/protocol/replication.hpp>
#include <pgcoro/protocol/session_state.hpp>
