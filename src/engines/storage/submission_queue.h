// Transactions on their way to the committer. Bounded by bytes; what is taken counts until it is
// durable.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "engines/storage/engine.h"

namespace tarn::storage {

struct Submission {
  Transaction transaction;
  Engine::Done done;
  size_t journal_entries = 0;
  size_t journal_body_bytes = 0;

  // How much room the transaction takes in the journal, at most.
  static Submission make(Transaction transaction, Engine::Done done);
};

class SubmissionQueue {
 public:
  explicit SubmissionQueue(size_t bytes_max) : bytes_max_(bytes_max) {}

  enum class Pushed { accepted, full, closed };
  // Takes the submission only when it is accepted.
  Pushed push(Submission& submission);
  // As many as fit into a round of this size, and one at least. Waits; empty after wake() and
  // close().
  std::vector<Submission> wait_and_take(size_t round_bytes_max);
  // Does not wait.
  std::vector<Submission> take(size_t round_bytes_max);
  // The submissions taken are durable, or refused.
  void finished(size_t body_bytes);
  // Makes wait_and_take() return once with nothing, to let the committer look around.
  void wake();
  void close();
  [[nodiscard]] bool is_closed() const;

 private:
  std::vector<Submission> take_locked(size_t round_bytes_max);

  const size_t bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Submission> waiting_;
  size_t bytes_ = 0;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace tarn::storage
