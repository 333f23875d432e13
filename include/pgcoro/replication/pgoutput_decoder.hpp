// Turns what the output plugin pgoutput sends into messages. Free of sockets: any transport that delivers whole
// messages will do.
//
//   pgoutput_decoder decoder({.streaming = true});
//   decoder.release();                                     // before each batch
//   message m;
//   if (error_info e = decoder.decode(start, data, m)) …   // names the position in the log and the byte
//
// Every length, count and reference is checked here, once: rows can then be read without further checks. The order of
// messages is checked as far as what they mean depends on it. PostgreSQL's documentation, "Logical Streaming
// Replication Protocol" and "Logical Replication Message Formats".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/bytes.hpp>
#include <pgcoro/protocol/protocol_error.hpp>
#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/replication/message.hpp>
#include <pgcoro/type_catalog.hpp>

namespace pgcoro::replication {

/// The format depends on what was asked for.
struct decoder_options {
  bool parallel_streaming = false;  ///< `streaming 'parallel'`, protocol 4: Stream Abort says where and when
  /// What is known of types that are not built in, for typed rows. May be null.
  std::shared_ptr<const type_catalog> types = nullptr;
};

class PGCORO_DECL pgoutput_decoder {
 public:
  explicit pgoutput_decoder(decoder_options options = {});
  pgoutput_decoder(const pgoutput_decoder&) = delete;
  pgoutput_decoder& operator=(const pgoutput_decoder&) = delete;
  ~pgoutput_decoder();

  /// Decodes one message. `data` must live as long as what is made of it, relations until release(). After an error,
  /// which is errc::protocol_error, it knows what it knew before.
  [[nodiscard]] error_info decode(lsn start, protocol::bytes_view data, message& out);

  /// Forgets what messages given before refer to and later ones do not: relations that have changed.
  void release() noexcept;

  /// A new stream begins, which knows nothing of the old one. What was given before stays valid until release().
  void reset() noexcept;

  /// Between a begin and its end, or the pieces of a streamed transaction.
  [[nodiscard]] bool in_transaction() const noexcept { return place_ != place::outside; }
  /// The table of that number as it is known now; null where it has not been described.
  [[nodiscard]] const relation* find(oid id) const noexcept;

 private:
  enum class place : unsigned char { outside, transaction, prepared, streamed };
  using relations = std::unordered_map<oid, std::shared_ptr<const relation>>;

  // One a message; what is wrong is recorded in the reader.
  void read(protocol::reader& in, begin& out);
  void read(protocol::reader& in, commit& out);
  void read(protocol::reader& in, origin& out);
  void read(protocol::reader& in, relation_described& out);
  void read(protocol::reader& in, type_described& out);
  void read(protocol::reader& in, insert& out);
  void read(protocol::reader& in, update& out);
  void read(protocol::reader& in, delete_& out);
  void read(protocol::reader& in, truncate& out);
  void read(protocol::reader& in, logical_message& out);
  void read(protocol::reader& in, stream_start& out);
  void read(protocol::reader& in, stream_stop& out);
  void read(protocol::reader& in, stream_commit& out);
  void read(protocol::reader& in, stream_abort& out);
  void read(protocol::reader& in, begin_prepare& out);
  void read(protocol::reader& in, prepare& out);
  void read(protocol::reader& in, commit_prepared& out);
  void read(protocol::reader& in, rollback_prepared& out);
  void read(protocol::reader& in, stream_prepare& out);

  template <class Message>
  protocol::protocol_error parse(protocol::reader& in, message& out);
  protocol::protocol_error parse(char type, protocol::reader& in, message& out);

  std::uint32_t read_xid(protocol::reader& in) const noexcept;
  const relation* read_relation(protocol::reader& in) const noexcept;
  template <class Change>
  void read_table(protocol::reader& in, Change& out) const noexcept;
  tuple_view read_row(protocol::reader& in, const relation* table, bool key_only, const tuple_view& old = {}) const;
  void require(protocol::reader& in, bool fulfilled, const char* rule) const noexcept;

  // What the decoder takes note of, once the whole message has proved right.
  template <class Message>
  void apply(const Message&) noexcept {}
  void apply(const begin&) noexcept { place_ = place::transaction; }
  void apply(const commit&) noexcept { place_ = place::outside; }
  void apply(const begin_prepare&) noexcept { place_ = place::prepared; }
  void apply(const prepare&) noexcept { place_ = place::outside; }
  void apply(const stream_start& started);
  void apply(const stream_stop&) noexcept;
  void apply(const stream_commit& ended) { end_stream(ended.xid, true); }
  // Also where a savepoint alone was rolled back: the server describes anew what the transaction goes on to use.
  void apply(const stream_abort& ended) { end_stream(ended.xid, false); }
  void apply(const stream_prepare& ended) { end_stream(ended.xid, false); }
  void apply(const relation_described&);

  void keep(relations& in, std::shared_ptr<const relation> described);
  void end_stream(std::uint32_t xid, bool committed);

  decoder_options options_;
  protocol::bytes_view data_;  ///< the message that is being decoded
  place place_ = place::outside;
  relations relations_;
  /// Described within a streamed transaction that has not ended: others do not see them yet.
  std::unordered_map<std::uint32_t, relations> streamed_relations_;
  relations* current_stream_ = nullptr;
  std::shared_ptr<const relation> described_;     ///< by the message that is being decoded
  mutable const relation* last_found_ = nullptr;  ///< many rows of one table follow one another

  std::vector<std::shared_ptr<const relation>> retired_;
  std::vector<std::unique_ptr<const relation*[]>> truncated_;
};

}  // namespace pgcoro::replication
