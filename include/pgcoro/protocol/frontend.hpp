// Every message that a client sends.
#pragma once

#include <pgcoro/protocol/authentication.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/protocol/copy.hpp>
#include <pgcoro/protocol/query.hpp>
#include <pgcoro/protocol/replication.hpp>
#include <pgcoro/protocol/startup.hpp>
#include <pgcoro/protocol/steady_state.hpp>
