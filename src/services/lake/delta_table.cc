#include "services/lake/delta_table.h"

#include <algorithm>
#include <charconv>
#include <random>

#include "formats/table_format/delta_entry.h"
#include "formats/table_format/delta_interval.h"
#include "formats/table_format/delta_paths.h"
#include "formats/table_format/delta_protocol.h"
#include "formats/table_format/delta_schema.h"
#include "services/lake/delta_files.h"
#include "services/lake/partition_field.h"
#include "services/lake/row_decoder.h"

namespace tarn::lake {

using table_format::Action;
using table_format::AddFile;
using table_format::Metadata;

namespace {

constexpr const char* kGenerationKey = "tarn.generation";
constexpr Millis kCheckpointAge = std::chrono::minutes(10);
constexpr Millis kCleanupEvery = std::chrono::hours(1);
constexpr Millis kRemovalsKept = std::chrono::hours(24 * 7);

std::vector<std::string> partition_names(const TableSpec& spec) {
  std::vector<std::string> names;
  for (const auto& field : spec.partition_by) names.push_back(field.name);
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "nothing" : text;
}

Error stops(std::string message) {
  return Error(ErrorCode::failed_precondition, std::move(message));
}

std::string configured(const Metadata& metadata, const std::string& key) {
  const auto found = metadata.configuration.find(key);
  return found == metadata.configuration.end() ? "" : found->second;
}

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string(2, c) : std::string(1, c);
  return text + "\"";
}

std::string topic_key(const TopicName& topic) {
  return "tarn.topic." + topic.value();
}

}  // namespace

DeltaTable::DeltaTable(DeltaTableOptions options, objectstore::ObjectStore& store,
                       os::FileSystem& files, ColumnFiles& columns, runtime::BlockingPool& pool,
                       const os::Clock& clock)
    : options_(std::move(options)),
      store_(store),
      files_(files),
      columns_(columns),
      pool_(pool),
      clock_(clock),
      folder_(options_.spec.folder.empty() ? options_.spec.name : options_.spec.folder),
      log_(store, columns, folder_),
      staging_(files, options_.staging),
      random_((uint64_t{std::random_device()()} << 32) | std::random_device()()) {}

// ---- opening

runtime::Task<Positions> DeltaTable::open(TopicIds topics) {
  auto positions = co_await pool_.run([this, &topics] { return open_now(topics); });
  // A table that must not be written on may still be read.
  if (is_readable_) committed_ = CO_TRY(view());
  co_return positions;
}

Result<Positions> DeltaTable::open_now(const TopicIds& topics) {
  prepared_.reset();
  is_readable_ = false;
  snapshot_ = TRY(log_.load());
  list_data_files();
  last_checkpoint_ = snapshot_.version();
  last_checkpoint_at_ = clock_.now();
  TRY(table_format::check_readable(snapshot_.protocol()).with_context(folder_));
  is_readable_ = true;
  TRY(check_table());
  auto known = TRY(positions(topics));
  TRY(undo_unfinished());
  return known;
}

Status DeltaTable::check_table() const {
  if (!snapshot_.metadata()) {
    if (snapshot_.version() < 0) return {};
    return Error(ErrorCode::corrupt,
                 folder_ +
                     ": the Delta log has entries, but none that says what the table is; "
                     "move the folder away, or give the table another name");
  }
  const auto& metadata = *snapshot_.metadata();
  TRY(table_format::check_writable(snapshot_.protocol(), metadata).with_context(folder_));
  const auto schema = TRY(table_format::read_schema(metadata.schema_string).with_context(folder_));
  for (const auto& field : schema.fields) {
    if (field.nullable) continue;
    return Error(ErrorCode::unimplemented, folder_ + ": the column " + field.name +
                                               " must not be null, which this release does not "
                                               "enforce");
  }
  const auto wanted = partition_names(options_.spec);
  if (metadata.partition_columns == wanted) return {};
  return stops("the table in " + folder_ + " is partitioned by " +
               joined(metadata.partition_columns) + ", not by " + joined(wanted) +
               "; give the table another name to write it anew");
}

Result<Positions> DeltaTable::positions(const TopicIds& topics) const {
  Positions known;
  if (!snapshot_.metadata()) return known;
  for (const auto& [topic, id] : topics) {
    const auto before = configured(*snapshot_.metadata(), topic_key(topic));
    const bool is_source =
        std::ranges::find(options_.spec.topics, topic) != options_.spec.topics.end();
    if (is_source && !before.empty() && before != id.to_string()) {
      return stops("the topic " + topic.value() +
                   " was deleted and made again since the table in " + folder_ +
                   " was written (its id changed); give the table another name to go on");
    }
    const auto stem = position_id(*snapshot_.metadata(), id, {});
    const auto& all = snapshot_.transactions();
    for (auto it = all.lower_bound(stem); it != all.end() && it->first.starts_with(stem); ++it) {
      const auto text = std::string_view(it->first).substr(stem.size());
      int32_t partition = 0;
      std::from_chars(text.data(), text.data() + text.size(), partition);
      known[{topic, PartitionId(partition)}] = Offset(it->second.version);
    }
  }
  return known;
}

