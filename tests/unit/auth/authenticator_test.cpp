#include "auth/authenticator.hpp"

#include <gtest/gtest.h>

#include "unit/auth/scram_server.hpp"

namespace pgcoro::auth {
namespace {

using namespace std::string_literals;

std::span<const std::byte> body(std::string_view text) { return std::as_bytes(std::span(text)); }

const std::string plain_list = "SCRAM-SHA-256\0\0"s;
const std::string both_list = "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"s;

authenticator_options options(std::string_view password = "pencil", std::string_view methods = "",
                              channel_binding_policy binding = channel_binding_policy::prefer) {
  authenticator_options made;
  made.user = "alice";
  made.password = secret(password);
  made.policy = {require_auth::parse(methods).value(), binding};
  return made;
}

error_info error_of(const auth_step& step) {
  const auto* const error = std::get_if<error_info>(&step);
  return error ? *error : error_info();
}

boost::system::error_code code_of(const auth_step& step) { return error_of(step).code(); }

bool accepted(const auth_step& step) { return std::holds_alternative<authenticated>(step); }

/// A client with its SASLInitialResponse sent.
struct exchange {
  explicit exchange(authenticator_options o = options(), const std::string& list = plain_list)
      : client(std::move(o)), initial(client.receive(auth_request::sasl, body(list))) {}

  auth_step first() {
    return client.receive(auth_request::sasl_continue,
                          body(server.first(std::get<send_sasl_initial>(initial).response)));
  }
  auth_step proof() {
    const auto step = first();
    return client.resume(std::get<derive_scram_keys>(step).job.run());
  }
  auth_step signature(std::string_view end_point = {}) {
    const auto step = proof();
    return client.receive(auth_request::sasl_final, body(server.final(std::get<send_sasl>(step).response, end_point)));
  }
  auth_step ok() { return client.receive(auth_request::ok, {}); }

