// A server that answers each connection with the next bytes of a script, well-formed or not.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "engines/http/testing/certificate.h"
#include "platform/runtime/task.h"

namespace tarn::http::testing {

// Listens on 127.0.0.1. After its answer a connection is closed, unless the answer ends in
// "[stay]": then it stays open and the next request on it gets the next answer.
class ScriptedServer {
 public:
  ScriptedServer(boost::asio::any_io_executor executor, std::vector<std::string> answers,
                 std::optional<Certificate> certificate = {});
  ~ScriptedServer();

  [[nodiscard]] uint16_t port() const;
  // The heads and bodies that came, in order.
  [[nodiscard]] const std::vector<std::string>& requests() const;
  [[nodiscard]] int connections() const;
  runtime::Awaitable<bool> stop();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::http::testing
