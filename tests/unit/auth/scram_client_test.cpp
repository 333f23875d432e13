#include "auth/scram_client.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <numeric>

#include "auth/base64.hpp"
#include "unit/auth/scram_server.hpp"

namespace pgcoro::auth {
namespace {

constexpr std::string_view rfc_nonce = "rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view rfc_server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

scram_options with_nonce(std::string_view nonce = "abc") { return {.nonce = std::string(nonce)}; }

/// A client that has sent its first message with the nonce "abc".
scram_client started(scram_options options = with_nonce()) {
  scram_client client(std::move(options));
  EXPECT_TRUE(client.client_first());
  return client;
}

std::string refusal(std::string_view server_first, scram_options options = with_nonce()) {
  scram_client client = started(std::move(options));
  const auto parameters = client.server_first(server_first);
  if (parameters) return "accepted";
  EXPECT_EQ(parameters.error().code(), errc::authentication_failed);
  return parameters.error().message();
}

/// Goes through an exchange up to the server's last message, which `falsify` may change.
error_info finish(const std::function<std::string(std::string)>& falsify) {
  scram_server server("pencil");
  scram_client client(with_nonce());
  const auto parameters = client.server_first(server.first(client.client_first().value())).value();
  const auto keys = derive_keys("pencil", parameters.salt, parameters.iterations).value();
  const std::string last = server.final(client.client_final(keys).value());
  const error_info error = client.server_final(falsify(last));
  EXPECT_EQ(client.verified(), !error);
  return error;
}

TEST(scram_keys, are_those_of_rfc_7677) {
  const auto salt = base64_decode("W22ZaJ0SNY7soEsUEjb6gQ==").value();
  const auto keys = derive_keys("pencil", salt, 4096).value();
  const std::string auth_message = "n=user,r=rOprNGfwEbeRWgbNEkqO," + std::string(rfc_server_first) +
                                   ",c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  auto proof = hmac_sha256(keys.stored_key, auth_message).value();
  for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= keys.client_key[i];
  EXPECT_EQ(base64_encode(proof), "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_EQ(base64_encode(hmac_sha256(keys.server_key, auth_message).value()),
            "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(scram_keys, are_not_derived_with_no_iterations_at_all) {
  EXPECT_FALSE(derive_keys("pencil", std::vector<unsigned char>{1}, 0));
}

// The vectors of this test and the next are those of RFC 7677 with the empty user name that PostgreSQL's clients send;
// proof and signature by Python's hashlib.
TEST(scram_client, speaks_scram_sha_256) {
  scram_client client(with_nonce(rfc_nonce));
  EXPECT_EQ(client.client_first().value(), "n,,n=,r=rOprNGfwEbeRWgbNEkqO");
  const auto parameters = client.server_first(rfc_server_first).value();
  EXPECT_EQ(parameters.iterations, 4096u);
  const auto keys = derive_keys("pencil", parameters.salt, parameters.iterations).value();
  EXPECT_EQ(client.client_final(keys).value(),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k=");
  EXPECT_FALSE(client.verified());
  EXPECT_FALSE(client.server_final("v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg="));
  EXPECT_TRUE(client.verified());
  EXPECT_FALSE(client.channel_bound());
}

TEST(scram_client, binds_the_channel_with_the_hash_of_the_certificate) {
  std::vector<unsigned char> end_point(32);
  std::iota(end_point.begin(), end_point.end(), static_cast<unsigned char>(0));
  scram_client client(
      {.nonce = std::string(rfc_nonce), .binding = channel_binding_flag::bound, .tls_server_end_point = end_point});
  EXPECT_EQ(client.client_first().value(), "p=tls-server-end-point,,n=,r=rOprNGfwEbeRWgbNEkqO");
  const auto parameters = client.server_first(rfc_server_first).value();
  const auto keys = derive_keys("pencil", parameters.salt, parameters.iterations).value();
  EXPECT_EQ(client.client_final(keys).value(),
            "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,"
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=Q8h71kjaoMzNI7dPksDrhRE/5mTUObF0fUHVIgBOWQg=");
  EXPECT_FALSE(client.server_final("v=ykwoqH8mLqO5AQCeuwwf6lsj9f8zyJZT/CcvAbN4Ssc="));
  EXPECT_TRUE(client.channel_bound());
}

TEST(scram_client, says_y_where_it_could_bind_and_the_server_did_not_offer_to) {
  scram_client client({.nonce = "abc", .binding = channel_binding_flag::not_offered});
  EXPECT_EQ(client.client_first().value(), "y,,n=,r=abc");
  ASSERT_TRUE(client.server_first("r=abcd,s=c2FsdA==,i=1"));
  EXPECT_TRUE(client.client_final({}).value().starts_with("c=eSws,r=abcd,p="));
}

TEST(scram_client, makes_a_new_nonce_of_18_random_bytes_each_time) {
  const auto nonce = make_client_nonce().value();
  EXPECT_EQ(nonce.size(), 24u);
  EXPECT_TRUE(base64_decode(nonce));
  EXPECT_NE(nonce, make_client_nonce().value());
}

TEST(scram_client, accepts_a_nonce_that_continues_its_own) { EXPECT_EQ(refusal("r=abcd,s=c2FsdA==,i=1"), "accepted"); }

TEST(scram_client, refuses_a_nonce_that_does_not_continue_its_own) {
  for (const std::string_view nonce : {"xbcd", "abd", "ab", "ABCd", "dabc"})
    EXPECT_NE(refusal("r=" + std::string(nonce) + ",s=c2FsdA==,i=1"), "accepted") << nonce;
}

TEST(scram_client, refuses_a_nonce_that_the_server_added_nothing_to) {
  EXPECT_NE(refusal("r=abc,s=c2FsdA==,i=1").find("added nothing"), std::string::npos);
}

TEST(scram_client, bounds_the_nonce) {
  const auto with_length = [](std::size_t n) { return "r=abc" + std::string(n - 3, 'x') + ",s=c2FsdA==,i=1"; };
  EXPECT_EQ(refusal(with_length(scram_client::longest_nonce)), "accepted");
  EXPECT_NE(refusal(with_length(scram_client::longest_nonce + 1)), "accepted");
  EXPECT_NE(refusal(with_length(10'000'000)), "accepted");
}

TEST(scram_client, refuses_a_nonce_that_is_not_printable) {
  for (const char c : {'\0', ' ', '\n', '\x7f', '\xff'})
    EXPECT_NE(refusal(std::string("r=abcd") + c + ",s=c2FsdA==,i=1"), "accepted");
}

TEST(scram_client, bounds_the_salt) {
  const auto with_length = [](std::size_t n) {
    return "r=abcd,s=" + base64_encode(std::vector<unsigned char>(n, 7)) + ",i=1";
  };
  EXPECT_EQ(refusal(with_length(1)), "accepted");
  EXPECT_EQ(refusal(with_length(scram_client::longest_salt)), "accepted");
  EXPECT_NE(refusal(with_length(scram_client::longest_salt + 1)), "accepted");
}

TEST(scram_client, refuses_a_salt_that_is_empty_or_not_base64) {
  for (const std::string_view salt : {"", "=", "c2FsdA", "c2FsdA=", "c2Fsd===", "c2Fs dA==", "c2FsdB==", "c2FsdA==A"})
    EXPECT_NE(refusal("r=abcd,s=" + std::string(salt) + ",i=1"), "accepted") << salt;
}

TEST(scram_client, refuses_an_iteration_count_that_is_no_positive_number) {
  for (const std::string_view count :
       {"", "0", "00", "-1", "+1", " 1", "1 ", "0x10", "1e3", "4294967296", "4294967297", "99999999999999999999"})
    EXPECT_NE(refusal("r=abcd,s=c2FsdA==,i=" + std::string(count)), "accepted") << count;
}

TEST(scram_client, refuses_more_iterations_than_it_was_told_to_do_before_doing_any) {
  EXPECT_EQ(refusal("r=abcd,s=c2FsdA==,i=100000"), "accepted");
  EXPECT_NE(refusal("r=abcd,s=c2FsdA==,i=100001").find("scram_max_iterations"), std::string::npos);
  EXPECT_NE(refusal("r=abcd,s=c2FsdA==,i=4294967295"), "accepted");
  EXPECT_EQ(refusal("r=abcd,s=c2FsdA==,i=7", {.nonce = "abc", .max_iterations = 7}), "accepted");
  EXPECT_NE(refusal("r=abcd,s=c2FsdA==,i=8", {.nonce = "abc", .max_iterations = 7}), "accepted");
}

TEST(scram_client, refuses_a_mandatory_extension_that_it_does_not_know) {
  for (const std::string_view message : {"m=x,r=abcd,s=c2FsdA==,i=1", "r=abcd,s=c2FsdA==,i=1,m=x"})
    EXPECT_NE(refusal(message).find("extension"), std::string::npos) << message;
  EXPECT_TRUE(finish([](const std::string& last) { return last + ",m=x"; }));
}

TEST(scram_client, passes_over_optional_extensions) {
  EXPECT_EQ(refusal("r=abcd,s=c2FsdA==,i=1,x=y,Z=a=b"), "accepted");
  EXPECT_FALSE(finish([](const std::string& last) { return last + ",x=y"; }));
}

TEST(scram_client, refuses_malformed_messages) {
  for (const std::string_view message :
       {"", ",", "r", "r=", "r=abcd", "r=abcd,", "r=abcd,s=c2FsdA==", "r=abcd,s=c2FsdA==,",
        "r=abcd,i=1,s=c2FsdA==", "s=c2FsdA==,i=1,r=abcd", "r=abcd,s=c2FsdA==,i=1,", "r=abcd,s=c2FsdA==,i=1,,",
        "r=abcd,s=c2FsdA==,i=1,xy", "r=abcd,s=c2FsdA==,i=1,1=2", "r=abcd,,s=c2FsdA==,i=1", "R=abcd,s=c2FsdA==,i=1"})
    EXPECT_NE(refusal(message), "accepted") << message;
}

TEST(scram_client, refuses_a_signature_with_any_one_bit_wrong) {
  for (std::size_t bit = 0; bit < 256; ++bit) {
    const error_info error = finish([bit](const std::string& last) {
      auto signature = base64_decode(std::string_view(last).substr(2)).value();
      signature[bit / 8] ^= static_cast<unsigned char>(1u << (bit % 8));
      return "v=" + base64_encode(signature);
    });
    EXPECT_EQ(error.code(), errc::authentication_failed);
  }
}

TEST(scram_client, refuses_a_signature_of_any_other_length) {
  for (const std::size_t length : {0u, 1u, 31u, 33u, 64u}) {
    EXPECT_TRUE(finish([length](const std::string& last) {
      auto signature = base64_decode(std::string_view(last).substr(2)).value();
      signature.resize(length);
      return "v=" + base64_encode(signature);
    })) << length;
  }
}

TEST(scram_client, refuses_a_server_that_does_not_know_the_password) {
  scram_server impostor("another password");
  scram_client client(with_nonce());
  const auto parameters = client.server_first(impostor.first(client.client_first().value())).value();
  ASSERT_TRUE(client.client_final(derive_keys("pencil", parameters.salt, parameters.iterations).value()));
  EXPECT_TRUE(client.server_final("v=" + base64_encode(sha256_digest{})));
  EXPECT_FALSE(client.verified());
}

TEST(scram_client, reports_the_error_that_the_server_names) {
  const error_info error = finish([](const std::string&) { return "e=invalid-proof"; });
  EXPECT_NE(error.message().find("\"invalid-proof\""), std::string::npos);
  EXPECT_TRUE(finish([](const std::string& last) { return "e=other-error," + last; }));
}

TEST(scram_client, keeps_control_characters_of_the_server_out_of_the_error_text) {
  const error_info error = finish([](const std::string&) { return "e=\x1b[31m\n" + std::string(100'000, 'x'); });
  EXPECT_LT(error.message().size(), 300u);
  EXPECT_EQ(error.message().find_first_of("\x1b\n"), std::string::npos);
}

TEST(scram_client, takes_each_message_once_and_only_in_its_order) {
  using step = std::function<bool(scram_client&)>;
  const step steps[] = {
      [](scram_client& c) { return c.client_first().has_value(); },
      [](scram_client& c) { return c.server_first("r=abcd,s=c2FsdA==,i=1").has_value(); },
      [](scram_client& c) { return c.client_final({}).has_value(); },
      [](scram_client& c) {
        const std::string signed_with_no_key =
            base64_encode(hmac_sha256(scram_keys().server_key, "n=,r=abc,r=abcd,s=c2FsdA==,i=1,c=biws,r=abcd").value());
        return !c.server_final("v=" + signed_with_no_key);
      }};
  for (std::size_t done = 0; done <= 4; ++done) {
    for (std::size_t next = 0; next < 4; ++next) {
      scram_client client(with_nonce());
      for (std::size_t i = 0; i < done; ++i) ASSERT_TRUE(steps[i](client));
      EXPECT_EQ(steps[next](client), next == done) << done << " then " << next;
      if (next == done) continue;
      EXPECT_FALSE(client.verified());
      for (const step& any : steps) EXPECT_FALSE(any(client)) << "after the error " << done << " then " << next;
    }
  }
}

}  // namespace
}  // namespace pgcoro::auth
