// OpenSSL's view of two buffers: what it reads from, what it writes to.
#pragma once

#include <openssl/bio.h>

#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {

/// The buffers of one call into OpenSSL; between calls there is nothing to read and `spare` takes what is written.
struct tls_bio_buffers {
  protocol::buffer* in = nullptr;
  protocol::buffer* out = nullptr;
  protocol::buffer spare;
  bool out_of_memory = false;
};

/// A BIO over `buffers`, which must outlive it; null where OpenSSL has no memory. A read of an empty buffer asks to be
/// tried again; a write always takes everything.
BIO* make_tls_bio(tls_bio_buffers& buffers);

}  // namespace pgcoro::detail
