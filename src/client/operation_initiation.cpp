// The one handler that operations are resumed through: that of a coroutine on boost::asio::awaitable.
#include <boost/asio/awaitable.hpp>

#include <pgcoro/detail/operation.hpp>

#if BOOST_ASIO_VERSION == 102600
namespace pgcoro::detail {

template void operation::initiation::operator()(
    boost::asio::detail::awaitable_async_op_handler<void(), boost::asio::any_io_executor>&&, operation*) const;

}  // namespace pgcoro::detail
#endif
