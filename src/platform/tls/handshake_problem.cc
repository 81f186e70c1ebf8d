#include "platform/tls/handshake_problem.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace tarn::tls {
namespace {

std::string of_reason(int reason) {
  switch (reason) {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "the client shows no certificate, and security.tls.client_auth wants one";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
      return "the client does not trust our certificate: it needs the certificate of the authority "
             "that signed it";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
      return "the client says that our certificate has expired";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return "the client speaks neither TLS 1.2 nor 1.3";
    case SSL_R_NO_SHARED_CIPHER:
      return "the client knows none of our ciphers";
    case SSL_R_HTTP_REQUEST:
      return "this is HTTP";
    default:
      return "";
  }
}

}  // namespace

std::string handshake_problem(const SSL* connection, int error, const std::string& message) {
  const long verified = SSL_get_verify_result(connection);
  if (verified != X509_V_OK) {
    return std::string("the client's certificate is not accepted: ") +
           X509_verify_cert_error_string(verified);
  }
  std::string known = of_reason(ERR_GET_REASON(static_cast<unsigned long>(error)));
  return known.empty() ? message : known;
}

}  // namespace tarn::tls
