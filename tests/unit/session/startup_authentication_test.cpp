// How the client answers each demand of the server, and what it takes for an opened session.
#include <gtest/gtest.h>

#include <pgcoro/protocol/frontend.hpp>

#include "unit/auth/scram_server.hpp"
#include "unit/session/startup_dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

using namespace std::string_literals;
using protocol::authentication;
using kind = protocol::authentication_kind;

constexpr std::string_view scram_only[] = {"SCRAM-SHA-256"};

/// The body of the one message in `bytes`, which is a 'p'.
std::string_view answer_in(const std::string& bytes) {
  EXPECT_EQ(bytes.substr(0, 1), "p");
  return std::string_view(bytes).substr(protocol::header_size);
}

server_reply sasl(std::span<const std::string_view> mechanisms) {
  return server_reply().add(authentication{.kind = kind::sasl, .mechanisms = mechanisms});
}
server_reply with_data(kind k, std::string_view data) {
  return server_reply().add(authentication{.kind = k, .data = protocol::as_bytes(data)});
}

startup_settings policy(std::string_view methods, auth::channel_binding_policy binding = {}) {
  startup_settings settings = default_startup();
  settings.authentication.policy = {auth::require_auth::parse(methods).value(), binding};
  return settings;
}

/// A SCRAM exchange up to the client's proof.
struct scram_exchange {
  explicit scram_exchange(startup_settings settings = default_startup()) : d(std::move(settings)) {
    EXPECT_EQ(d.reply(sasl(scram_only)), startup_step::read);
    protocol::sasl_initial_response initial;
    const std::string sent = d.take();
    EXPECT_FALSE(parse(protocol::as_bytes(answer_in(sent)), initial));
    EXPECT_EQ(initial.mechanism, "SCRAM-SHA-256");
    EXPECT_EQ(d.reply(with_data(kind::sasl_continue, server.first(protocol::as_text(*initial.data)))),
              startup_step::derive_keys);
    EXPECT_EQ(d.derive_keys(), startup_step::read);
    const std::string proof = d.take();
    signature = server.final(answer_in(proof));
  }

  auth::scram_server server{"pencil"};
  startup_dialogue d;
  std::string signature;
};

TEST(startup_authentication, accepts_a_server_that_asks_for_nothing) {
  startup_dialogue d;
  EXPECT_EQ(d.reply(welcome()), startup_step::done);
  EXPECT_EQ(d.take(), "");
  EXPECT_EQ(d.machine.result().process_id, 4711u);
  EXPECT_EQ(protocol::as_text(d.machine.result().cancel_key), "key!");
}

TEST(startup_authentication, sends_the_password_in_clear_where_that_is_asked_for) {
  startup_dialogue d;
  EXPECT_EQ(d.reply(server_reply().add(demand(kind::cleartext_password))), startup_step::read);
  EXPECT_EQ(d.take(), "p\0\0\0\013pencil\0"s);
  EXPECT_EQ(d.reply(welcome()), startup_step::done);
}

TEST(startup_authentication, sends_the_md5_digest_where_that_is_asked_for) {
  startup_dialogue d;
  EXPECT_EQ(d.reply(server_reply().add(demand(kind::md5_password))), startup_step::read);
  EXPECT_TRUE(answer_in(d.take()).starts_with("md5"));
  EXPECT_EQ(d.reply(welcome()), startup_step::done);
}

TEST(startup_authentication, goes_through_scram) {
  scram_exchange e;
  EXPECT_EQ(e.d.reply(with_data(kind::sasl_final, e.signature).then(welcome())), startup_step::done);
}

TEST(startup_authentication, comes_out_right_byte_by_byte) {
  scram_exchange e;
  const std::string rest = with_data(kind::sasl_final, e.signature).then(welcome()).bytes();
  for (std::size_t i = 0; i + 1 < rest.size(); ++i)
    ASSERT_EQ(e.d.reply(std::string_view(rest).substr(i, 1)), startup_step::read);
  EXPECT_EQ(e.d.reply(std::string_view(rest).substr(rest.size() - 1)), startup_step::done);
}

