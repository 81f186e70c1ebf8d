#include "services/lake/table_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "formats/record/placeholder.h"

namespace tarn::lake {
namespace {

using namespace std::chrono_literals;

constexpr size_t kReadBytes = 1 << 20;
constexpr auto kReadWait = 5s;
constexpr auto kSearchEvery = 10s;
constexpr size_t kNoticesMax = 20;

// Whether trying again may help without a person.
bool passes(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
    case ErrorCode::timed_out:
    case ErrorCode::resource_exhausted:
    case ErrorCode::permission_denied:
    case ErrorCode::internal:
    case ErrorCode::not_found:         // a folder removed under us, a topic not made yet
    case ErrorCode::invalid_argument:  // rows that do not fit the table: they are decoded again
      return true;
    default:
      return false;
  }
}

std::string name_of(const TopicPartition& partition) {
  return partition.topic.value() + "/" + std::to_string(partition.partition.value());
}

}  // namespace

TableWriter::TableWriter(TableWriterOptions options, LakeParts parts,
                         std::unique_ptr<TableStore> store, TableViews& views, TailBudget& budget)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      store_(std::move(store)),
      views_(views),
      dead_letters_(parts_.log, parts_.clock, options_.spec.name),
      wake_(parts_.executor),
      changed_(parts_.executor),
      share_(budget, [this] { wake_.notify_all(); }) {
  hold_records();
}

// All records of the topics before the table has said how far it is, as when the program starts.
void TableWriter::hold_records() const {
  if (!parts_.hold_records) return;
  log::Hold hold{.topics = options_.spec.topics, .from = opened_};
  for (const auto& source : sources_) hold.from[source.partition] = source.committed;
  parts_.hold_records("table " + options_.spec.name, std::move(hold));
}

void TableWriter::set_state(TableState state, std::string reason) {
  if (state_ != state || reason_ != reason) {
    state_ = state;
    reason_ = std::move(reason);
    const std::string_view name = to_string(state_);
    if (reason_.empty()) {
      parts_.logger.info("table changed its state",
                         {{"table", options_.spec.name}, {"state", name}});
    } else {
      parts_.logger.warn("table changed its state",
                         {{"table", options_.spec.name}, {"state", name}, {"reason", reason_}});
    }
  }
  if (state_ == TableState::waiting || state_ == TableState::stopped) ++failures_;
  changed_.notify_all();
}

// ---- the life of a writer

runtime::Task<void> TableWriter::run() {
  Millis delay = options_.retry_first;
  while (!is_finishing_) {
    set_state(TableState::starting);
    auto ended = co_await work();
    if (ended) break;
    clear_tail();  // it is decoded again
    publish();
    if (passes(ended.error().code())) {
      set_state(TableState::waiting, ended.error().message());
      co_await wait_for_retry(delay);
      continue;
    }
    set_state(TableState::stopped, ended.error().message());
    is_resumed_ = false;
    while (!is_finishing_ && !is_resumed_) co_await wake_.wait();
    delay = options_.retry_first;
  }
  if (state_ != TableState::stopped) set_state(TableState::stopped);
  is_ended_ = true;
  changed_.notify_all();
  co_return Status();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): awaited at once
runtime::Awaitable<void> TableWriter::wait_for_retry(Millis& delay) {
  const auto until = parts_.clock.monotonic() + delay;
  delay = std::min(delay * 2, options_.retry_longest);
  while (!is_finishing_ && !is_resumed_ && parts_.clock.monotonic() < until) {
    co_await wake_.wait_until(until);
  }
  is_resumed_ = false;
}

runtime::Task<void> TableWriter::work() {
  tasks_ = std::make_unique<runtime::TaskGroup>(
      parts_.executor, [this](const std::string& name, const Error& error) {
        parts_.logger.error(
            "a task of the table failed",
            {{"table", options_.spec.name}, {"task", name}, {"error", error.message()}});
      });
  auto done = co_await open();
  if (done) done = co_await loop();
  co_await tasks_->stop();
  tasks_.reset();
  co_return done;
}

void TableWriter::clear_tail() {
  tail_.clear();
  tail_rows_ = 0;
  committing_ = 0;
  settling_ = 0;
  share_.commit_ends();
  share_.give_back(share_.bytes());
}

