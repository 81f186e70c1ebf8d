#include "platform/runtime/blocking_pool.h"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "platform/runtime/callback.h"

namespace tarn::runtime {

namespace asio = boost::asio;

BlockingPool::BlockingPool(size_t threads) : pool_(std::make_unique<asio::thread_pool>(threads)) {}

BlockingPool::~BlockingPool() {
  pool_->join();
}

Awaitable<void> BlockingPool::run_on_pool(std::move_only_function<void()> work) {
  co_await await_callback<bool>([this, &work](std::move_only_function<void(bool)> done) {
    asio::post(*pool_, [&work, done = std::move(done)]() mutable {
      work();
      done(true);
    });
  });
}

}  // namespace tarn::runtime