TEST(startup_authentication, refuses_a_server_that_does_not_prove_that_it_knows_the_password) {
  scram_exchange wrong;
  EXPECT_EQ(wrong.d.reply(with_data(kind::sasl_final, "v=AAAA")), startup_step::failed);
  EXPECT_EQ(wrong.d.code(), errc::authentication_failed);
  scram_exchange skipped;
  EXPECT_EQ(skipped.d.reply(welcome()), startup_step::failed);
  EXPECT_EQ(skipped.d.code(), errc::authentication_failed);
}

TEST(startup_authentication, refuses_an_ok_that_skips_the_exchange_which_require_auth_asks_for) {
  startup_dialogue d(policy("scram-sha-256"));
  EXPECT_EQ(d.reply(welcome()), startup_step::failed);
  EXPECT_EQ(d.code(), errc::authentication_refused);
}

TEST(startup_authentication, refuses_an_ok_that_skips_the_channel_binding_which_is_required) {
  startup_dialogue d(policy("", auth::channel_binding_policy::require));
  EXPECT_EQ(d.reply(welcome()), startup_step::failed);
  EXPECT_TRUE(d.machine.error());
}

TEST(startup_authentication, sends_no_password_to_a_server_that_asks_for_a_forbidden_method) {
  for (const kind asked : {kind::cleartext_password, kind::md5_password}) {
    startup_dialogue d(policy("scram-sha-256"));
    EXPECT_EQ(d.reply(server_reply().add(demand(asked))), startup_step::failed);
    EXPECT_EQ(d.code(), errc::authentication_refused);
    EXPECT_EQ(d.take(), "");
  }
}

TEST(startup_authentication, refuses_methods_that_it_does_not_speak) {
  for (const kind asked : {kind::kerberos_v5, kind::gss, kind::sspi, static_cast<kind>(99)}) {
    startup_dialogue d;
    EXPECT_EQ(d.reply(server_reply().add(demand(asked))), startup_step::failed);
    EXPECT_EQ(d.code(), errc::authentication_unsupported);
  }
}

TEST(startup_authentication, refuses_the_middle_of_an_exchange_that_was_not_begun) {
  for (const kind asked : {kind::sasl_continue, kind::sasl_final, kind::gss_continue}) {
    startup_dialogue d;
    EXPECT_EQ(d.reply(with_data(asked, "x")), startup_step::failed);
    EXPECT_EQ(d.code(), errc::protocol_error);
  }
}

TEST(startup_authentication, sends_no_password_twice) {
  startup_dialogue d;
  EXPECT_EQ(d.reply(server_reply().add(demand(kind::cleartext_password))), startup_step::read);
  d.take();
  EXPECT_EQ(d.reply(server_reply().add(demand(kind::cleartext_password))), startup_step::failed);
  EXPECT_EQ(d.take(), "");
}

TEST(startup_authentication, sends_no_password_once_it_is_accepted) {
  startup_dialogue d;
  EXPECT_EQ(d.reply(server_reply().add(demand(kind::ok)).add(demand(kind::cleartext_password))), startup_step::failed);
  EXPECT_EQ(d.code(), errc::protocol_error);
  EXPECT_EQ(d.take(), "");
}

TEST(startup_authentication, keeps_the_password_out_of_its_errors) {
  startup_settings settings = default_startup();
  settings.authentication.password = auth::secret("nul\0inside"s);
  startup_dialogue d(std::move(settings));
  EXPECT_EQ(d.reply(server_reply().add(demand(kind::cleartext_password))), startup_step::failed);
  EXPECT_EQ(d.machine.error().what().find("inside"), std::string::npos);
}

TEST(startup_authentication, refuses_a_malformed_demand) {
  for (const std::string& body : {""s, "\0\0\0"s, "\0\0\0\0x"s, "\0\0\0\3x"s, "\0\0\0\5abc"s, "\0\0\0\12SCRAM"s}) {
    startup_dialogue d;
    EXPECT_EQ(d.reply(server_reply().raw('R', body)), startup_step::failed);
    EXPECT_EQ(d.code(), errc::protocol_error);
    EXPECT_EQ(d.take(), "");
  }
}

}  // namespace
}  // namespace pgcoro::detail::test
