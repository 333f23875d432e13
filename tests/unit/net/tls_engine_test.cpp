#include "net/tls_engine.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "unit/net/tls_fixture.hpp"

namespace pgcoro::test {
namespace {

using namespace std::string_view_literals;

struct tls_engine : testing::TestWithParam<int> {
  server_settings server() const { return {.min_version = GetParam(), .max_version = GetParam()}; }

  connection made{context_of(trusting()), "db.example", server_identity(), server()};
};

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 2654435761u) >> 13);
  return text;
}

TEST_P(tls_engine, shakes_hands_and_carries_data_both_ways) {
  ASSERT_FALSE(made.handshake());
  EXPECT_EQ(made.send("to the server"), "to the server");
  made.server.write("to the client");
  EXPECT_EQ(made.receive(), "to the client");
  EXPECT_STREQ(made.client.version(), GetParam() == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2");
}

TEST_P(tls_engine, works_byte_by_byte) {
  ASSERT_FALSE(made.handshake(1));
  made.server.write("to the client");
  EXPECT_EQ(made.receive(1), "to the client");
}

TEST_P(tls_engine, carries_large_transfers_in_pieces_of_any_size) {
  ASSERT_FALSE(made.handshake());
  const std::string large = pattern(5'000'000);
  EXPECT_EQ(made.send(large), large);
  made.server.write(large);
  EXPECT_EQ(made.receive(70'001), large);
}

TEST_P(tls_engine, makes_no_plaintext_of_session_tickets) {
  ASSERT_FALSE(made.handshake());
  EXPECT_EQ(made.receive(), "");
  EXPECT_TRUE(made.in.empty());
  EXPECT_FALSE(made.last.closed);
  EXPECT_FALSE(made.last.error);
}

TEST_P(tls_engine, sends_nothing_for_nothing) {
  ASSERT_FALSE(made.handshake());
  EXPECT_FALSE(made.client.encrypt({}, made.out));
  EXPECT_TRUE(made.out.empty());
}

TEST_P(tls_engine, delivers_what_came_before_close_notify_and_then_says_that_it_is_closed) {
  ASSERT_FALSE(made.handshake());
  made.server.write("goodbye");
  made.server.close();
  EXPECT_EQ(made.receive(), "goodbye");
  EXPECT_TRUE(made.last.closed);
  EXPECT_FALSE(made.last.error);
}

TEST_P(tls_engine, says_close_notify_on_shutdown) {
  ASSERT_FALSE(made.handshake());
  made.client.shutdown(made.out);
  made.server.receive(text_of(made.out));
  made.server.read();
  EXPECT_NE(SSL_get_shutdown(made.server.ssl()) & SSL_RECEIVED_SHUTDOWN, 0);
}

TEST_P(tls_engine, has_nothing_to_shut_down_before_the_handshake) {
  made.client.shutdown(made.out);
  EXPECT_TRUE(made.out.empty());
}

TEST_P(tls_engine, refuses_a_record_that_was_tampered_with_and_tells_the_peer) {
  ASSERT_FALSE(made.handshake());
  ASSERT_EQ(made.receive(), "");
  made.server.write("SELECT 1");
  std::string sent = made.server.send();
  sent.back() = static_cast<char>(sent.back() ^ 1);
  made.in.append(sent);
  protocol::buffer plain;
  const auto result = made.client.decrypt(made.in, plain);
  EXPECT_EQ(result.error.code(), errc::tls_failed);
  EXPECT_TRUE(plain.empty());
  EXPECT_TRUE(made.client.has_output());
  made.client.take_output(made.out);
  EXPECT_FALSE(made.out.empty());
  EXPECT_FALSE(made.client.has_output());
}

TEST_P(tls_engine, refuses_plaintext_after_the_handshake) {
  ASSERT_FALSE(made.handshake());
  made.in.clear();
  made.in.append("Z\0\0\0\5I and whatever else a man in the middle may like to say"sv);
  protocol::buffer plain;
  EXPECT_EQ(made.client.decrypt(made.in, plain).error.code(), errc::tls_failed);
  EXPECT_TRUE(plain.empty());
}

TEST_P(tls_engine, stays_failed) {
  ASSERT_FALSE(made.handshake());
  made.in.append("this is no record of TLS");
  protocol::buffer plain;
  ASSERT_TRUE(made.client.decrypt(made.in, plain).error);
  EXPECT_TRUE(made.client.decrypt(made.in, plain).error);
  EXPECT_TRUE(made.client.encrypt(protocol::as_bytes("more"), made.out));
}

INSTANTIATE_TEST_SUITE_P(versions, tls_engine, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) { return version.param == TLS1_2_VERSION ? "tls1_2" : "tls1_3"; });

TEST(tls_handshake, refuses_plaintext_in_its_place) {
  for (const std::string_view garbage :
       {"E\0\0\0\x20SFATAL\0Mno more connections\0\0"sv, "HTTP/1.1 400 Bad Request\r\n"sv, "SSSSSSSS"sv, "NNNNNN"sv}) {
    connection made(context_of(trusting()), "db.example", server_identity());
    ASSERT_FALSE(made.client.handshake(made.in, made.out).error);
    made.in.append(garbage);
    const auto step = made.client.handshake(made.in, made.out);
    EXPECT_EQ(step.error.code(), errc::tls_failed) << garbage;
    EXPECT_EQ(step.error.message().find("connections"), std::string::npos) << "text of an unknown peer";
    EXPECT_FALSE(step.error.connection_usable());
  }
}

TEST(tls_handshake, refuses_tls_1_1) {
  auto weak = trusting();
  connection made(context_of(weak), "db.example", server_identity(),
                  {.min_version = TLS1_1_VERSION, .max_version = TLS1_1_VERSION});
  EXPECT_EQ(made.handshake().code(), errc::tls_failed);
}

TEST(tls_handshake, keeps_to_the_bounds_of_the_version) {
  auto only_1_3 = trusting();
  only_1_3.min_version = tls_version::tls1_3;
  EXPECT_TRUE(
      connection(context_of(only_1_3), "db.example", server_identity(), {.max_version = TLS1_2_VERSION}).handshake());
  auto only_1_2 = trusting();
  only_1_2.max_version = tls_version::tls1_2;
  connection made(context_of(only_1_2), "db.example", server_identity());
  ASSERT_FALSE(made.handshake());
  EXPECT_STREQ(made.client.version(), "TLSv1.2");
}

TEST(tls_handshake, demands_alpn_of_a_server_that_is_spoken_to_directly) {
  auto direct = trusting();
  direct.negotiation = sslnegotiation::direct;
  EXPECT_FALSE(connection(context_of(direct), "db.example", server_identity()).handshake());
  const auto error = connection(context_of(direct), "db.example", server_identity(), {.alpn = ""}).handshake();
  EXPECT_NE(error.message().find("ALPN"), std::string::npos);
}

TEST(tls_handshake, does_without_alpn_where_the_server_was_asked_first_but_accepts_no_other_protocol) {
  EXPECT_FALSE(connection(context_of(trusting()), "db.example", server_identity(), {.alpn = ""}).handshake());
  EXPECT_TRUE(connection(context_of(trusting()), "db.example", server_identity(), {.alpn = "http/1.1"}).handshake());
}

std::string sni_for(const std::string& host, bool sni = true) {
  auto settings = trusting(sslmode::require);
  settings.sni = sni;
  connection made(context_of(settings), host, server_identity());
  EXPECT_FALSE(made.handshake());
  const char* const name = SSL_get_servername(made.server.ssl(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

TEST(tls_handshake, tells_the_server_which_name_it_was_called_by) {
  EXPECT_EQ(sni_for("db.example"), "db.example");
  EXPECT_EQ(sni_for("db.example."), "db.example");
  EXPECT_EQ(sni_for("10.example"), "10.example");
}

TEST(tls_handshake, tells_no_name_where_it_is_an_address_or_sni_is_off) {
  for (const std::string host : {"10.0.0.1", "::1", "fe80::1%eth0", "127.1", ""}) EXPECT_EQ(sni_for(host), "") << host;
  EXPECT_EQ(sni_for("db.example", false), "");
}

/// The types of the records in some ciphertext (RFC 8446 section 5.1).
std::string record_types(std::string_view ciphertext) {
  std::string types;
  while (ciphertext.size() >= 5) {
    types += ciphertext[0];
    const auto high = static_cast<unsigned char>(ciphertext[3]), low = static_cast<unsigned char>(ciphertext[4]);
    ciphertext.remove_prefix(std::min<std::size_t>(ciphertext.size(), 5u + high * 256u + low));
  }
  return types;
}
constexpr char alert = 21, application_data = 23;

TEST(tls_post_handshake, answers_a_key_update_without_making_plaintext_of_it) {
  connection made(context_of(trusting()), "db.example", server_identity());
  ASSERT_FALSE(made.handshake());
  ASSERT_EQ(made.receive(), "");
  ASSERT_EQ(SSL_key_update(made.server.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
  made.server.write("after the update");
  EXPECT_EQ(made.receive(1), "after the update");
  EXPECT_FALSE(made.last.error);

  ASSERT_FALSE(made.client.encrypt(protocol::as_bytes("with new keys"), made.out));
  const std::string sent = text_of(made.out);
  EXPECT_EQ(record_types(sent), std::string(2, application_data)) << "the answer and the data";
  made.server.receive(sent);
  EXPECT_EQ(made.server.read(), "with new keys");
}

TEST(tls_post_handshake, refuses_to_renegotiate) {
  connection made(context_of(trusting()), "db.example", server_identity(), {.max_version = TLS1_2_VERSION});
  ASSERT_FALSE(made.handshake());
  ASSERT_EQ(SSL_renegotiate(made.server.ssl()), 1);
  made.server.handshake();
  EXPECT_EQ(made.receive(), "");
  ASSERT_FALSE(made.last.error);
  ASSERT_TRUE(made.client.has_output());
  made.client.take_output(made.out);
  EXPECT_FALSE(made.client.has_output());
  EXPECT_EQ(record_types(text_of(made.out)), std::string(1, alert));
}

}  // namespace
}  // namespace pgcoro::test