runtime::Task<void> TableWriter::open() {
  clear_tail();
  commit_failure_.reset();
  notices_.resize(notices_committed_);  // the others are found again
  sources_.clear();
  TopicIds ids;
  for (const auto& topic : options_.spec.topics) {
    const auto description = CO_TRY(co_await parts_.log.ensure_topic({.name = topic}));
    ids[topic] = description.id;
  }
  for (const auto& description : CO_TRY(co_await parts_.log.topics())) {
    if (description.name.value().ends_with(kDeadLetterSuffix)) {
      ids[description.name] = description.id;
    }
  }
  decoder_.reset();
  schema_ = {};
  auto opened = co_await store_->open(ids);
  publish();
  opened_ = CO_TRY(std::move(opened));
  CO_TRY(co_await dead_letters_.load(options_.spec.topics, opened_));
  decoder_ = std::make_unique<RowDecoder>(
      parts_.columns, store_->committed()->schema,
      RowDecoderOptions{.metadata_columns = options_.spec.metadata_columns,
                        .keep_lines = options_.spec.format == TableFormat::json,
                        .partition_by = options_.spec.partition_by,
                        .schema = options_.spec.schema});
  schema_ = decoder_->schema();
  publish();
  CO_TRY(co_await find_sources());
  hold_records();
  set_state(is_paused_ ? TableState::paused : TableState::running);
  co_return Status();
}

// Also partitions that were added to a topic since.
runtime::Task<void> TableWriter::find_sources() {
  next_search_ = parts_.clock.monotonic() + kSearchEvery;
  for (const auto& topic : CO_TRY(co_await parts_.log.topics())) {
    const auto& wanted = options_.spec.topics;
    if (std::ranges::find(wanted, topic.name) == wanted.end()) continue;
    for (int32_t index = 0; index < topic.partitions; ++index) {
      const TopicPartition partition{topic.name, PartitionId(index)};
      const auto known = std::ranges::find(sources_, partition, &Source::partition);
      if (known == sources_.end()) CO_TRY(co_await add_source(partition, topic.id));
    }
  }
  co_return Status();
}

runtime::Task<void> TableWriter::add_source(TopicPartition partition, Uuid topic_id) {
  const auto offsets = CO_TRY(co_await parts_.log.offsets(partition));
  const auto opened = opened_.find(partition);
  const auto start = opened == opened_.end() ? offsets.start : opened->second;
  sources_.push_back({.partition = partition,
                      .topic_id = topic_id,
                      .committed = start,
                      .position = start,
                      .offsets = offsets});
  auto* source = &sources_.back();
  CO_TRY(co_await skip_gap(source));
  tasks_->spawn("read " + name_of(partition), read(source));
  co_return Status();
}

// The committed position against what the partition has now.
runtime::Task<void> TableWriter::skip_gap(Source* source) {
  source->offsets = CO_TRY(co_await parts_.log.offsets(source->partition));
  const auto& offsets = source->offsets;
  if (source->position > offsets.high_watermark) {
    co_return Error(ErrorCode::failed_precondition,
                    name_of(source->partition) + " ends at offset " +
                        std::to_string(offsets.high_watermark.value()) +
                        ", but the table has it up to " + std::to_string(source->position.value()) +
                        ": the topic was truncated or made again");
  }
  if (source->position < offsets.start) {
    note_missing("records " + std::to_string(source->position.value()) + " to " +
                 std::to_string(offsets.start.value() - 1) + " of " + name_of(source->partition) +
                 " were gone before they were written (retention)");
    source->position = offsets.start;
  }
  co_return Status();
}

// Ranges that the repair of a damaged log has given up.
Status TableWriter::note_lost(const Source& source) {
  for (const SharedBytes& batch : source.batches) {
    const auto header = TRY(record::read_batch_header(batch.view()));
    if (header.last_offset() < source.position || !record::is_placeholder(header)) continue;
    note_missing("records " + std::to_string(header.base_offset.value()) + " to " +
                 std::to_string(header.last_offset().value()) + " of " + name_of(source.partition) +
                 " were damaged on the disk and are lost (repair)");
  }
  return {};
}

void TableWriter::note_missing(std::string what) {
  parts_.logger.warn("records are missing in the table",
                     {{"table", options_.spec.name}, {"gap", what}});
  notices_.push_back(std::move(what));
}

