// How commands reach an instance.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>

#include "app/project.h"
#include "app/wiring.h"
#include "base/error.h"
#include "engines/http/client.h"
#include "platform/os/clock.h"

namespace tarn::app {

// The instance that runs on the project's data directory, found through its endpoints.json. When
// none runs, the directory is opened by this process for the time of the command: no port, no
// source runs, and it ends with the command.
class Admin {
 public:
  // unavailable when no instance runs and the directory is not there or cannot be opened.
  static Result<std::unique_ptr<Admin>> connect(const Project& project);
  ~Admin();

  // target: "/tarn/v1/topics?x=y", encoded. An answer of 400 and above is an error with its detail.
  Result<std::string> ask(http::Method method, const std::string& target,
                          const std::string& body = "{}");
  Result<boost::json::value> ask_json(http::Method method, const std::string& target,
                                      const std::string& body = "{}");
  // True: an own, temporary instance.
  [[nodiscard]] bool is_local() const { return wiring_ != nullptr; }

 private:
  Admin() = default;
  Status connect_to(const std::string& url);
  Status open(const Project& project);
  Result<http::Response> send(http::Request request);

  boost::asio::io_context io_{1};
  os::SystemClock clock_;
  std::unique_ptr<http::Client> client_;
  std::string url_;
  std::unique_ptr<Wiring> wiring_;
};

}  // namespace tarn::app