  scram_server server{"pencil"};
  authenticator client;
  auth_step initial;
};

TEST(authenticator, accepts_a_server_that_trusts_everybody) {
  authenticator client(options(""));
  EXPECT_TRUE(accepted(client.receive(auth_request::ok, {})));
  EXPECT_EQ(client.record().method, auth_method::none);
}

TEST(authenticator, answers_with_the_clear_text_password) {
  authenticator client(options());
  const auto step = client.receive(auth_request::cleartext_password, {});
  EXPECT_EQ(std::get<send_password>(step).password.view(), "pencil");
  EXPECT_TRUE(accepted(client.receive(auth_request::ok, {})));
}

TEST(authenticator, answers_with_the_md5_hash_of_password_user_and_salt) {
  authenticator client(options("secret"));
  const auto step = client.receive(auth_request::md5_password, body("\x01\x02\x03\xFF"));
  EXPECT_EQ(std::get<send_password>(step).password.view(), "md55f0388cdae34fff99488f7c4c4a91735");
  EXPECT_TRUE(accepted(client.receive(auth_request::ok, {})));
}

TEST(authenticator, goes_through_scram) {
  exchange scram;
  EXPECT_EQ(std::get<send_sasl_initial>(scram.initial).mechanism, "SCRAM-SHA-256");
  EXPECT_TRUE(std::holds_alternative<await_message>(scram.signature()));
  EXPECT_TRUE(accepted(scram.ok()));
  EXPECT_FALSE(scram.client.record().channel_bound);
}

TEST(authenticator, binds_scram_to_the_tls_channel) {
  auto bound = options("pencil", "scram-sha-256", channel_binding_policy::require);
  bound.tls = true;
  bound.tls_server_end_point = {'h', 'a', 's', 'h'};
  exchange scram(std::move(bound), both_list);
  EXPECT_EQ(std::get<send_sasl_initial>(scram.initial).mechanism, "SCRAM-SHA-256-PLUS");
  EXPECT_TRUE(std::holds_alternative<await_message>(scram.signature("hash")));
  EXPECT_TRUE(accepted(scram.ok()));
  EXPECT_TRUE(scram.client.record().channel_bound);
}

TEST(authenticator, normalises_the_password_of_scram) {
  exchange scram(
      options("p\xC2\xAD"
              "encil"));
  EXPECT_TRUE(std::holds_alternative<await_message>(scram.signature()));
}

TEST(authenticator, derives_no_keys_where_the_cache_has_them) {
  auto cached = options();
  cached.cache = std::make_shared<scram_key_cache>();
  const auto cache = cached.cache;
  exchange first(std::move(cached));
  ASSERT_TRUE(std::holds_alternative<await_message>(first.signature()));

  auto again = options();
  again.cache = cache;
  exchange second(std::move(again));
  const auto step = second.first();
  ASSERT_TRUE(std::holds_alternative<send_sasl>(step));
  const auto last = second.server.final(std::get<send_sasl>(step).response);
  EXPECT_TRUE(std::holds_alternative<await_message>(second.client.receive(auth_request::sasl_final, body(last))));
  EXPECT_TRUE(accepted(second.ok()));
}

TEST(authenticator, refuses_authentication_ok_before_the_servers_signature_is_verified) {
  for (const std::string_view methods : {"", "scram-sha-256", "scram-sha-256,none"}) {
    exchange after_initial(options("pencil", methods));
    EXPECT_EQ(code_of(after_initial.ok()), errc::authentication_failed);
    exchange while_deriving(options("pencil", methods));
    ASSERT_TRUE(std::holds_alternative<derive_scram_keys>(while_deriving.first()));
    EXPECT_EQ(code_of(while_deriving.ok()), errc::authentication_failed);
    exchange after_proof(options("pencil", methods));
    ASSERT_TRUE(std::holds_alternative<send_sasl>(after_proof.proof()));
    EXPECT_EQ(code_of(after_proof.ok()), errc::authentication_failed);
  }
}

TEST(authenticator, refuses_a_false_signature_and_stays_refused) {
  exchange scram;
  ASSERT_TRUE(std::holds_alternative<send_sasl>(scram.proof()));
  const auto step =
      scram.client.receive(auth_request::sasl_final, body("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
  EXPECT_EQ(code_of(step), errc::authentication_failed);
  EXPECT_TRUE(error_of(scram.ok()));
}

TEST(authenticator, refuses_sasl_messages_that_nobody_asked_for) {
  for (const auth_request request :
       {auth_request::sasl_continue, auth_request::sasl_final, auth_request::gss_continue}) {
    authenticator client(options());
    EXPECT_EQ(code_of(client.receive(request, body("r=x,s=c2FsdA==,i=1"))), errc::protocol_error);
  }
  exchange scram;
  EXPECT_EQ(code_of(scram.client.receive(auth_request::sasl_final, body("v=AA=="))), errc::protocol_error);
}

TEST(authenticator, gives_the_password_once_and_never_after_another_exchange_was_begun) {
  authenticator client(options());
  ASSERT_FALSE(error_of(client.receive(auth_request::md5_password, body("salt"))));
  EXPECT_EQ(code_of(client.receive(auth_request::cleartext_password, {})), errc::protocol_error);
  exchange scram;
  EXPECT_EQ(code_of(scram.client.receive(auth_request::cleartext_password, {})), errc::protocol_error);
}

TEST(authenticator, takes_authentication_messages_after_authentication_ok_for_protocol_errors) {
  for (std::uint32_t request = 0; request <= 13; ++request) {
    authenticator client(options());
    ASSERT_TRUE(accepted(client.receive(auth_request::ok, {})));
    EXPECT_EQ(code_of(client.receive(static_cast<auth_request>(request), {})), errc::protocol_error) << request;
  }
}

TEST(authenticator, refuses_methods_that_require_auth_forbids_before_it_answers) {
  authenticator client(options("pencil", "scram-sha-256"));
  EXPECT_EQ(code_of(client.receive(auth_request::cleartext_password, {})), errc::authentication_refused);
  authenticator other(options("pencil", "!md5"));
  EXPECT_EQ(code_of(other.receive(auth_request::md5_password, body("salt"))), errc::authentication_refused);
  exchange scram(options("pencil", "password,md5"));
  EXPECT_EQ(code_of(scram.initial), errc::authentication_refused);
}

TEST(authenticator, refuses_a_server_that_skips_the_exchange_that_require_auth_asks_for) {
  authenticator client(options("pencil", "scram-sha-256"));
  EXPECT_EQ(code_of(client.receive(auth_request::ok, {})), errc::authentication_refused);
}

TEST(authenticator, does_not_fall_back_to_an_unbound_exchange_where_binding_is_required) {
  const auto required = [] {
    auto made = options("pencil", "", channel_binding_policy::require);
    made.tls = true;
    made.tls_server_end_point = {'h'};
    return made;
  };
  EXPECT_EQ(code_of(exchange(required(), plain_list).initial), errc::authentication_refused);
  authenticator trusting(required());
  EXPECT_EQ(code_of(trusting.receive(auth_request::ok, {})), errc::authentication_refused);
  authenticator clear(required());
  EXPECT_EQ(code_of(clear.receive(auth_request::cleartext_password, {})), errc::authentication_refused);

  auto ed25519 = required();
  ed25519.tls_server_end_point.clear();
  EXPECT_EQ(code_of(exchange(std::move(ed25519), both_list).initial), errc::authentication_refused);
}

TEST(authenticator, names_the_method_that_it_does_not_speak) {
  const std::pair<std::uint32_t, std::string_view> methods[] = {
      {1, "Kerberos V4"}, {2, "Kerberos V5"}, {4, "crypt"}, {6, "SCM"}, {7, "GSSAPI"}, {9, "SSPI"}, {4711, "4711"}};
  for (const auto& [request, name] : methods) {
    authenticator client(options());
    const auto error = error_of(client.receive(static_cast<auth_request>(request), {}));
    EXPECT_EQ(error.code(), errc::authentication_unsupported);
    EXPECT_NE(error.message().find(name), std::string::npos) << error.message();
  }
}

TEST(authenticator, says_that_a_password_is_missing) {
  for (const auth_request request :
       {auth_request::cleartext_password, auth_request::md5_password, auth_request::sasl}) {
    authenticator client(options(""));
    const std::string_view data = request == auth_request::sasl           ? std::string_view(plain_list)
                                  : request == auth_request::md5_password ? "salt"
                                                                          : "";
    const auto error = error_of(client.receive(request, body(data)));
    EXPECT_EQ(error.code(), errc::authentication_failed);
    EXPECT_NE(error.message().find("none was given"), std::string::npos);
  }
}

TEST(authenticator, refuses_a_password_with_a_nul) {
  authenticator client(options(std::string_view("a\0b", 3)));
  EXPECT_EQ(code_of(client.receive(auth_request::cleartext_password, {})), errc::embedded_nul);
}

TEST(authenticator, refuses_bodies_of_the_wrong_form) {
  const auto refuses = [](auth_request request, std::string_view data) {
    authenticator client(options());
    EXPECT_EQ(code_of(client.receive(request, body(data))), errc::protocol_error) << data;
  };
  refuses(auth_request::ok, "x");
  refuses(auth_request::cleartext_password, "x");
  refuses(auth_request::md5_password, "");
  refuses(auth_request::md5_password, "abc");
  refuses(auth_request::md5_password, "abcde");
  refuses(auth_request::sasl, "");
  refuses(auth_request::sasl, "SCRAM-SHA-256");
  refuses(auth_request::sasl, "SCRAM-SHA-256\0"s);
  refuses(auth_request::sasl, "SCRAM-SHA-256\0\0x"s);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "X\0"s;
  refuses(auth_request::sasl, many + '\0');
}

TEST(authenticator, refuses_keys_that_nobody_asked_for) {
  authenticator client(options());
  EXPECT_TRUE(error_of(client.resume(scram_keys())));
  EXPECT_TRUE(error_of(client.receive(auth_request::ok, {})));
}

TEST(authenticator, passes_on_the_failure_of_a_derivation) {
  exchange scram;
  ASSERT_TRUE(std::holds_alternative<derive_scram_keys>(scram.first()));
  const auto step = scram.client.resume(make_auth_error(errc::authentication_unsupported, "no HMAC"));
  EXPECT_EQ(code_of(step), errc::authentication_unsupported);
  EXPECT_TRUE(error_of(scram.ok()));
}

TEST(authenticator, keeps_the_password_out_of_every_error) {
  const std::string_view hostile[] = {"", "x", "r=", "salt", "e=pencil", "SCRAM-SHA-256\0\0"};
  for (std::uint32_t request = 0; request <= 13; ++request) {
    for (const std::string_view data : hostile) {
      authenticator client(options("Tr0ub4dor&3", "!none"));
      const auto error = error_of(client.receive(static_cast<auth_request>(request), body(data)));
      EXPECT_EQ(error.what().find("Tr0ub4dor"), std::string::npos);
    }
  }
}

TEST(authenticator, reports_the_stage_and_a_connection_that_is_lost) {
  authenticator client(options(""));
  const auto error = error_of(client.receive(auth_request::cleartext_password, {}));
  EXPECT_EQ(error.stage(), "authentication");
  EXPECT_FALSE(error.connection_usable());
}

}  // namespace
}  // namespace pgcoro::auth
