#include "platform/tls/testing/certificates.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/check.h"

namespace tarn::tls::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

template <class Write>
std::string pem_of(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  check(write(bio.get()) == 1, "a PEM text is written");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

void add_extension(X509* to, int kind, const char* value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value), X509_EXTENSION_free);
  check(X509_add_ext(to, extension.get(), -1) == 1, "an extension is added");
}

void sign(X509* certificate, const Issued* issuer, EVP_PKEY* own_key) {
  if (issuer == nullptr) {
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    check(X509_sign(certificate, own_key, EVP_sha256()) > 0, "the certificate is signed");
    return;
  }
  const auto reader = [](const std::string& text) {
    return std::unique_ptr<BIO, decltype(&BIO_free)>(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  };
  const X509Ptr authority(
      PEM_read_bio_X509(reader(issuer->certificate_pem).get(), nullptr, nullptr, nullptr),
      X509_free);
  const Key key(PEM_read_bio_PrivateKey(reader(issuer->key_pem).get(), nullptr, nullptr, nullptr),
                EVP_PKEY_free);
  X509_set_issuer_name(certificate, X509_get_subject_name(authority.get()));
  check(X509_sign(certificate, key.get(), EVP_sha256()) > 0, "the certificate is signed");
}

}  // namespace

Issued issue(const Wanted& wanted) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const X509Ptr x509(X509_new(), X509_free);
  check(key && x509, "OpenSSL makes a key");
  X509_set_version(x509.get(), 2);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), ++serial);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wanted.valid_for).count();
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), -86'400);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), seconds);
  X509_set_pubkey(x509.get(), key.get());
  for (const auto& [name, value] : wanted.subject) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509.get()), name.c_str(), MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0);
  }
  if (wanted.issuer == nullptr) add_extension(x509.get(), NID_basic_constraints, "CA:TRUE");
  add_extension(x509.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  sign(x509.get(), wanted.issuer, key.get());
  return {pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, x509.get()); }),
          pem_of([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace tarn::tls::testing