// Objects that were published for an entry that was never written are removed; what an entry names
// stays, also when a later one has removed it: readers of old versions may want it.
Status DeltaTable::undo_unfinished() {
  for (const auto& intent : TRY(staging_.intents())) {
    const auto since = TRY(log_.entries_after(intent.base_version));
    // When the entries since then are gone from the log, nobody can tell any more: files stay.
    bool may_be_named = since.empty() && snapshot_.version() > intent.base_version;
    for (const auto& entry : since) {
      may_be_named = may_be_named || entry.transaction_id() == intent.id.to_string();
    }
    if (!may_be_named) {
      for (const auto& object : intent.objects) TRY(store_.remove(object));
    }
    TRY(staging_.clear(intent.id));
  }
  TRY(Staging(files_, checkpoint_folder()).clear_folders());
  return staging_.clear_folders();
}

std::string DeltaTable::checkpoint_folder() const {
  return options_.staging + "-checkpoint";
}

// ---- committing

runtime::Task<void> DeltaTable::commit(CommitRequestPtr request) {
  auto outcome = CO_TRY(co_await pool_.run([this, &request] { return commit_now(*request); }));
  committed_ = std::move(outcome.table);
  if (outcome.checkpoint) pending_checkpoint_ = std::move(outcome.checkpoint);
  co_return Status();
}

Result<DeltaTable::Outcome> DeltaTable::commit_now(const CommitRequest& request) {
  bool is_done = false;
  // An entry after a hole would make a table that nobody can read.
  if (snapshot_.version() >= 0) TRY(log_.check_there(snapshot_.version()));
  if (prepared_) {
    is_done = TRY(catch_up(request));  // an earlier attempt may have got through
  } else {
    TRY(prepare(request));
  }
  while (!is_done) {
    const auto actions = TRY(entry(request));
    auto appended = log_.append(snapshot_.version() + 1, actions);
    if (appended) {
      apply(snapshot_.version() + 1, actions);
      break;
    }
    if (appended.error().code() != ErrorCode::already_exists) return std::move(appended).error();
    const auto version = snapshot_.version();
    is_done = TRY(catch_up(request));
    if (is_done || snapshot_.version() > version) continue;
    return Error(ErrorCode::internal, folder_ + ": the name of entry " +
                                          std::to_string(version + 1) +
                                          " in the Delta log is taken, but there is no entry");
  }
  (void)staging_.clear(prepared_->id);  // what stays is cleared by the next start
  prepared_.reset();
  return Outcome{.table = TRY(view()), .checkpoint = due_checkpoint()};
}

Status DeltaTable::prepare(const CommitRequest& request) {
  Prepared prepared{.id = Uuid::random(random_)};
  auto write = [&]() -> Status {
    const auto folder = TRY(staging_.make_folder(prepared.id));
    const auto written = TRY(write_files(request, folder));
    Staging::Intent intent{.id = prepared.id, .base_version = snapshot_.version()};
    for (const auto& file : written) {
      prepared.files.push_back(add_file(file, options_.spec, request.schema,
                                        {.number = static_cast<int>(prepared.files.size()),
                                         .commit = prepared.id,
                                         .at = clock_.now()}));
      prepared.rows += file.rows;
      intent.objects.push_back(folder_ + "/" + prepared.files.back().path);
    }
    if (!written.empty()) TRY(staging_.write_intent(intent));
    for (size_t at = 0; at < written.size(); ++at) {
      TRY(store_.publish(written[at].path, intent.objects[at]));
    }
    return {};
  };
  auto written = write();
  if (written) {
    prepared_ = std::move(prepared);
    return {};
  }
  bool is_undone = true;
  for (const auto& file : prepared.files) {
    is_undone = store_.remove(folder_ + "/" + file.path).has_value() && is_undone;
  }
  // Without the intent nobody would find what could not be removed.
  if (is_undone) (void)staging_.clear(prepared.id);
  return written;
}

