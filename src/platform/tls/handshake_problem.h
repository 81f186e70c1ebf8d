// Why a TLS handshake has failed, for the person who runs the server.
#pragma once

#include <string>

struct ssl_st;

namespace tarn::tls {

// error: OpenSSL's number, or another one; message: what the library says to it.
std::string handshake_problem(const ssl_st* connection, int error, const std::string& message);

}  // namespace tarn::tls
