// Answers that go wrong on purpose; most of them no well-behaved server would send.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/error.h"
#include "edges/emulator/emulator.h"
#include "platform/runtime/task.h"

namespace tarn::emulator {

// Answers every connection, whatever it asks, with the fault; knows nothing of HTTP but how to
// write it badly. All calls on the executor's thread.
class FaultServer {
 public:
  FaultServer(boost::asio::any_io_executor executor, Fault fault, std::string path);
  ~FaultServer();

  Status start(const std::string& address, uint16_t port);
  [[nodiscard]] uint16_t port() const;
  [[nodiscard]] int64_t calls() const;
  runtime::Awaitable<void> stop();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace tarn::emulator
