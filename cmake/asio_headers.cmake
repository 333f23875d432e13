# What of Asio most sources include: half of the time that one takes to compile goes into it, where it is not precompiled.
set(PGCORO_ASIO_HEADERS
    <boost/asio/any_io_executor.hpp>
    <boost/asio/awaitable.hpp>
    <boost/asio/co_spawn.hpp>
    <boost/asio/detached.hpp>
    <boost/asio/dispatch.hpp>
    <boost/asio/generic/stream_protocol.hpp>
    <boost/asio/io_context.hpp>
    <boost/asio/ip/tcp.hpp>
    <boost/asio/local/stream_protocol.hpp>
    <boost/asio/post.hpp>
    <boost/asio/steady_timer.hpp>
    <boost/asio/this_coro.hpp>
    <boost/asio/use_awaitable.hpp>)
