#include "edges/sources/http_source.h"

#include <set>

#include <fmt/core.h>

#include "base/random.h"
#include "base/sha256.h"
#include "edges/sources/backoff.h"
#include "edges/sources/checkpoint.h"
#include "edges/sources/due_time.h"
#include "edges/sources/outcome.h"
#include "edges/sources/page_batches.h"
#include "edges/sources/pagination.h"
#include "edges/sources/quota_ledger.h"
#include "edges/sources/redactor.h"
#include "edges/sources/schedule.h"
#include "engines/http/client.h"
#include "engines/http/content_encoding.h"
#include "formats/json/value.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/event.h"
#include "services/log/log.h"
#include "services/state/state_store.h"

namespace tarn::sources {
namespace {

constexpr int64_t kLogLinesKept = 200;
constexpr int kFailuresUntilFirstPage = 3;
constexpr int kAttemptsOfOnePoll = 5;
constexpr BackoffOptions kRetryBackoff{Millis(1'000), Millis(300'000)};
constexpr BackoffOptions kFailureBackoff{Millis(1'000), Millis(60'000)};
constexpr BackoffOptions kQuotaBackoff{Millis(60'000), Millis(3'600'000)};

// What a step of the source came to.
enum class StepEnd { more, poll_ended, waits, failed };

bool is_page(const Outcome& outcome) {
  return outcome.verdict == Verdict::records || outcome.verdict == Verdict::not_modified;
}

struct Parts {
  HttpSourceOptions options;
  http::Url url;  // with the query
  Paginator paginator;
  std::optional<json::Pointer> records;
  std::optional<json::Pointer> key;
  std::string bucket;
};

Result<std::optional<json::Pointer>> parse_pointer(const std::optional<std::string>& text) {
  if (!text) return std::optional<json::Pointer>();
  return std::optional(TRY(json::Pointer::parse(*text)));
}

Status check_numbers(const HttpSourceOptions& options) {
  const auto* every = std::get_if<Millis>(&options.schedule);
  if (every != nullptr && *every < Millis(1'000)) {
    return Error(ErrorCode::invalid_argument, "a source polls every second at most");
  }
  if (options.timeout < Millis(1) || options.batch_bytes_max == 0 || options.body_bytes_max == 0) {
    return Error(ErrorCode::invalid_argument, "timeout and sizes of a source are larger than 0");
  }
  return {};
}

std::string default_quota_key(const HttpSourceOptions& options, const http::Url& url) {
  std::string key = url.host;
  for (const std::string& secret : options.secrets) key += "\n" + secret;
  return key;
}

Result<Parts> make_parts(HttpSourceOptions options) {
  TRY(check_numbers(options));
  auto url = TRY(http::Url::parse(options.url));
  for (const auto& [name, value] : options.query) {
    if (!url.query.empty()) url.query += '&';
    url.query += http::percent_encode(name) + "=" + http::percent_encode(value);
  }
  auto paginator = TRY(Paginator::create(options.pages, url));
  auto records = TRY(parse_pointer(options.records));
  auto key = TRY(parse_pointer(options.key));
  auto bucket = QuotaLedger::bucket_of(options.quota_key.empty() ? default_quota_key(options, url)
                                                                 : options.quota_key);
  return Parts{std::move(options), std::move(url), std::move(paginator),
               std::move(records), std::move(key), std::move(bucket)};
}

}  // namespace

class HttpSource::Core {
 public:
  Core(SourceContext context, Parts parts);
  ~Core();

  runtime::Task<void> run();
  runtime::Task<int64_t> poll_once();
  runtime::Task<void> set_paused(bool paused);
  Status poll_now();
  SourceStatus status() const;
  std::vector<LogLine> log_lines(size_t count_max) const;

 private:
  struct PageStep {
    std::string url;
    std::string body_hash;
    NextPage next;
    PageBatches made;
    std::string etag;
    std::string last_modified;
    bool is_unchanged = false;
  };

  // What is known of a call before its answer is read, which happens beside this thread.
  struct Call {
    http::Url url;
    int64_t page = 1;
    Timestamp at{};  // of its answer
    std::string etag;
    std::string last_modified;
    std::optional<std::string> known_hash;  // of the page in the poll before
  };
  struct Reading {
    Outcome outcome;        // without what borrows from the answer
    Result<PageStep> page;  // when the outcome is one
  };

  runtime::Task<void> open();
  runtime::Awaitable<void> wait_until_due();
  runtime::Task<StepEnd> step();
  Reading read_answer(const Call& call, http::ClientResponse& answer) const;
  Result<PageStep> prepare_page(const Call& call, const Outcome& outcome,
                                const http::ClientResponse& answer) const;
  runtime::Task<StepEnd> take_page(PageStep page);
  runtime::Task<StepEnd> take_commit_failure(Error error);
  runtime::Task<StepEnd> take_refusal(Outcome outcome);
  runtime::Task<StepEnd> wait(SourceState state, std::string reason, Timestamp until);
  runtime::Task<StepEnd> fail(std::string reason);
  runtime::Task<StepEnd> write_state(StepEnd end);

  http::Url next_url() const;
  http::ClientRequest request_for(const http::Url& url) const;
  void begin_poll();
  void set_state(SourceState state, std::string reason);
  void add_line(Checkpoint& checkpoint, state::StateStore::Changes& changes,
                std::string_view text) const;
  std::string state_key(std::string_view rest = "") const;
  std::string page_key() const;
  Millis spread() const;

  SourceContext context_;
  Parts parts_;
  Redactor redactor_;
  Random random_;
  runtime::Event wake_;
  Checkpoint checkpoint_;
  BatchRules rules_;
  SourceState state_ = SourceState::starting;
  std::string reason_;
  bool paused_ = false;
  DueTime due_;
  std::optional<int> last_http_status_;
  int retries_ = 0;
  int quota_refusals_ = 0;
  int failures_ = 0;
  std::set<std::string> seen_;  // URLs and body hashes of the poll under way
  int64_t records_of_poll_ = 0;
  telemetry::Counter& calls_;
  telemetry::Counter& records_;
  telemetry::Counter& failures_total_;
};

HttpSource::Core::Core(SourceContext context, Parts parts)
    : context_(std::move(context)),
      parts_(std::move(parts)),
      redactor_(parts_.options.secrets),
      random_(context_.random_seed),
      wake_(context_.executor),
      due_(context_.clock),
      calls_(context_.metrics.counter("tarn_source_calls_total", "Calls of a source's service.",
                                      {{"source", parts_.options.name}})),
      records_(context_.metrics.counter("tarn_source_records_total", "Records that were appended.",
                                        {{"source", parts_.options.name}})),
      failures_total_(context_.metrics.counter("tarn_source_failures_total",
                                               "Answers that were not what was expected.",
                                               {{"source", parts_.options.name}})) {
  rules_ = {parts_.options.topic, 1, parts_.key, parts_.options.batch_bytes_max};
  if (parts_.options.quota) context_.quotas.join(parts_.bucket);
}

HttpSource::Core::~Core() {
  if (parts_.options.quota) context_.quotas.leave(parts_.bucket);
}

std::string HttpSource::Core::state_key(std::string_view rest) const {
  return "source/" + parts_.options.name + std::string(rest);
}

std::string HttpSource::Core::page_key() const {
  return state_key("/page/" + std::to_string(checkpoint_.page));
}

runtime::Task<void> HttpSource::Core::open() {
  if (state_ != SourceState::starting) co_return Status();
  const auto topic = CO_TRY(co_await context_.log.ensure_topic({.name = parts_.options.topic}));
  rules_.partitions = topic.partitions;
  if (const auto stored = context_.state.get(state_key())) {
    checkpoint_ = CO_TRY(Checkpoint::parse(*stored).with_context("source " + parts_.options.name));
  }
  const std::string shape =
      sha256_hex(as_bytes(redactor_.seal(parts_.paginator.first().to_string())), 8);
  if (checkpoint_.shape != shape) {
    checkpoint_.shape = shape;
    checkpoint_.next_url.clear();
    checkpoint_.page = 0;
    checkpoint_.single_page = false;
  }
  paused_ = context_.state.get(state_key("/paused")).has_value();
  const Timestamp now = context_.clock.now();
  const Timestamp next = next_poll(parts_.options.schedule, checkpoint_.begun, spread(), now);
  due_.set(checkpoint_.page > 0 ? now : next);  // at once when a poll was interrupted
  set_state(SourceState::running, "");
  co_return Status();
}

runtime::Task<void> HttpSource::Core::run() {
  CO_TRY(co_await open());
  while (true) {
    co_await wait_until_due();
    CO_TRY(co_await step());
  }
}

runtime::Awaitable<void> HttpSource::Core::wait_until_due() {
  while (paused_ || !due_.is_reached()) {
    if (paused_) {
      co_await wake_.wait();
      continue;
    }
    co_await wake_.wait_until(context_.clock.monotonic() + due_.sleep());
    // A time of day is looked up again.
    if (!due_.follow_clock() || !std::holds_alternative<Cron>(parts_.options.schedule)) continue;
    due_.set(next_poll(parts_.options.schedule, {}, spread(), context_.clock.now()));
  }
}

runtime::Task<int64_t> HttpSource::Core::poll_once() {
  CO_TRY(co_await open());
  const int64_t before = checkpoint_.records;
  while (true) {
    if (paused_) co_return Error(ErrorCode::failed_precondition, "the source is paused");
    const StepEnd end = CO_TRY(co_await step());
    if (end == StepEnd::poll_ended) co_return checkpoint_.records - before;
    if (end == StepEnd::failed) co_return Error(ErrorCode::failed_precondition, reason_);
    if (end == StepEnd::more) continue;
    if (state_ == SourceState::waiting_quota) {
      co_return Error(ErrorCode::resource_exhausted, reason_);
    }
    if (retries_ >= kAttemptsOfOnePoll) co_return Error(ErrorCode::unavailable, reason_);
    co_await wait_until_due();
  }
}

http::Url HttpSource::Core::next_url() const {
  if (checkpoint_.next_url.empty()) return parts_.paginator.first();
  auto url = http::Url::parse(redactor_.reveal(checkpoint_.next_url));
  return url ? *std::move(url) : parts_.paginator.first();
}

// Asking "unless it is the same" is for polls of one page: of several, a page that is the same
// would not say where the next one is.
http::ClientRequest HttpSource::Core::request_for(const http::Url& url) const {
  http::ClientRequest request;
  request.url = url.to_string();
  request.deadline = context_.clock.monotonic() + parts_.options.timeout;
  request.body_bytes_max = parts_.options.body_bytes_max;
  request.headers.set("Accept", "application/json");
  request.headers.set("Accept-Encoding", std::string(http::kAcceptedEncodings));
  for (const auto& [name, value] : parts_.options.headers) request.headers.set(name, value);
  const bool conditional = checkpoint_.single_page && checkpoint_.page == 0 &&
                           parts_.options.unchanged != Unchanged::append;
  if (!conditional) return request;
  if (!checkpoint_.etag.empty()) request.headers.set("If-None-Match", checkpoint_.etag);
  if (!checkpoint_.last_modified.empty()) {
    request.headers.set("If-Modified-Since", checkpoint_.last_modified);
  }
  return request;
}

void HttpSource::Core::begin_poll() {
  if (checkpoint_.page > 0 || checkpoint_.calls_of_poll > 0) return;
  checkpoint_.begun = context_.clock.now();
  records_of_poll_ = 0;
  seen_.clear();
}

runtime::Task<StepEnd> HttpSource::Core::step() {
  begin_poll();
  if (parts_.options.quota) {
    const auto reserved = co_await context_.quotas.reserve(parts_.bucket, *parts_.options.quota);
    if (!reserved && context_.quotas.calls_left(parts_.bucket, *parts_.options.quota) == 0) {
      const Timestamp resets = context_.quotas.resets_at(parts_.bucket, *parts_.options.quota);
      co_return co_await wait(SourceState::waiting_quota, reserved.error().message(), resets);
    }
    if (!reserved) co_return reserved.error();
  }
  ++checkpoint_.calls;
  ++checkpoint_.calls_of_poll;
  calls_.add();
  Call call{.url = next_url(),
            .page = checkpoint_.page + 1,
            .etag = checkpoint_.etag,
            .last_modified = checkpoint_.last_modified,
            .known_hash = context_.state.get(page_key())};
  auto answer = co_await context_.client.fetch(request_for(call.url));
  if (!answer) co_return co_await take_refusal(judge(answer.error()));
  last_http_status_ = answer->status;
  call.at = context_.clock.now();
  // A large body would hold up everything else on this thread.
  auto reading =
      co_await context_.pool.run([&]() -> Result<Reading> { return read_answer(call, *answer); });
  if (!is_page(reading->outcome)) co_return co_await take_refusal(std::move(reading->outcome));
  if (!reading->page) co_return co_await fail(reading->page.error().message());
  co_return co_await take_page(*std::move(reading->page));
}

// On a thread of the pool: nothing that changes while the source waits is looked at.
HttpSource::Core::Reading HttpSource::Core::read_answer(const Call& call,
                                                        http::ClientResponse& answer) const {
  if (auto unpacked = http::unpack(answer, parts_.options.body_bytes_max); !unpacked) {
    return {.outcome = judge(unpacked.error()), .page = unpacked.error()};
  }
  Reading reading{.outcome = judge(answer, parts_.records, call.at), .page = PageStep()};
  if (is_page(reading.outcome)) reading.page = prepare_page(call, reading.outcome, answer);
  reading.outcome.body.reset();
  reading.outcome.records.reset();
  return reading;
}

Result<HttpSource::Core::PageStep> HttpSource::Core::prepare_page(
    const Call& call, const Outcome& outcome, const http::ClientResponse& answer) const {
  PageStep page;
  page.url = call.url.to_string();
  page.body_hash = sha256_hex(as_bytes(answer.body), 16);
  const int64_t count = count_records(outcome.records);
  if (count > 0 && seen_.contains(page.body_hash)) {
    return Error(
        ErrorCode::failed_precondition,
        fmt::format("page {} is the same as an earlier page of this poll: the service does "
                    "not turn the pages",
                    call.page));
  }
  page.next = TRY(parts_.paginator.next({call.url, &answer.headers, outcome.body, count}));
  if (page.next.url) {
    const std::string next = page.next.url->to_string();
    if (next == page.url || seen_.contains(next)) {
      return Error(ErrorCode::failed_precondition,
                   fmt::format("the pages go in a circle: page {} points back to an earlier one",
                               call.page));
    }
  }
  page.is_unchanged =
      parts_.options.unchanged == Unchanged::skip && call.known_hash == page.body_hash;
  if (!page.is_unchanged) page.made = make_batches(rules_, outcome.records, call.at, call.page);
  const bool is_new = outcome.verdict == Verdict::records;
  page.etag = is_new ? answer.headers.find("ETag").value_or("") : call.etag;
  page.last_modified =
      is_new ? answer.headers.find("Last-Modified").value_or("") : call.last_modified;
  return page;
}

// The records of the page and where the next one is become durable together.
runtime::Task<StepEnd> HttpSource::Core::take_page(PageStep page) {
  retries_ = failures_ = quota_refusals_ = 0;
  Checkpoint next = checkpoint_;
  state::StateStore::Changes changes;
  if (parts_.options.unchanged == Unchanged::skip && !page.is_unchanged) {
    changes[page_key()] = page.body_hash;
  }
  ++next.page;
  next.records += page.made.records;
  if (!page.next.how.empty()) next.pagination = page.next.how;
  next.next_url = page.next.url ? redactor_.seal(page.next.url->to_string()) : "";
  next.etag = page.etag;
  next.last_modified = page.last_modified;
  const bool is_last = !page.next.url || next.page >= parts_.options.pages.pages_max;
  const int64_t records_of_poll = records_of_poll_ + page.made.records;
  if (is_last) {
    next.single_page = !page.next.url && next.page == 1;
    ++next.polls;
    next.calls_of_last_poll = next.calls_of_poll;
    add_line(next, changes,
             fmt::format("poll {} ended: pages={} records={} calls={}", next.polls, next.page,
                         records_of_poll, next.calls_of_poll));
    next.page = 0;
    next.calls_of_poll = 0;
  }
  changes[state_key()] = next.to_json();
  auto committed = co_await context_.state.commit(std::move(page.made.batches), std::move(changes));
  if (!committed) co_return co_await take_commit_failure(committed.error());
  checkpoint_ = std::move(next);
  records_of_poll_ = records_of_poll;
  records_.add(static_cast<uint64_t>(page.made.records));
  seen_.insert({std::move(page.url), std::move(page.body_hash)});
  const Timestamp now = context_.clock.now();
  due_.set(is_last ? next_poll(parts_.options.schedule, checkpoint_.begun, spread(), now) : now);
  set_state(SourceState::running, "");
  co_return is_last ? StepEnd::poll_ended : StepEnd::more;
}

// A log that has stopped ends the source; a full disk or a record that is refused is waited out.
runtime::Task<StepEnd> HttpSource::Core::take_commit_failure(Error error) {
  if (error.code() == ErrorCode::unavailable || error.code() == ErrorCode::internal) {
    co_return error;
  }
  co_return co_await fail("the records cannot be appended: " + error.message());
}

runtime::Task<StepEnd> HttpSource::Core::take_refusal(Outcome outcome) {
  const Timestamp now = context_.clock.now();
  std::string reason = describe(outcome, redactor_);
  if (outcome.verdict == Verdict::retry) {
    const Millis pause = backoff(kRetryBackoff, ++retries_, outcome.retry_after, random_);
    co_return co_await wait(SourceState::waiting_retry, std::move(reason), now + pause);
  }
  if (outcome.verdict == Verdict::quota) {
    Timestamp at = now + backoff(kQuotaBackoff, ++quota_refusals_, outcome.retry_after, random_);
    if (parts_.options.quota && !outcome.retry_after) {
      at = std::min(at, context_.quotas.resets_at(parts_.bucket, *parts_.options.quota));
    }
    co_return co_await wait(SourceState::waiting_quota, std::move(reason), at);
  }
  co_return co_await fail(std::move(reason));
}

runtime::Task<StepEnd> HttpSource::Core::wait(SourceState state, std::string reason,
                                              Timestamp until) {
  due_.set(until);
  const bool between_polls = checkpoint_.page == 0 && state == SourceState::waiting_quota;
  if (between_polls) checkpoint_.calls_of_poll = 0;
  set_state(state, std::move(reason));
  co_return co_await write_state(StepEnd::waits);
}

// The next poll is on schedule, though not sooner than the failures so far suggest. A position that
// keeps failing (an expired cursor) is given up for the first page.
runtime::Task<StepEnd> HttpSource::Core::fail(std::string reason) {
  failures_total_.add();
  const Timestamp now = context_.clock.now();
  const Millis pause = backoff(kFailureBackoff, ++failures_, {}, random_);
  due_.set(std::max(next_poll(parts_.options.schedule, now, spread(), now), now + pause));
  if (failures_ % kFailuresUntilFirstPage == 0 && !checkpoint_.next_url.empty()) {
    reason += " (the next poll begins at the first page)";
    checkpoint_.next_url.clear();
    checkpoint_.page = 0;
    checkpoint_.calls_of_poll = 0;
  }
  if (checkpoint_.page == 0) checkpoint_.calls_of_poll = 0;
  set_state(SourceState::failing, std::move(reason));
  co_return co_await write_state(StepEnd::failed);
}

// What is said here is worth keeping, but not worth stopping for when the disk is full.
runtime::Task<StepEnd> HttpSource::Core::write_state(StepEnd end) {
  state::StateStore::Changes changes;
  add_line(checkpoint_, changes,
           fmt::format("{}: {}; next call {}", to_string(state_), reason_, to_iso8601(due_.at())));
  changes[state_key()] = checkpoint_.to_json();
  const auto written = co_await context_.state.commit({}, std::move(changes));
  if (!written && written.error().code() == ErrorCode::unavailable) co_return written.error();
  co_return end;
}

void HttpSource::Core::set_state(SourceState state, std::string reason) {
  reason = redactor_.hide(reason);
  const bool changed = state != state_ || reason != reason_;
  state_ = state;
  reason_ = std::move(reason);
  if (!changed) return;
  if (state == SourceState::running) {
    context_.logger.info("source runs", {{"source", parts_.options.name}});
  } else {
    context_.logger.warn("source waits", {{"source", parts_.options.name},
                                          {"state", to_string(state)},
                                          {"reason", reason_},
                                          {"next_call", to_iso8601(due_.at())}});
  }
}

void HttpSource::Core::add_line(Checkpoint& checkpoint, state::StateStore::Changes& changes,
                                std::string_view text) const {
  const int64_t slot = checkpoint.log_lines++ % kLogLinesKept;
  changes[state_key(fmt::format("/log/{:03}", slot))] =
      fmt::format(R"({{"at":{},"line":{},"text":{}}})", unix_millis(context_.clock.now()),
                  checkpoint.log_lines, json::quote(redactor_.hide(text)));
}

Millis HttpSource::Core::spread() const {
  if (!parts_.options.quota) return Millis(0);
  return context_.quotas.spread(parts_.bucket, *parts_.options.quota,
                                checkpoint_.calls_of_last_poll);
}

runtime::Task<void> HttpSource::Core::set_paused(bool paused) {
  state::StateStore::Changes changes;
  changes[state_key("/paused")] = paused ? std::optional<std::string>("true") : std::nullopt;
  CO_TRY(co_await context_.state.commit({}, std::move(changes)));
  paused_ = paused;
  wake_.notify_all();
  co_return Status();
}

Status HttpSource::Core::poll_now() {
  if (paused_) return Error(ErrorCode::failed_precondition, "the source is paused: resume it");
  due_.set(context_.clock.now());
  wake_.notify_all();
  return {};
}

// A source that does not run yet tells how it was left.
SourceStatus HttpSource::Core::status() const {
  const bool is_open = state_ != SourceState::starting;
  const auto stored = is_open ? std::nullopt : context_.state.get(state_key());
  const Checkpoint known = stored ? Checkpoint::parse(*stored).value_or(checkpoint_) : checkpoint_;
  const bool is_paused = is_open ? paused_ : context_.state.get(state_key("/paused")).has_value();
  SourceStatus status;
  status.name = parts_.options.name;
  status.topic = parts_.options.topic.value();
  status.state = is_paused ? SourceState::paused : state_;
  status.reason = reason_;
  status.last_poll = known.begun;
  if (is_open && !is_paused) status.next_call = due_.at();
  status.last_http_status = last_http_status_;
  status.polls = known.polls;
  status.calls = known.calls;
  status.records = known.records;
  status.page = known.page;
  if (parts_.options.quota) {
    status.calls_left = context_.quotas.calls_left(parts_.bucket, *parts_.options.quota);
    status.quota_resets = context_.quotas.resets_at(parts_.bucket, *parts_.options.quota);
  }
  status.pagination = known.pagination;
  status.cursor = redactor_.hide(redactor_.reveal(known.next_url));
  return status;
}

std::vector<LogLine> HttpSource::Core::log_lines(size_t count_max) const {
  std::map<int64_t, LogLine> in_order;
  for (const auto& [key, text] : context_.state.list(state_key("/log/"))) {
    const auto line = json::parse(text);
    const auto at = line ? line->member("at") : std::nullopt;
    const auto number = line ? line->member("line") : std::nullopt;
    const auto said = line ? line->member("text") : std::nullopt;
    if (!at || !number || !said) continue;
    in_order[number->integer().value_or(0)] = {from_unix_millis(at->integer().value_or(0)),
                                               said->text()};
  }
  std::vector<LogLine> lines;
  for (auto& [number, line] : in_order) lines.push_back(std::move(line));
  if (lines.size() > count_max) {
    lines.erase(lines.begin(), lines.end() - static_cast<ptrdiff_t>(count_max));
  }
  return lines;
}

HttpSource::HttpSource(std::unique_ptr<Core> core) : core_(std::move(core)) {}
HttpSource::~HttpSource() = default;

Result<std::unique_ptr<HttpSource>> HttpSource::create(SourceContext context,
                                                       HttpSourceOptions options) {
  const std::string name = options.name;
  auto parts = TRY(make_parts(std::move(options)).with_context("source " + name));
  return std::unique_ptr<HttpSource>(
      new HttpSource(std::make_unique<Core>(std::move(context), std::move(parts))));
}

runtime::Task<void> HttpSource::run() {
  return core_->run();
}
runtime::Task<int64_t> HttpSource::poll_once() {
  return core_->poll_once();
}
runtime::Task<void> HttpSource::pause() {
  return core_->set_paused(true);
}
runtime::Task<void> HttpSource::resume() {
  return core_->set_paused(false);
}
Status HttpSource::poll_now() {
  return core_->poll_now();
}
SourceStatus HttpSource::status() const {
  return core_->status();
}
std::vector<LogLine> HttpSource::log_lines(size_t count_max) const {
  return core_->log_lines(count_max);
}

}  // namespace tarn::sources
