// Threads for work that blocks: disk reads, DuckDB, compression, database clients.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "platform/runtime/task.h"

namespace boost::asio {
class thread_pool;
}

namespace tarn::runtime {

// The work runs on a pool thread, the awaiting coroutine goes on where it was. A cancelled waiter
// still waits for its work to end: what the work refers to stays alive. Any thread.
class BlockingPool {
 public:
  explicit BlockingPool(size_t threads);
  ~BlockingPool();  // waits for running work

  // work: () -> Result<T>, or nothing that could fail
  template <class Work>
  auto run(Work work) -> Awaitable<std::invoke_result_t<Work>> {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      co_await run_on_pool([&] { work(); });
    } else {
      std::optional<std::invoke_result_t<Work>> result;
      co_await run_on_pool([&] { result.emplace(work()); });
      co_return *std::move(result);
    }
  }

 private:
  Awaitable<void> run_on_pool(std::move_only_function<void()> work);

  std::unique_ptr<boost::asio::thread_pool> pool_;
};

}  // namespace tarn::runtime
