// One thread for what may take long and must not hold up commits: checkpoints, unlinking, making
// journal files. Tasks run one after the other, in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tarn::storage {

class Worker {
 public:
  using Task = std::move_only_function<void()>;
  enum class Mode { own_thread, at_once };

  explicit Worker(Mode mode);
  // Finishes what was posted.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // at_once: on the caller's thread, before this returns.
  void post(Task task);
  void wait_until_idle();

 private:
  void run();

  const Mode mode_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool busy_ = false;
  bool closing_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace tarn::storage
