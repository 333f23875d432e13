// Certificates made on the spot, so that no private key lies in the repository.
//
//   identity authority = make_authority("the CA");
//   identity server = issue(authority, {.names = "DNS:db.example"});
//   temporary_folder files;
//   settings.root_file = files.write("root.crt", authority.certificate_pem());
#pragma once

#include <filesystem>
#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>
#include <vector>

namespace pgcoro::test {

struct free_openssl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using key_pointer = std::unique_ptr<EVP_PKEY, free_openssl>;
using certificate_pointer = std::unique_ptr<X509, free_openssl>;

key_pointer make_ec_key();
key_pointer make_ed25519_key();
key_pointer make_rsa_key();

struct identity {
  key_pointer key;
  certificate_pointer certificate;

  std::string certificate_pem() const;
  std::string key_pem(const std::string& password = {}) const;
  std::string key_der() const;
};

struct certificate_request {
  std::string common_name = "server";
  std::string names = {};            ///< subjectAltName as OpenSSL's configuration spells it: "DNS:a,IP:10.0.0.1"
  int first_day = -1, last_day = 1;  ///< of validity, from today
  const EVP_MD* digest = EVP_sha256();
  bool rsa_pss = false;
};

identity make_authority(const std::string& name, key_pointer key = make_ec_key());
identity issue(const identity& authority, const certificate_request& request, key_pointer key = make_ec_key());

/// A revocation list with these certificates on it, in PEM.
std::string revoke(const identity& authority, const std::vector<const identity*>& revoked);

/// Removed with everything in it at the end.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  /// Writes a file with permissions 0600 unless told otherwise, and returns its path.
  std::string write(const std::string& name, const std::string& content, unsigned mode = 0600) const;
  std::string path(const std::string& name = {}) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace pgcoro::test
