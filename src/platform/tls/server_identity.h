// What a TLS server shows of itself, and what it wants to see of its clients.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

// OpenSSL's.
struct ssl_ctx_st;
struct ssl_st;

namespace tarn::tls {

// none: clients show nothing; requested: those who show a certificate must show a good one.
enum class ClientCertificates { none, requested, required };

// Texts in PEM form.
struct IdentityTexts {
  std::string certificate;  // the server's first, then those that lead to its authority
  std::string key;
  std::string client_authorities;  // who may sign certificates of clients
  ClientCertificates clients = ClientCertificates::none;
};

// A key that can be used. Errors: invalid_argument (none there, or it wants a password).
Status check_key(std::string_view pem);
Status check_authorities(std::string_view pem);

// Immutable: another certificate is another identity. Connections that shook hands with the former
// one keep it. Serves TLS 1.2 and 1.3.
class ServerIdentity {
 public:
  // Errors: invalid_argument (what the checks above say, or the key belongs to another
  // certificate).
  static Result<std::shared_ptr<const ServerIdentity>> make(const IdentityTexts& texts);
  ~ServerIdentity();
  ServerIdentity(const ServerIdentity&) = delete;
  ServerIdentity& operator=(const ServerIdentity&) = delete;

  // One side of a new connection, which the caller owns.
  [[nodiscard]] ssl_st* new_connection() const;

 private:
  explicit ServerIdentity(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
};

}  // namespace tarn::tls
