// How commands reach an instance.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>

#include "app/progress.h"
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
  // unavailable when no instance runs and the directory is not there or cannot be opened. The
  // terminal, which outlives it, shows what takes long.
  static Result<std::unique_ptr<Admin>> connect(const Project& project, Terminal& terminal);
  // An instance that runs, or unavailable; every question is given up after patience.
  static Result<std::unique_ptr<Admin>> connect_running(const Project& project, Millis patience);
  ~Admin();

  // What the next questions are about, for who waits.
  void doing(std::string what) { doing_ = std::move(what); }

  // target: "/tarn/v1/topics?x=y", encoded. An answer of 400 and above is an error with its detail.
  Result<std::string> ask(http::Method method, const std::string& target,
                          const std::string& body = "{}");
  Result<boost::json::value> ask_json(http::Method method, const std::string& target,
                                      const std::string& body = "{}");
  // True: an own, temporary instance.
  [[nodiscard]] bool is_local() const { return wiring_ != nullptr; }

 private:
  Admin() = default;
  Status connect_to(const Project& project, Millis patience);
  Status open(const Project& project);
  Result<http::Response> send(http::Request request);
  template <class T>
  Result<T> wait_for(runtime::Task<T> work);

  boost::asio::io_context io_{1};
  os::SystemClock clock_;
  std::unique_ptr<http::Client> client_;
  std::string url_;
  Millis patience_{};
  Terminal* terminal_ = nullptr;
  std::string doing_ = "waiting for the answer";
  std::unique_ptr<Wiring> wiring_;
};

}  // namespace tarn::app