// ---- reading

runtime::Task<void> TableWriter::read(Source* source) {
  for (;;) {
    while (source->is_ready || is_paused_) co_await wake_.wait();
    const auto deadline = parts_.clock.monotonic() + kReadWait;
    auto read = co_await parts_.log.read(source->partition, source->position,
                                         {.bytes_max = kReadBytes, .deadline = deadline});
    if (!read) {
      source->failure = std::move(read).error();
    } else {
      source->offsets = read->offsets;
      if (read->next <= source->position) continue;
      source->batches = std::move(read->batches);
      source->next = read->next;
    }
    source->is_ready = true;
    wake_.notify_all();
  }
}

TableWriter::Source* TableWriter::next_ready() {
  const auto ready = std::ranges::find(sources_, true, &Source::is_ready);
  if (ready == sources_.end()) return nullptr;
  return &*ready;
}

runtime::Task<void> TableWriter::loop() {
  for (;;) {
    if (commit_failure_) co_return *std::exchange(commit_failure_, std::nullopt);
    if (is_finishing_ && committing_ == 0 && settling_ == 0) {
      const bool may_commit = !tail_.empty() && parts_.clock.monotonic() < finish_by_;
      if (!may_commit || state_ == TableState::waiting) co_return Status();
      start_commit();
    }
    if (auto* source = next_ready(); source != nullptr && !is_finishing_) {
      if (share_.has_room()) {
        CO_TRY(co_await step(source));
        continue;
      }
      share_.ask_for_room();
    }
    if (is_commit_due()) start_commit();
    if (parts_.clock.monotonic() >= next_search_) CO_TRY(co_await find_sources());
    co_await wake_.wait_until(next_look());
  }
}

runtime::Task<void> TableWriter::step(Source* source) {
  if (source->failure) {
    const auto failure = *std::exchange(source->failure, std::nullopt);
    if (failure.code() == ErrorCode::not_found) {
      co_return Error(ErrorCode::failed_precondition,
                      "the topic " + source->partition.topic.value() + " was deleted");
    }
    if (failure.code() != ErrorCode::out_of_range) co_return failure;
    CO_TRY(co_await skip_gap(source));
  } else {
    if (store_->committed()->version) decoder_->freeze();
    CO_TRY(note_lost(*source));
    auto rows = CO_TRY(co_await parts_.pool.run([this, source]() -> Result<Rows> {
      return decoder_->decode({source->partition, source->position, source->next},
                              std::move(source->batches));
    }));
    schema_ = decoder_->schema();
    if (tail_.size() == committing_) tail_since_ = parts_.clock.monotonic();
    source->position = rows.next;
    share_.take(rows.bytes);
    tail_rows_ += rows.rows;
    tail_.push_back(std::make_shared<const Rows>(std::move(rows)));
    publish();
  }
  source->batches.clear();
  source->is_ready = false;
  wake_.notify_all();
  co_return Status();
}

// ---- committing

bool TableWriter::is_flush_reached() const {
  return std::ranges::all_of(flush_to_, [this](const auto& target) {
    const auto source = std::ranges::find(sources_, target.first, &Source::partition);
    return source != sources_.end() && source->position >= target.second;
  });
}

bool TableWriter::is_commit_due() const {
  if (committing_ > 0 || tail_.empty()) return false;
  const auto& policy = options_.spec.commit;
  return share_.bytes() >= policy.size_bytes || share_.is_commit_wanted() ||
         parts_.clock.monotonic() >= tail_since_ + policy.every ||
         (!flush_to_.empty() && is_flush_reached());
}

os::MonotonicTime TableWriter::next_look() const {
  auto at = next_search_;
  if (committing_ == 0 && !tail_.empty()) {
    at = std::min(at, tail_since_ + options_.spec.commit.every);
  }
  return at;
}

void TableWriter::start_commit() {
  auto request = std::make_shared<CommitRequest>();
  request->rows.assign(tail_.begin(), tail_.end());
  request->schema = schema_;
  for (const auto& part : tail_) {
    auto& next = request->next[part->from];
    next = std::max(next, part->next);
  }
  for (const auto& source : sources_) request->topics[source.partition.topic] = source.topic_id;
  request->notices.assign(notices_.begin() + static_cast<ptrdiff_t>(notices_committed_),
                          notices_.end());
  committing_ = tail_.size();
  share_.commit_begins();
  tail_since_ = parts_.clock.monotonic();
  tasks_->spawn("commit", commit(std::move(request)));
}

