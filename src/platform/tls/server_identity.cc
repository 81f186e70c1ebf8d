#include "platform/tls/server_identity.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/check.h"
#include "platform/tls/certificate.h"

namespace tarn::tls {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;

Error invalid(std::string message) {
  ERR_clear_error();
  return {ErrorCode::invalid_argument, std::move(message)};
}

Bio reader_of(std::string_view text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

// Nobody sits there to be asked.
int refuse_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

Result<Key> read_key(std::string_view pem) {
  const Bio bio = reader_of(pem);
  bool was_asked = false;
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_password, &was_asked), EVP_PKEY_free);
  if (key) return key;
  if (was_asked) {
    return invalid("the key is locked by a password; 'openssl pkey -in KEY -out NEW' opens it");
  }
  return invalid("it holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
}

std::vector<X509Ptr> read_certificates(std::string_view pem) {
  const Bio bio = reader_of(pem);
  std::vector<X509Ptr> found;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    found.emplace_back(next, X509_free);
  }
  ERR_clear_error();
  return found;
}

Status use_certificate(SSL_CTX* context, const IdentityTexts& texts) {
  TRY(read_certificate(texts.certificate));
  const auto chain = read_certificates(texts.certificate);
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    return invalid("the certificate's key is too weak to be used");
  }
  for (size_t i = 1; i < chain.size(); ++i) {
    check(SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1, "a chain can grow");
  }
  const Key key = TRY(read_key(texts.key));
  if (X509_check_private_key(chain.front().get(), key.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return invalid("the key does not belong to the certificate");
  }
  return {};
}

Status use_authorities(SSL_CTX* context, const IdentityTexts& texts) {
  if (texts.clients == ClientCertificates::none) return {};
  TRY(check_authorities(texts.client_authorities));
  for (const X509Ptr& authority : read_certificates(texts.client_authorities)) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
    SSL_CTX_add_client_CA(context, authority.get());
  }
  const bool is_required = texts.clients == ClientCertificates::required;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (is_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     nullptr);
  return {};
}

}  // namespace

Status check_key(std::string_view pem) {
  TRY(read_key(pem));
  return {};
}

Status check_authorities(std::string_view pem) {
  TRY(read_certificate(pem));
  return {};
}

Result<std::shared_ptr<const ServerIdentity>> ServerIdentity::make(const IdentityTexts& texts) {
  SSL_CTX* native = SSL_CTX_new(TLS_server_method());
  check(native != nullptr, "OpenSSL makes a context");
  const std::shared_ptr<const ServerIdentity> made(new ServerIdentity(native));
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Clients carry their sessions themselves: nothing of them is kept here.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  constexpr unsigned char kSessions[] = "tarn";
  SSL_CTX_set_session_id_context(native, kSessions, sizeof(kSessions) - 1);
  TRY(use_certificate(native, texts));
  TRY(use_authorities(native, texts));
  return made;
}

ServerIdentity::~ServerIdentity() {
  SSL_CTX_free(context_);
}

SSL* ServerIdentity::new_connection() const {
  SSL* connection = SSL_new(context_);
  check(connection != nullptr, "OpenSSL makes a connection");
  return connection;
}

}  // namespace tarn::tls
