#include "support/tls_certificates.hpp"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace pgcoro::test {
namespace {

void check(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL failed in a test's preparation");
}

std::string to_text(const std::function<bool(BIO*)>& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), &BIO_free_all);
  check(write(bio.get()));
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  check(extension != nullptr);
  check(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void sign(X509* certificate, const identity& authority, const certificate_request& request) {
  const bool hashless = EVP_PKEY_is_a(authority.key.get(), "ED25519") == 1;
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* parameters = nullptr;
  check(EVP_DigestSignInit(context, &parameters, hashless ? nullptr : request.digest, nullptr, authority.key.get()) ==
        1);
  if (request.rsa_pss) check(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1);
  check(X509_sign_ctx(certificate, context) > 0);
  EVP_MD_CTX_free(context);
}

certificate_pointer make_certificate(const certificate_request& request, EVP_PKEY* key, X509* issuer) {
  static long serial = 1;
  certificate_pointer made(X509_new());
  X509* const certificate = made.get();
  X509* const signer = issuer == nullptr ? certificate : issuer;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(request.common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  X509_time_adj_ex(X509_getm_notBefore(certificate), request.first_day, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(certificate), request.last_day, 0, nullptr);
  check(X509_set_pubkey(certificate, key) == 1);
  if (!request.names.empty()) add_extension(certificate, signer, NID_subject_alt_name, request.names);
  return made;
}

}  // namespace

key_pointer make_ec_key() { return key_pointer(EVP_EC_gen("P-256")); }
key_pointer make_ed25519_key() { return key_pointer(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }
key_pointer make_rsa_key() { return key_pointer(EVP_RSA_gen(2048u)); }

std::string identity::certificate_pem() const {
  return to_text([this](BIO* to) { return PEM_write_bio_X509(to, certificate.get()) == 1; });
}

std::string identity::key_pem(const std::string& password) const {
  return to_text([&](BIO* to) {
    return PEM_write_bio_PrivateKey(to, key.get(), password.empty() ? nullptr : EVP_aes_128_cbc(),
                                    reinterpret_cast<const unsigned char*>(password.data()),
                                    static_cast<int>(password.size()), nullptr, nullptr) == 1;
  });
}

std::string identity::key_der() const {
  return to_text([this](BIO* to) { return i2d_PrivateKey_bio(to, key.get()) == 1; });
}

identity make_authority(const std::string& name, key_pointer key) {
  const certificate_request request{.common_name = name};
  identity made{std::move(key), nullptr};
  made.certificate = make_certificate(request, made.key.get(), nullptr);
  add_extension(made.certificate.get(), made.certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(made.certificate.get(), made.certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  sign(made.certificate.get(), made, request);
  return made;
}

identity issue(const identity& authority, const certificate_request& request, key_pointer key) {
  identity made{std::move(key), nullptr};
  made.certificate = make_certificate(request, made.key.get(), authority.certificate.get());
  sign(made.certificate.get(), authority, request);
  return made;
}

std::string revoke(const identity& authority, const std::vector<const identity*>& revoked) {
  const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(X509_CRL_new(), &X509_CRL_free);
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> when(ASN1_TIME_new(), &ASN1_TIME_free);
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority.certificate.get()));
  X509_time_adj_ex(when.get(), -1, 0, nullptr);
  X509_CRL_set1_lastUpdate(list.get(), when.get());
  for (const identity* const one : revoked) {
    X509_REVOKED* const entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(one->certificate.get()));
    X509_REVOKED_set_revocationDate(entry, when.get());
    check(X509_CRL_add0_revoked(list.get(), entry) == 1);
  }
  X509_time_adj_ex(when.get(), 1, 0, nullptr);
  X509_CRL_set1_nextUpdate(list.get(), when.get());
  check(X509_CRL_sign(list.get(), authority.key.get(), EVP_sha256()) > 0);
  return to_text([&list](BIO* to) { return PEM_write_bio_X509_CRL(to, list.get()) == 1; });
}

temporary_folder::temporary_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "pgcoro-tls-XXXXXX").string();
  check(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string temporary_folder::write(const std::string& name, const std::string& content, unsigned mode) const {
  const std::string file = path(name);
  std::ofstream(file, std::ios::binary) << content;
  std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
  return file;
}

}  // namespace pgcoro::test