Result<std::vector<sql::ParquetFile>> DeltaTable::write_files(const CommitRequest& request,
                                                              const std::string& folder) {
  sql::ParquetJob job{.schema = table_columns(options_.spec, request.schema), .directory = folder};
  uint64_t rows = 0;
  for (const auto& part : request.rows) {
    if (!part->chunk) continue;
    job.chunks.push_back(part->chunk);
    rows += part->rows;
  }
  if (rows == 0) return std::vector<sql::ParquetFile>();
  for (const auto& field : options_.spec.partition_by) {
    job.partition_by.push_back({.name = field.name,
                                .expression = quoted(field.name),
                                .type = job.schema.fields[*job.schema.find(field.name)].type});
  }
  auto files = TRY(columns_.write(std::move(job)));
  uint64_t written = 0;
  for (const auto& file : files) written += file.rows;
  if (written == rows) return files;
  return Error(ErrorCode::internal,
               "the files hold " + std::to_string(written) + " rows, not " + std::to_string(rows));
}

Result<bool> DeltaTable::catch_up(const CommitRequest& request) {
  bool is_done = false;
  bool has_new_metadata = false;
  for (const auto& entry : TRY(log_.entries_after(snapshot_.version()))) {
    is_done = is_done || entry.transaction_id() == prepared_->id.to_string();
    for (const auto& action : entry.actions) {
      has_new_metadata = has_new_metadata || std::holds_alternative<Metadata>(action) ||
                         std::holds_alternative<table_format::Protocol>(action);
    }
    apply(entry.version, entry.actions);
  }
  if (is_done) return true;
  if (has_new_metadata) TRY(check_table());
  if (!snapshot_.metadata()) return false;
  for (const auto& part : request.rows) {
    const auto id = request.topics.at(part->from.topic);
    const auto moved =
        snapshot_.transaction(position_id(*snapshot_.metadata(), id, part->from.partition));
    if (moved && *moved > part->begin.value()) {
      return stops("another writer has taken " + part->from.topic.value() + "/" +
                   std::to_string(part->from.partition.value()) + " of the table in " + folder_ +
                   " to offset " + std::to_string(*moved) + "; this one stops");
    }
  }
  return false;
}

Result<std::vector<Action>> DeltaTable::entry(const CommitRequest& request) {
  const auto now = unix_millis(clock_.now());
  std::vector<Action> actions{table_format::CommitInfo{
      .timestamp = now,
      .operation = "WRITE",
      .operation_parameters = {{"mode", "Append"},
                               {"partitionBy", json_list(partition_names(options_.spec))}},
      .operation_metrics = {{"numFiles", std::to_string(prepared_->files.size())},
                            {"numOutputRows", std::to_string(prepared_->rows)}},
      .engine_info = "Tarn",
      .transaction_id = prepared_->id.to_string(),
      .notices = request.notices}};
  if (!snapshot_.metadata()) actions.emplace_back(table_format::Protocol{});
  const auto changed = TRY(changed_metadata(request));
  const auto& metadata = changed ? *changed : *snapshot_.metadata();
  if (changed) actions.emplace_back(metadata);
  for (const auto& file : prepared_->files) actions.emplace_back(file);
  for (const auto& [position, next] : request.next) {
    actions.emplace_back(table_format::Transaction{
        .app_id = position_id(metadata, request.topics.at(position.topic), position.partition),
        .version = next.value(),
        .last_updated = now});
  }
  return actions;
}

Result<std::optional<Metadata>> DeltaTable::changed_metadata(const CommitRequest& request) {
  const auto columns = table_columns(options_.spec, request.schema);
  Metadata metadata;
  if (snapshot_.metadata()) {
    metadata = *snapshot_.metadata();
    const auto old_text = metadata.schema_string;
    const auto before = TRY(table_format::read_schema(old_text));
    metadata.schema_string = TRY(table_format::add_to_schema(old_text, columns));
    const auto after = TRY(table_format::read_schema(metadata.schema_string));
    TRY(check_covers(after, columns).with_context(folder_));
    if (before == after) metadata.schema_string = old_text;
  } else {
    metadata = {.id = Uuid::random(random_).to_string(),
                .name = options_.spec.name,
                .schema_string = table_format::write_schema(columns),
                .partition_columns = partition_names(options_.spec),
                .configuration = {{kGenerationKey, "1"}},
                .created_time = unix_millis(clock_.now())};
  }
  for (const auto& topic : options_.spec.topics) {
    const auto id = request.topics.find(topic);
    if (id != request.topics.end()) {
      metadata.configuration[topic_key(topic)] = id->second.to_string();
    }
  }
  if (metadata == snapshot_.metadata()) return std::optional<Metadata>();
  return std::optional(std::move(metadata));
}

// <table id>/<generation>/<cluster id>/<topic id>/<partition>; without the partition the stem.
std::string DeltaTable::position_id(const Metadata& metadata, const Uuid& topic,
                                    std::optional<PartitionId> partition) const {
  const auto generation = configured(metadata, kGenerationKey);
  return metadata.id + "/" + (generation.empty() ? "1" : generation) + "/" + options_.cluster_id +
         "/" + topic.to_string() + "/" + (partition ? std::to_string(partition->value()) : "");
}

// ---- after the commit

