// A certificate made for one test.
#pragma once

#include <string>

namespace tarn::http::testing {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};

// Self-signed, for a host name.
Certificate make_certificate(const std::string& host);

}  // namespace tarn::http::testing
