// Who asks.
#pragma once

#include <string>

namespace tarn::access {

struct Caller {
  std::string principal = "User:ANONYMOUS";  // as nobody who has logged in is called
  std::string host = {};                     // the address without port: "10.0.0.1"
};

}  // namespace tarn::access