// An entry that only adds files, as ours do, costs these files; after others all are listed again.
void DeltaTable::apply(int64_t version, const std::vector<Action>& actions) {
  std::map<std::string_view, const AddFile*> added;
  bool only_adds = true;
  for (const auto& action : actions) {
    const auto* file = std::get_if<AddFile>(&action);
    if (file != nullptr) {
      only_adds = only_adds && !snapshot_.files().contains(file->path) &&
                  added.emplace(file->path, file).second;
    } else if (!std::holds_alternative<table_format::CommitInfo>(action) &&
               !std::holds_alternative<table_format::Transaction>(action)) {
      only_adds = false;  // removals, or other partition columns
    }
  }
  snapshot_.apply(version, actions);
  if (!only_adds) return list_data_files();
  std::vector<sql::DataFile> more;
  const auto schema = schema_now();
  for (const auto& [path, file] : added) more.push_back(data_file(*file, schema));
  data_files_ = data_files_.with(std::move(more));
}

void DeltaTable::list_data_files() {
  std::vector<sql::DataFile> all;
  if (snapshot_.metadata()) {
    const auto schema = schema_now();
    for (const auto& [path, file] : snapshot_.files()) all.push_back(data_file(file, schema));
  }
  data_files_ = sql::DataFiles(std::move(all));
}

columns::Schema DeltaTable::schema_now() const {
  if (!snapshot_.metadata()) return {};
  return table_format::read_schema(snapshot_.metadata()->schema_string).value_or(columns::Schema());
}

sql::DataFile DeltaTable::data_file(const AddFile& file, const columns::Schema& schema) const {
  sql::DataFile data{.path = store_.location(folder_ + "/" + file.path)};
  for (const auto& column : snapshot_.metadata()->partition_columns) {
    const auto value = file.partition_values.find(column);
    const bool is_null = value == file.partition_values.end() || value->second == "";
    data.partition_values.push_back(is_null ? std::nullopt : value->second);
  }
  read_stats_into(data, file, schema);
  return data;
}

Result<CommittedTablePtr> DeltaTable::view() const {
  auto table = std::make_shared<CommittedTable>();
  if (!snapshot_.metadata()) return table;
  const auto& metadata = *snapshot_.metadata();
  table->version = snapshot_.version();
  table->schema = TRY(table_format::read_schema(metadata.schema_string).with_context(folder_));
  table->partition_columns = metadata.partition_columns;
  table->files = data_files_;
  table->row_count = static_cast<uint64_t>(snapshot_.rows());
  table->file_count = snapshot_.files().size();
  table->byte_count = static_cast<uint64_t>(snapshot_.bytes());
  return table;
}

std::optional<DeltaLog::Checkpoint> DeltaTable::due_checkpoint() {
  const auto now = clock_.now();
  const bool is_due = snapshot_.version() - last_checkpoint_ >= options_.checkpoint_every ||
                      now - last_checkpoint_at_ >= kCheckpointAge;
  if (!is_due) return {};
  const auto actions = snapshot_.checkpoint_actions(unix_millis(now - kRemovalsKept));
  last_checkpoint_ = snapshot_.version();
  last_checkpoint_at_ = now;
  return DeltaLog::Checkpoint{.version = snapshot_.version(),
                              .lines = table_format::write_entry(actions),
                              .actions = actions.size(),
                              .expired_before = due_cleanup(now)};
}

// Properties that Delta's own writers heed. A length of time that is not understood keeps all.
std::optional<Timestamp> DeltaTable::due_cleanup(Timestamp now) {
  if (last_cleanup_at_ && now - *last_cleanup_at_ < kCleanupEvery) return {};
  const auto& metadata = *snapshot_.metadata();
  if (configured(metadata, "delta.enableExpiredLogCleanup") == "false") return {};
  const auto wanted = configured(metadata, "delta.logRetentionDuration");
  const auto kept =
      wanted.empty() ? std::optional(options_.log_retention) : table_format::parse_interval(wanted);
  if (!kept) return {};
  last_cleanup_at_ = now;
  return now - *kept;
}

runtime::Task<void> DeltaTable::maintain() {
  if (!pending_checkpoint_ || is_maintaining_) co_return Status();
  is_maintaining_ = true;
  const auto checkpoint = *std::exchange(pending_checkpoint_, std::nullopt);
  const auto folder = checkpoint_folder();
  auto written = co_await pool_.run([this, &checkpoint, &folder]() -> Status {
    TRY(log_.write_checkpoint(checkpoint, files_, folder));
    if (!checkpoint.expired_before) return {};
    auto removed = log_.remove_expired(*checkpoint.expired_before);
    if (removed) return {};
    return removed.error().with_context("removing expired entries of the log");
  });
  is_maintaining_ = false;
  co_return written;
}

}  // namespace tarn::lake