runtime::Task<void> TableWriter::commit(CommitRequestPtr request) {
  Millis delay = options_.retry_first;
  for (;;) {
    auto done = co_await try_commit(request);
    if (done) break;
    const bool must_decode_again = done.error().code() == ErrorCode::invalid_argument;
    if (must_decode_again || !passes(done.error().code()) || is_finishing_) {
      commit_failure_ = std::move(done).error();
      wake_.notify_all();
      co_return Status();
    }
    set_state(TableState::waiting, done.error().message());
    co_await wait_for_retry(delay);
  }
  if (state_ == TableState::waiting) {
    set_state(is_paused_ ? TableState::paused : TableState::running);
  }
  committed(*request);
  ++settling_;
  auto settled = co_await after_commit();
  --settling_;
  wake_.notify_all();
  co_return settled;
}

Status TableWriter::check_space() const {
  constexpr double kMegabyte = 1e6;
  auto folder = options_.staging;
  auto free = parts_.files.free_space(folder);
  while (!free && free.error().code() == ErrorCode::not_found &&
         os::parent_directory(folder) != folder) {
    folder = os::parent_directory(folder);
    free = parts_.files.free_space(folder);
  }
  // Who cannot be asked is found out by writing.
  if (!free || *free >= options_.disk_reserve_bytes) return {};
  return Error(
      ErrorCode::resource_exhausted,
      fmt::format("the disk of {} has {:.1f} MB left; a table is committed when it has {:.1f} MB",
                  folder, static_cast<double>(*free) / kMegabyte,
                  static_cast<double>(options_.disk_reserve_bytes) / kMegabyte));
}

runtime::Task<void> TableWriter::try_commit(CommitRequestPtr request) {
  CO_TRY(co_await parts_.pool.run([this] { return check_space(); }));
  for (const auto& topic : options_.spec.topics) {
    CO_TRY(co_await dead_letters_.append(topic, request->rows));
  }
  auto whole = std::make_shared<CommitRequest>(*request);
  whole->next.insert(dead_letters_.ends().begin(), dead_letters_.ends().end());
  whole->topics.insert(dead_letters_.topics().begin(), dead_letters_.topics().end());
  co_return co_await store_->commit(std::move(whole));
}

void TableWriter::committed(const CommitRequest& request) {
  dead_letters_.committed();
  notices_committed_ += request.notices.size();
  size_t bytes = 0;
  for (const auto& part : request.rows) {
    bytes += part->bytes;
    tail_rows_ -= part->rows;
    tail_.pop_front();
  }
  share_.commit_ends();
  share_.give_back(bytes);
  for (auto& source : sources_) {
    const auto next = request.next.find(source.partition);
    if (next != request.next.end()) source.committed = next->second;
  }
  committing_ = 0;
  hold_records();
  last_commit_ = parts_.clock.now();
  publish();
  update_metrics();
  wake_.notify_all();
  changed_.notify_all();
}

// What follows a commit and may fail without harm.
runtime::Task<void> TableWriter::after_commit() {
  log::OffsetsByPartition offsets;
  for (const auto& source : sources_) offsets[source.partition] = source.committed;
  const GroupId group("tarn-lake-" + options_.spec.name);
  if (auto mirrored = co_await parts_.log.commit_offsets(group, std::move(offsets)); !mirrored) {
    parts_.logger.warn("the table's positions are not shown as a consumer group",
                       {{"table", options_.spec.name}, {"error", mirrored.error().message()}});
  }
  if (auto maintained = co_await store_->maintain(); !maintained) {
    parts_.logger.warn("the table's checkpoint failed and is tried again later",
                       {{"table", options_.spec.name}, {"error", maintained.error().message()}});
  }
  co_return Status();
}

void TableWriter::publish() {
  if (!store_->committed()) return;
  TableView view{.committed = store_->committed()};
  view.tail_schema = schema_;
  for (const auto& part : tail_) {
    if (part->chunk) view.tail.push_back(part->chunk);
  }
  views_.publish(options_.spec.name, std::move(view));
}

