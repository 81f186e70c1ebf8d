// Certificates made for one test.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace tarn::tls::testing {

struct Issued {
  std::string certificate_pem;
  std::string key_pem;
};

struct Wanted {
  // Attributes by their names in OpenSSL, from the first to the last.
  std::vector<std::pair<std::string, std::string>> subject = {{"CN", "localhost"}};
  Millis valid_for = std::chrono::hours(1);  // negative: it has expired
  const Issued* issuer = nullptr;            // none: it signs itself, and may sign others
};

Issued issue(const Wanted& wanted = {});

}  // namespace tarn::tls::testing
