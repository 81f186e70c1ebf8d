#include "engines/storage/testing/storage_world.h"

#include <algorithm>

#include "base/check.h"
#include "formats/record/record_reader.h"

namespace tarn::storage::testing {

void PrintTo(const Content& content, std::ostream* out) {
  for (const auto& [id, log] : content.logs) {
    *out << "log " << id << " [" << log.start << ", " << log.end << ") stable " << log.stable
         << " in " << log.batches.size() << " batches, " << log.aborted.size() << " aborted; ";
  }
  for (const auto& [key, value] : content.metadata) *out << key << '=' << as_text(value) << ' ';
}

void PrintTo(const SeenRecord& record, std::ostream* out) {
  *out << record.offset << ": " << record.key << '=' << record.value.value_or("(none)");
}

StorageWorld::StorageWorld() {
  check(open().has_value(), "a new storage opens");
}

EngineOptions StorageWorld::tiny_options() {
  return {.directory = "data",
          .journal_file_bytes = 16 << 10,
          .journal_files_max = 3,
          .cache_bytes_max = 600,
          .disk_reserve_bytes = 1 << 10,
          .reserve_file_bytes = 0,
          .producer_expiration = std::chrono::hours(1),
          .compaction_memory_bytes = 4 << 10,
          .compaction_bytes_per_second = 0,
          .committer = EngineOptions::Committer::caller};
}

LogConfig StorageWorld::tiny_config() {
  return {.segment_bytes = 500,
          .segment_age = std::chrono::hours(1),
          .retention_age = std::chrono::hours(2),
          .index_interval_bytes = 100};
}

LogConfig StorageWorld::compacted_config() {
  LogConfig config = tiny_config();
  config.segment_bytes = 300;
  config.retention_age = std::nullopt;
  config.compact = true;
  config.tombstone_retention = std::chrono::hours(1);
  config.dirty_ppm_min = 0;
  return config;
}

void StorageWorld::lose_power(os::testing::PowerLoss mode, uint64_t seed) {
  files.crash_at(1);
  engine.reset();
  files.lose_power(mode, seed);
}

Status StorageWorld::open() {
  engine.reset();
  engine = TRY(Engine::open(files, clock, telemetry::Logger::silent(), metrics, options));
  return {};
}

void StorageWorld::reopen() {
  const Status opened = open();
  check(opened.has_value(), opened ? "" : opened.error().message());
}

CommitResult StorageWorld::commit(Transaction steps) {
  std::optional<CommitResult> answer;
  engine->submit(std::move(steps), [&](CommitResult result) { answer = std::move(result); });
  engine->commit_round();
  check(answer.has_value(), "every transaction is answered");
  return *std::move(answer);
}

LogId StorageWorld::create(const std::string& name, const LogConfig& config) {
  const LogId log = engine->allocate_log_id();
  const auto done = commit(transaction(CreateLog{log, name, config}));
  check(done.has_value(), "a log is created");
  return log;
}

CommitResult StorageWorld::append(LogId log, const BatchSpec& spec) {
  return commit(transaction(step(log, spec)));
}

CommitResult StorageWorld::append_keyed(LogId log, const std::vector<KeyedRecord>& records,
                                        const BatchSpec& spec) {
  return commit(transaction(Append{log, MutableBytes(make_keyed_batch(records, spec))}));
}

Result<LogContent> StorageWorld::content_of(LogId log) {
  const auto state = engine->state(log);
  if (!state) return Error(ErrorCode::not_found, "no log");
  LogContent content{.start = state->start,
                     .end = state->end,
                     .stable = state->stable,
                     .aborted = engine->aborted(log, state->start, state->end)};
  for (Offset next = state->start; next < state->end;) {
    const ReadResult read = TRY(engine->read(log, next, 300));
    check(!read.batches.empty() && read.next > next, "a read makes progress");
    for (const SharedBytes& batch : read.batches) {
      content.batches.emplace_back(batch.view().begin(), batch.view().end());
    }
    next = read.next;
  }
  return content;
}

Content StorageWorld::content() {
  Content content{.metadata = engine->metadata()};
  for (const auto& [id, state] : engine->logs()) {
    auto log = content_of(id);
    EXPECT_TRUE(log) << log.error().message();
    content.logs.emplace(id, log ? *std::move(log) : LogContent{});
  }
  return content;
}

std::vector<SeenRecord> StorageWorld::records(LogId log) {
  const auto content = content_of(log);
  EXPECT_TRUE(content) << content.error().message();
  std::vector<SeenRecord> seen;
  if (!content) return seen;
  const auto is_aborted = [&](const record::BatchHeader& header) {
    return header.is_transactional() &&
           std::ranges::any_of(content->aborted, [&](const AbortedTransaction& transaction) {
             return transaction.producer == header.producer_id &&
                    transaction.first <= header.base_offset &&
                    header.base_offset < transaction.marker;
           });
  };
  for (const Bytes& batch : content->batches) {
    if (is_aborted(*record::read_batch_header(batch))) continue;
    const auto read = record::for_each_record(batch, [&](const record::Record& record) -> Status {
      if (record.offset < content->start) return {};
      SeenRecord one{.offset = record.offset, .key = {}, .value = {}};
      if (record.key) one.key = as_text(*record.key);
      if (record.value) one.value = as_text(*record.value);
      seen.push_back(std::move(one));
      return {};
    });
    EXPECT_TRUE(read) << read.error().message();
  }
  return seen;
}

std::map<std::string, std::string> StorageWorld::table(LogId log) {
  std::map<std::string, std::string> table;
  for (const SeenRecord& record : records(log)) {
    if (record.value) {
      table.insert_or_assign(record.key, *record.value);
    } else {
      table.erase(record.key);
    }
  }
  return table;
}

std::string StorageWorld::path_of_segment(const std::string& log_name, int64_t base) {
  const std::string number = std::to_string(base);
  const std::string file = std::string(20 - number.size(), '0') + number + ".log";
  for (const std::string& path : files.paths()) {
    if (path.find("/" + log_name + ".") != std::string::npos && path.ends_with(file)) return path;
  }
  return "none";
}

}  // namespace tarn::storage::testing
