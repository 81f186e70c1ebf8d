#include "services/broker/commit_inbox.h"

#include <mutex>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "platform/runtime/event.h"

namespace tarn::broker {

namespace asio = boost::asio;

struct CommitInbox::Box {
  struct Arrival {
    Done done;
    storage::CommitResult result;
  };

  explicit Box(asio::any_io_executor home) : executor(home), idle(home) {}

  // On the committer's thread, or within submit().
  static void arrive(const std::shared_ptr<Box>& self, Done done, storage::CommitResult result) {
    const std::lock_guard lock(self->mutex);
    self->arrived.push_back({std::move(done), std::move(result)});
    if (std::exchange(self->is_scheduled, true)) return;
    asio::post(self->executor, [self] { self->hand_out(); });
  }

  void hand_out() {
    std::vector<Arrival> batch;
    {
      const std::lock_guard lock(mutex);
      batch.swap(arrived);
      is_scheduled = false;
    }
    for (Arrival& arrival : batch) {
      --under_way;
      if (is_closed) continue;
      if (arrival.result) {
        arrival.done(*std::move(arrival.result));
      } else {
        arrival.done(std::unexpected(to_refusal(arrival.result.error())));
      }
    }
    if (under_way == 0) idle.notify_all();
  }

  std::mutex mutex;
  std::vector<Arrival> arrived;  // guarded by mutex
  bool is_scheduled = false;     // guarded by mutex

  asio::any_io_executor executor;
  size_t under_way = 0;  // this and the rest: I/O thread
  bool is_closed = false;
  runtime::Event idle;
};

CommitInbox::CommitInbox(storage::Engine& engine, asio::any_io_executor executor)
    : engine_(engine), box_(std::make_shared<Box>(std::move(executor))) {}

CommitInbox::~CommitInbox() {
  box_->is_closed = true;
}

void CommitInbox::submit(storage::Transaction transaction, Done done) {
  ++box_->under_way;
  engine_.submit(std::move(transaction),
                 [box = box_, done = std::move(done)](storage::CommitResult result) mutable {
                   Box::arrive(box, std::move(done), std::move(result));
                 });
}

void CommitInbox::refuse(Refusal refusal, Done done) {
  ++box_->under_way;
  asio::post(box_->executor,
             [box = box_, refusal = std::move(refusal), done = std::move(done)]() mutable {
               --box->under_way;
               if (!box->is_closed) done(std::unexpected(std::move(refusal)));
               if (box->under_way == 0) box->idle.notify_all();
             });
}

runtime::Awaitable<void> CommitInbox::wait_until_idle() {
  while (box_->under_way > 0) co_await box_->idle.wait();
}

Refusal to_refusal(const storage::Refusal& refusal) {
  using From = storage::RefusalReason;
  const auto reason = [&refusal] {
    switch (refusal.reason) {
      case From::no_such_log:
        return Reason::unknown_topic_or_partition;
      case From::already_exists:
        return Reason::topic_already_exists;
      case From::offset_out_of_range:
        return Reason::offset_out_of_range;
      case From::out_of_order_sequence:
        return Reason::out_of_order_sequence;
      case From::duplicate_sequence:
        return Reason::duplicate_sequence;
      case From::invalid_transaction:
        return Reason::invalid_transaction;
      case From::invalid_producer_epoch:
        return Reason::invalid_producer_epoch;
      case From::no_space:
        return Reason::storage_full;
      case From::log_quarantined:
      case From::stopped:
        return Reason::storage_failed;
    }
    return Reason::storage_failed;
  };
  return {reason(), refusal.message};
}

Refusal to_refusal(const Error& error) {
  const auto reason = [&error] {
    switch (error.code()) {
      case ErrorCode::not_found:
        return Reason::unknown_topic_or_partition;
      case ErrorCode::out_of_range:
        return Reason::offset_out_of_range;
      case ErrorCode::corrupt:
        return Reason::corrupt_batch;
      default:
        return Reason::storage_failed;
    }
  };
  return {reason(), error.message()};
}

}  // namespace tarn::broker
