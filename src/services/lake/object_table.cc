#include "services/lake/object_table.h"

#include <algorithm>
#include <map>
#include <random>

#include "formats/table_format/delta_schema.h"
#include "services/lake/object_rows.h"

namespace tarn::lake {
namespace {

// Hidden from readers by its first character; says whose objects the folder holds.
constexpr const char* kMarker = "/_tarn_table";
constexpr int kClashesMax = 100'000;

Error stops(std::string message) {
  return Error(ErrorCode::failed_precondition, std::move(message));
}

constexpr size_t kNoticesMax = 20;

void add_notices(ObjectCommit& commit, const std::vector<std::string>& more) {
  auto& all = commit.notices;
  all.insert(all.end(), more.begin(), more.end());
  if (all.size() > kNoticesMax) all.erase(all.begin(), all.end() - kNoticesMax);
}

}  // namespace

ObjectTable::ObjectTable(TableSpec spec, std::string staging, const LakeParts& parts,
                         ObjectCommits& commits)
    : spec_(std::move(spec)),
      store_(parts.store),
      files_(parts.files),
      columns_(parts.columns),
      pool_(parts.pool),
      commits_(commits),
      folder_(spec_.folder.empty() ? spec_.name : spec_.folder),
      path_(PathTemplate::parse(spec_.path).value()),
      staging_(files_, std::move(staging)),
      random_((uint64_t{std::random_device()()} << 32) | std::random_device()()) {}

// ---- opening

runtime::Task<Positions> ObjectTable::open(TopicIds topics) {
  pending_.reset();
  is_recorded_ = false;
  last_ = {};
  if (const auto text = CO_TRY(co_await commits_.get(spec_.name))) {
    last_ = CO_TRY(read_object_commit(*text));
  }
  const bool is_same = CO_TRY(co_await pool_.run([this] { return has_marker(last_.table_id); }));
  // The folder was removed: what the topics still have is written anew.
  if (!is_same) last_ = {};
  CO_TRY(check_topics(topics));
  if (!last_.is_done && !last_.id.is_zero()) {
    pending_ = last_;
    is_recorded_ = true;
    CO_TRY(co_await publish_all());
  }
  CO_TRY(co_await pool_.run([this] { return staging_.clear_folders(); }));
  objects_ = CO_TRY(co_await pool_.run([this] { return list(); }));
  show({});
  co_return last_.next;
}

Status ObjectTable::check_topics(const TopicIds& topics) const {
  for (const auto& topic : spec_.topics) {
    const auto before = last_.topics.find(topic);
    const auto now = topics.find(topic);
    if (before == last_.topics.end() || now == topics.end()) continue;
    if (before->second == now->second) continue;
    return stops("the topic " + topic.value() +
                 " was deleted and made again since the objects in " + folder_ +
                 " were written (its id changed); give the table another name to go on");
  }
  return {};
}

// False when there is nothing that this table has written.
Result<bool> ObjectTable::has_marker(const Uuid& table_id) {
  const auto marker = store_.get(folder_ + kMarker);
  if (!marker) {
    if (marker.error().code() == ErrorCode::not_found) return false;
    return marker.error();
  }
  if (as_text(*marker) == table_id.to_string()) return true;
  // A first commit that did not come to its record leaves a marker and no object.
  if (table_id.is_zero() && TRY(list()).empty()) return false;
  return stops("the folder " + folder_ +
               " holds objects that were written from another log; give the table another name");
}

Status ObjectTable::put_marker(const Uuid& table_id) {
  const auto name = folder_ + kMarker;
  const auto text = table_id.to_string();
  if (last_.table_id.is_zero()) return store_.put(name, as_bytes(text));
  // Somebody may have removed the folder: what comes from now on is this table's again.
  auto put = store_.put_if_absent(name, as_bytes(text));
  if (!put && put.error().code() == ErrorCode::already_exists) return {};
  return put;
}

Result<ObjectTable::Names> ObjectTable::list() {
  Names names;
  for (auto& info : TRY(store_.list(folder_ + "/"))) {
    const size_t slash = info.name.rfind('/');
    if (info.name[slash + 1] != '_' && info.name[slash + 1] != '.') {
      names.push_back(std::move(info.name));
    }
  }
  return names;
}

// ---- committing

runtime::Task<void> ObjectTable::commit(CommitRequestPtr request) {
  if (!pending_) {
    ObjectCommit next = last_;
    if (next.table_id.is_zero()) next.table_id = Uuid::random(random_);
    next.id = Uuid::random(random_);
    next.is_done = false;
    next.objects =
        CO_TRY(co_await pool_.run([this, &request, &next]() -> Result<std::vector<StagedObject>> {
          TRY(put_marker(next.table_id));
          return stage(*request, next.id);
        }));
    for (const auto& [partition, offset] : request->next) next.next[partition] = offset;
    for (const auto& [topic, id] : request->topics) next.topics[topic] = id;
    for (const auto& rows : request->rows) next.rows += rows->lines.size();
    for (const auto& object : next.objects) next.bytes += object.size;
    next.files += next.objects.size();
    add_notices(next, request->notices);
    next.schema = table_format::write_schema(request->schema);
    ++next.commits;
    pending_ = std::move(next);
    is_recorded_ = false;
  }
  if (!is_recorded_) CO_TRY(co_await record(*pending_));
  is_recorded_ = true;
  co_return co_await publish_all();
}

runtime::Task<void> ObjectTable::record(ObjectCommit commit) {
  auto text = write_object_commit(commit);
  CO_TRY(co_await commits_.put(spec_.name, std::move(text)));
  last_ = std::move(commit);
  co_return Status();
}

// What is recorded is published, recorded as done, and shown.
runtime::Task<void> ObjectTable::publish_all() {
  while (!CO_TRY(co_await pool_.run([this] { return publish(*pending_); }))) {
    CO_TRY(co_await record(*pending_));
  }
  Names published;
  for (const auto& object : pending_->objects) published.push_back(object.name);
  auto done = *pending_;
  done.is_done = true;
  done.objects.clear();
  CO_TRY(co_await record(std::move(done)));
  const auto id = pending_->id;
  pending_.reset();
  is_recorded_ = false;
  show(std::move(published));
  // What stays is cleared by the next start.
  (void)co_await pool_.run([this, id] { return staging_.clear(id); });
  co_return Status();
}

Result<std::vector<StagedObject>> ObjectTable::stage(const CommitRequest& request, const Uuid& id) {
  std::map<std::string, std::vector<const Line*>> by_folder;
  for (const auto& rows : request.rows) {
    for (const auto& line : rows->lines) {
      by_folder[path_.folder(line.timestamp)].push_back(&line);
    }
  }
  std::vector<StagedObject> objects;
  if (by_folder.empty()) return objects;
  TRY(staging_.clear_folders());  // of an attempt that was not recorded
  const auto folder = TRY(staging_.make_folder(id));
  Names taken;
  for (const auto& [name, lines] : by_folder) {
    const auto staged = std::to_string(objects.size()) + ".json";
    objects.push_back(TRY(stage_object(folder, staged, lines, taken)));
    taken.push_back(objects.back().name);
  }
  TRY(files_.sync_directory(folder));
  return objects;
}

Result<StagedObject> ObjectTable::stage_object(const std::string& folder, const std::string& staged,
                                               const std::vector<const Line*>& lines,
                                               const Names& taken) {
  std::string content;
  for (const auto* line : lines) content.append(line->text) += '\n';
  auto file = TRY(files_.open(folder + "/" + staged, os::OpenMode::create_new));
  const BytesView bytes = as_bytes(content);
  TRY(file->write_at(0, std::span(&bytes, 1)));
  TRY(file->sync());
  return StagedObject{.staged = staged,
                      .name = TRY(free_name(lines.front()->timestamp, taken)),
                      .size = content.size(),
                      .first = lines.front()->timestamp};
}

Result<std::string> ObjectTable::free_name(Timestamp first, const Names& taken) {
  for (int clash = 0; clash < kClashesMax; ++clash) {
    const auto name = folder_ + "/" + path_.name(first, clash);
    if (std::ranges::find(taken, name) != taken.end()) continue;
    if (!TRY(store_.head(name))) return name;
  }
  return Error(ErrorCode::resource_exhausted,
               "all names like " + folder_ + "/" + path_.name(first, 0) + " are taken");
}

Result<bool> ObjectTable::publish(ObjectCommit& commit) {
  bool is_renamed = false;
  for (auto& object : commit.objects) {
    const auto file = staging_.folder_of(commit.id) + "/" + object.staged;
    auto published = publish_left(object, file);
    if (!published && published.error().code() == ErrorCode::already_exists) {
      // Somebody else took the name after it was chosen.
      Names taken;
      for (const auto& other : commit.objects) taken.push_back(other.name);
      object.name = TRY(free_name(object.first, taken));
      is_renamed = true;
      continue;
    }
    TRY(std::move(published));
  }
  return !is_renamed;
}

// A file that is not there any more was published before a crash.
Status ObjectTable::publish_left(const StagedObject& object, const std::string& file) {
  auto published = store_.publish(file, object.name);
  if (published || published.error().code() != ErrorCode::not_found) return published;
  const auto there = TRY(store_.head(object.name));
  if (there && there->size == object.size) return {};
  return stops("the object " + object.name +
               " of a commit is lost: neither it nor its staged file is there");
}

runtime::Task<void> ObjectTable::maintain() {
  co_return Status();
}

// ---- for readers

void ObjectTable::show(Names published) {
  objects_.insert(objects_.end(), published.begin(), published.end());
  auto table = std::make_shared<CommittedTable>();
  if (last_.commits > 0) table->version = last_.commits - 1;
  if (auto schema = table_format::read_schema(last_.schema)) table->schema = *std::move(schema);
  table->row_count = last_.rows;
  table->file_count = last_.files;
  table->byte_count = last_.bytes;
  auto names = std::make_shared<const Names>(objects_);
  table->rows = [this, names, schema = table->schema]() -> std::unique_ptr<sql::RowSource> {
    return std::make_unique<ObjectRows>(store_, columns_, schema, names);
  };
  committed_ = std::move(table);
}

}  // namespace tarn::lake
