#include <utility>

#include <pgcoro/replication/pgoutput_decoder.hpp>

namespace pgcoro::replication {

using protocol::bytes_view;
using protocol::protocol_error;
using protocol::reader;

namespace {

error_info malformed(const protocol_error& e, lsn start) {
  error_details details;
  details.code = make_error_code(errc::protocol_error);
  details.message = e.to_string() + ", position " + to_string(start) + " of the log";
  details.stage = "logical replication";
  details.connection_usable = false;
  return error_info(std::move(details));
}

}  // namespace

const char* name_of_message(char type) noexcept {
  switch (type) {
    case begin::type: return "Begin";
    case commit::type: return "Commit";
    case origin::type: return "Origin";
    case relation_described::type: return "Relation";
    case type_described::type: return "Type";
    case insert::type: return "Insert";
    case update::type: return "Update";
    case delete_::type: return "Delete";
    case truncate::type: return "Truncate";
    case logical_message::type: return "Message";
    case stream_start::type: return "Stream Start";
    case stream_stop::type: return "Stream Stop";
    case stream_commit::type: return "Stream Commit";
    case stream_abort::type: return "Stream Abort";
    case begin_prepare::type: return "Begin Prepare";
    case prepare::type: return "Prepare";
    case commit_prepared::type: return "Commit Prepared";
    case rollback_prepared::type: return "Rollback Prepared";
    case stream_prepare::type: return "Stream Prepare";
    default: return "message";
  }
}

pgoutput_decoder::pgoutput_decoder(decoder_options options) : options_(std::move(options)) {}
pgoutput_decoder::~pgoutput_decoder() = default;

error_info pgoutput_decoder::decode(lsn start, bytes_view data, message& out) {
  data_ = data;
  reader in(data);
  const char type = static_cast<char>(in.u8());
  if (const protocol_error e = parse(type, in, out)) [[unlikely]]
    return malformed(e, start);
  out.position = start;
  return {};
}

template <class Message>
protocol_error pgoutput_decoder::parse(reader& in, message& out) {
  Message& made = out.emplace<Message>();
  read(in, made);
  if (const protocol_error e = in.finish(name_of_message(Message::type))) [[unlikely]]
    return e;
  apply(made);
  return {};
}

protocol_error pgoutput_decoder::parse(char type, reader& in, message& out) {
  switch (type) {
    case insert::type: return parse<insert>(in, out);
    case update::type: return parse<update>(in, out);
    case delete_::type: return parse<delete_>(in, out);
    case begin::type: return parse<begin>(in, out);
    case commit::type: return parse<commit>(in, out);
    case origin::type: return parse<origin>(in, out);
    case relation_described::type: return parse<relation_described>(in, out);
    case type_described::type: return parse<type_described>(in, out);
    case truncate::type: return parse<truncate>(in, out);
    case logical_message::type: return parse<logical_message>(in, out);
    case stream_start::type: return parse<stream_start>(in, out);
    case stream_stop::type: return parse<stream_stop>(in, out);
    case stream_commit::type: return parse<stream_commit>(in, out);
    case stream_abort::type: return parse<stream_abort>(in, out);
    case begin_prepare::type: return parse<begin_prepare>(in, out);
    case prepare::type: return parse<prepare>(in, out);
    case commit_prepared::type: return parse<commit_prepared>(in, out);
    case rollback_prepared::type: return parse<rollback_prepared>(in, out);
    case stream_prepare::type: return parse<stream_prepare>(in, out);
    default: in.fail("unknown kind of message", 0); return in.finish("pgoutput");
  }
}

const relation* pgoutput_decoder::find(oid id) const noexcept {
  if (last_found_ != nullptr && last_found_->id() == id) return last_found_;
  for (const relations* known : {static_cast<const relations*>(current_stream_), &relations_}) {
    if (known == nullptr) continue;
    if (const auto found = known->find(id); found != known->end()) return last_found_ = found->second.get();
  }
  return nullptr;
}

void pgoutput_decoder::keep(relations& in, std::shared_ptr<const relation> described) {
  last_found_ = nullptr;
  std::shared_ptr<const relation>& known = in[described->id()];
  // Messages of this batch may refer to what it was.
  if (known) retired_.push_back(std::move(known));
  known = std::move(described);
}

void pgoutput_decoder::apply(const relation_described&) {
  keep(current_stream_ != nullptr ? *current_stream_ : relations_, std::move(described_));
}

void pgoutput_decoder::apply(const stream_start& started) {
  place_ = place::streamed;
  current_stream_ = &streamed_relations_[started.xid];
  last_found_ = nullptr;
}

void pgoutput_decoder::apply(const stream_stop&) noexcept {
  place_ = place::outside;
  current_stream_ = nullptr;
  last_found_ = nullptr;
}

/// Once a streamed transaction is committed the server does not describe again what it has described there; otherwise
/// it does.
void pgoutput_decoder::end_stream(std::uint32_t xid, bool committed) {
  const auto ended = streamed_relations_.find(xid);
  if (ended == streamed_relations_.end()) return;
  last_found_ = nullptr;
  for (auto& [id, described] : ended->second) {
    if (committed)
      keep(relations_, std::move(described));
    else
      retired_.push_back(std::move(described));
  }
  streamed_relations_.erase(ended);
}

void pgoutput_decoder::release() noexcept {
  retired_.clear();
  truncated_.clear();
}

void pgoutput_decoder::reset() noexcept {
  place_ = place::outside;
  current_stream_ = nullptr;
  last_found_ = nullptr;
  for (auto& [id, described] : relations_) retired_.push_back(std::move(described));
  relations_.clear();
  for (auto& [xid, known] : streamed_relations_)
    for (auto& [id, described] : known) retired_.push_back(std::move(described));
  streamed_relations_.clear();
}

}  // namespace pgcoro::replication
