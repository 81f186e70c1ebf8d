// From the committer's thread home to the I/O thread.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "engines/storage/engine.h"
#include "platform/runtime/task.h"
#include "services/broker/answer.h"

namespace tarn::broker {

// The way of all transactions of the broker into the engine. Results come home together, one
// wake-up of the I/O thread for all that a round has finished, and are handed out in the order of
// their submission. I/O thread.
class CommitInbox {
 public:
  using Done = std::move_only_function<void(Answer<storage::Committed>)>;

  CommitInbox(storage::Engine& engine, boost::asio::any_io_executor executor);
  ~CommitInbox();  // results that come home later are dropped
  CommitInbox(const CommitInbox&) = delete;
  CommitInbox& operator=(const CommitInbox&) = delete;

  // done is called exactly once, later, on the I/O thread.
  void submit(storage::Transaction transaction, Done done);
  // The same for what need not be submitted.
  void refuse(Refusal refusal, Done done);
  // Returns when nothing is under way.
  runtime::Awaitable<void> wait_until_idle();

 private:
  struct Box;
  storage::Engine& engine_;
  std::shared_ptr<Box> box_;
};

Refusal to_refusal(const storage::Refusal& refusal);
// Of the engine's reads.
Refusal to_refusal(const Error& error);

}  // namespace tarn::broker