// ---- from outside

runtime::Awaitable<void> TableWriter::finish(os::MonotonicTime deadline) {
  is_finishing_ = true;
  finish_by_ = deadline;
  wake_.notify_all();
  while (!is_ended_) co_await changed_.wait();
}

runtime::Task<Positions> TableWriter::ends() {
  Positions ends;
  for (const auto& topic : CO_TRY(co_await parts_.log.topics())) {
    const auto& wanted = options_.spec.topics;
    if (std::ranges::find(wanted, topic.name) == wanted.end()) continue;
    for (int32_t index = 0; index < topic.partitions; ++index) {
      const TopicPartition partition{topic.name, PartitionId(index)};
      ends[partition] = CO_TRY(co_await parts_.log.offsets(partition)).last_stable;
    }
  }
  co_return ends;
}

bool TableWriter::is_committed(const Positions& targets) const {
  return std::ranges::all_of(targets, [this](const auto& target) {
    const auto source = std::ranges::find(sources_, target.first, &Source::partition);
    return source != sources_.end() && source->committed >= target.second;
  });
}

runtime::Task<void> TableWriter::flush() {
  const auto targets = CO_TRY(co_await ends());
  for (const auto& [partition, offset] : targets) {
    flush_to_[partition] = std::max(flush_to_[partition], offset);
  }
  next_search_ = {};  // partitions may be new
  if (state_ == TableState::waiting) is_resumed_ = true;
  wake_.notify_all();
  const auto failures = failures_;
  Status done;
  while (done && !is_committed(targets)) {
    if (state_ == TableState::paused) {
      done = Error(ErrorCode::failed_precondition, "the table is paused");
    } else if (state_ == TableState::stopped || failures_ != failures) {
      done = Error(ErrorCode::unavailable, reason_.empty() ? "the table has ended" : reason_);
    } else {
      co_await changed_.wait();
    }
  }
  flush_to_.clear();
  co_return done;
}

void TableWriter::pause() {
  is_paused_ = true;
  if (state_ == TableState::running) set_state(TableState::paused);
}

void TableWriter::resume() {
  is_paused_ = false;
  is_resumed_ = true;
  if (state_ == TableState::paused) set_state(TableState::running);
  wake_.notify_all();
}

int64_t TableWriter::lag() const {
  int64_t records = 0;
  for (const auto& source : sources_) records += source.offsets.high_watermark - source.committed;
  return records;
}

TableStatus TableWriter::status() const {
  TableStatus status{.name = options_.spec.name,
                     .format = options_.spec.format,
                     .topics = options_.spec.topics,
                     .state = state_,
                     .reason = reason_,
                     .last_commit = last_commit_,
                     .tail_rows = tail_rows_,
                     .lag_records = lag(),
                     .dead_letters = dead_letters_.appended()};
  for (const auto& source : sources_) status.positions[source.partition] = source.committed;
  if (const auto committed = store_->committed()) {
    status.version = committed->version;
    status.rows = committed->row_count;
    status.files = committed->file_count;
    status.bytes = committed->byte_count;
  }
  const size_t skipped = notices_.size() - std::min(notices_.size(), kNoticesMax);
  status.notices.assign(notices_.begin() + static_cast<ptrdiff_t>(skipped), notices_.end());
  return status;
}

void TableWriter::update_metrics() {
  const telemetry::Labels labels = {{"table", options_.spec.name}};
  auto& metrics = parts_.metrics;
  metrics.counter("tarn_table_commits_total", "Commits of a table.", labels).add();
  const auto now = status();
  metrics.gauge("tarn_table_rows", "Committed rows of a table.", labels)
      .set(static_cast<double>(now.rows));
  metrics.gauge("tarn_table_files", "Files of a table.", labels)
      .set(static_cast<double>(now.files));
  metrics.gauge("tarn_table_lag_records", "Records that are durable and not committed.", labels)
      .set(static_cast<double>(now.lag_records));
  metrics.gauge("tarn_table_last_commit_seconds", "When a table was committed last.", labels)
      .set(static_cast<double>(unix_millis(*last_commit_)) / 1000.0);
}

}  // namespace tarn::lake
