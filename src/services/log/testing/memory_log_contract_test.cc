#include <boost/asio/io_context.hpp>

#include "platform/runtime/testing/run.h"
#include "services/log/testing/log_contract.h"
#include "services/log/testing/memory_log.h"

namespace tarn::log::testing {
namespace {

class MemoryWorld {
 public:
  Log& log() { return log_; }
  template <class T>
  T run(runtime::Awaitable<T> awaitable) {
    return runtime::testing::run(io_, std::move(awaitable));
  }

 private:
  boost::asio::io_context io_{1};
  MemoryLog log_{io_.get_executor()};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LogContract, MemoryWorld);

}  // namespace
}  // namespace tarn::log::testing
