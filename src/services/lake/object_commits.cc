#include "services/lake/object_commits.h"

namespace tarn::lake {
namespace {

constexpr const char* kTopic = "__tarn_commits";

std::string key_of(const std::string& table) {
  return "table/" + table;
}

// Counts what is under way, and tells those that wait for its end.
class UnderWay {
 public:
  UnderWay(int& count, runtime::Event& changed) : count_(count), changed_(changed) { ++count_; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    --count_;
    changed_.notify_all();
  }

 private:
  int& count_;
  runtime::Event& changed_;
};

}  // namespace

ObjectCommits::ObjectCommits(boost::asio::any_io_executor executor, log::Log& log,
                             const os::Clock& clock)
    : log_(log), clock_(clock), changed_(std::move(executor)) {}

runtime::Task<void> ObjectCommits::load() {
  while (!is_loaded_) {
    if (under_way_ > 0) {
      co_await changed_.wait();
      continue;
    }
    const UnderWay under_way(under_way_, changed_);
    auto store = std::make_unique<state::StateStore>(
        log_, clock_, state::StateOptions{.topic = TopicName(kTopic)});
    CO_TRY(co_await store->load());
    store_ = std::move(store);
    is_loaded_ = true;
  }
  co_return Status();
}

runtime::Task<std::optional<std::string>> ObjectCommits::get(std::string table) {
  CO_TRY(co_await load());
  co_return store_->get(key_of(table));
}

runtime::Task<void> ObjectCommits::put(std::string table, std::string json) {
  CO_TRY(co_await load());
  const UnderWay under_way(under_way_, changed_);
  auto done = co_await store_->put(key_of(table), std::move(json));
  if (!done) is_loaded_ = false;
  co_return done;
}

}  // namespace tarn::lake
