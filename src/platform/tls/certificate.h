// X.509 certificates, as far as a server looks into them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

// OpenSSL's, which only this module's sources include.
struct ssl_st;
struct x509_st;

namespace tarn::tls {

struct Certificate {
  std::string subject;  // RFC 2253, as subject_of()
  Timestamp valid_from;
  Timestamp valid_until;
};

// The first certificate of a text in PEM form. Errors: invalid_argument.
Result<Certificate> read_certificate(std::string_view pem);

// The name by which Kafka calls the owner: RFC 2253 with the spelling of Java's X500Principal, so
// that access lists written for Kafka hold: "CN=alice,OU=billing,O=Example,C=CH".
std::string subject_of(const x509_st* certificate);
// Of the peer of a finished handshake; none: it has shown no certificate.
std::optional<std::string> peer_subject(const ssl_st* connection);

}  // namespace tarn::tls
