#include "engines/storage/submission_queue.h"

#include <variant>

#include "engines/storage/journal_writer.h"

namespace tarn::storage {
namespace {

constexpr size_t kConfigBytes = 64;  // more than a LogConfig takes

struct BodyBytes {
  size_t operator()(const CreateLog& step) const { return step.name.size() + kConfigBytes; }
  size_t operator()(const DeleteLog&) const { return 0; }
  size_t operator()(const ConfigureLog&) const { return kConfigBytes; }
  size_t operator()(const Append& step) const { return step.batch.size(); }
  size_t operator()(const SetLogStart&) const { return 0; }
  size_t operator()(const PutMetadata& step) const {
    return sizeof(uint32_t) + step.key.size() + (step.value ? step.value->size() : 0);
  }
};

}  // namespace

Submission Submission::make(Transaction transaction, Engine::Done done) {
  Submission submission{.done = std::move(done), .journal_entries = transaction.size()};
  for (const Step& step : transaction) {
    submission.journal_body_bytes += std::visit(BodyBytes(), step);
  }
  submission.transaction = std::move(transaction);
  return submission;
}

SubmissionQueue::Pushed SubmissionQueue::push(Submission& submission) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Pushed::closed;
    if (bytes_ > 0 && bytes_ + submission.journal_body_bytes > bytes_max_) return Pushed::full;
    bytes_ += submission.journal_body_bytes;
    waiting_.push_back(std::move(submission));
  }
  changed_.notify_one();
  return Pushed::accepted;
}

std::vector<Submission> SubmissionQueue::take_locked(size_t round_bytes_max) {
  std::vector<Submission> taken;
  size_t entries = 0;
  size_t body_bytes = 0;
  while (!waiting_.empty()) {
    entries += waiting_.front().journal_entries;
    body_bytes += waiting_.front().journal_body_bytes;
    if (!taken.empty() && RoundWriter::bytes_for(entries, body_bytes) > round_bytes_max) break;
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return taken;
}

std::vector<Submission> SubmissionQueue::wait_and_take(size_t round_bytes_max) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || woken_ || !waiting_.empty(); });
  woken_ = false;
  return take_locked(round_bytes_max);
}

std::vector<Submission> SubmissionQueue::take(size_t round_bytes_max) {
  const std::lock_guard lock(mutex_);
  return take_locked(round_bytes_max);
}

void SubmissionQueue::finished(size_t body_bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ -= body_bytes;
}

void SubmissionQueue::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void SubmissionQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
}

bool SubmissionQueue::is_closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace tarn::storage
