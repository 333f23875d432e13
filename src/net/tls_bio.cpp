#include "net/tls_bio.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

namespace pgcoro::detail {
namespace {

tls_bio_buffers& buffers_of(BIO* bio) { return *static_cast<tls_bio_buffers*>(BIO_get_data(bio)); }

int read(BIO* bio, char* to, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  protocol::buffer* const in = buffers_of(bio).in;
  if (in == nullptr || in->empty()) {
    BIO_set_retry_read(bio);
    return 0;
  }
  *count = std::min(size, in->size());
  std::memcpy(to, in->data().data(), *count);
  in->consume(*count);
  return 1;
}

int write(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  tls_bio_buffers& buffers = buffers_of(bio);
  try {
    (buffers.out != nullptr ? *buffers.out : buffers.spare).append({reinterpret_cast<const std::byte*>(from), size});
  } catch (const std::bad_alloc&) {  // must not pass through OpenSSL's frames
    buffers.out_of_memory = true;
    return 0;
  }
  *count = size;
  return 1;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

struct free_method {
  void operator()(BIO_METHOD* method) const noexcept { BIO_meth_free(method); }
};

std::unique_ptr<BIO_METHOD, free_method> make_method() {
  std::unique_ptr<BIO_METHOD, free_method> method(
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "pgcoro buffers"));
  if (method == nullptr || BIO_meth_set_read_ex(method.get(), &read) != 1 ||
      BIO_meth_set_write_ex(method.get(), &write) != 1 || BIO_meth_set_ctrl(method.get(), &control) != 1)
    return nullptr;
  return method;
}

}  // namespace

BIO* make_tls_bio(tls_bio_buffers& buffers) {
  static const auto method = make_method();
  BIO* const bio = method ? BIO_new(method.get()) : nullptr;
  if (bio != nullptr) {
    BIO_set_data(bio, &buffers);
    BIO_set_init(bio, 1);
  }
  return bio;
}

}  // namespace pgcoro::detail
