#include "formats/table_format/delta_snapshot.h"

#include <boost/json.hpp>

#include "formats/table_format/delta_stats.h"

namespace tarn::table_format {
namespace {

int64_t rows_of(const AddFile& file) {
  return file.stats ? read_row_count(*file.stats).value_or(0) : 0;
}

}  // namespace

void DeltaSnapshot::apply(int64_t version, const std::vector<Action>& actions) {
  for (const auto& action : actions) apply(action);
  version_ = version;
}

void DeltaSnapshot::apply(const Action& action) {
  if (const auto* protocol = std::get_if<Protocol>(&action)) {
    protocol_ = *protocol;
  } else if (const auto* metadata = std::get_if<Metadata>(&action)) {
    metadata_ = *metadata;
  } else if (const auto* file = std::get_if<AddFile>(&action)) {
    add(*file);
  } else if (const auto* removal = std::get_if<RemoveFile>(&action)) {
    forget(removal->path);
    removals_[removal->path] = *removal;
  } else if (const auto* transaction = std::get_if<Transaction>(&action)) {
    transactions_[transaction->app_id] = *transaction;
  }
}

void DeltaSnapshot::add(AddFile file) {
  forget(file.path);
  removals_.erase(file.path);
  rows_ += rows_of(file);
  bytes_ += file.size;
  std::string path = file.path;
  files_.emplace(std::move(path), std::move(file));
}

void DeltaSnapshot::forget(const std::string& path) {
  const auto known = files_.find(path);
  if (known == files_.end()) return;
  rows_ -= rows_of(known->second);
  bytes_ -= known->second.size;
  files_.erase(known);
}

std::optional<int64_t> DeltaSnapshot::transaction(const std::string& app_id) const {
  const auto known = transactions_.find(app_id);
  if (known == transactions_.end()) return {};
  return known->second.version;
}

std::vector<Action> DeltaSnapshot::checkpoint_actions(int64_t removals_since_millis) const {
  std::vector<Action> actions;
  actions.emplace_back(protocol_);
  if (metadata_) actions.emplace_back(*metadata_);
  for (const auto& [id, transaction] : transactions_) actions.emplace_back(transaction);
  for (const auto& [path, removal] : removals_) {
    if (removal.deletion_timestamp.value_or(0) < removals_since_millis) continue;
    actions.emplace_back(removal);
    std::get<RemoveFile>(actions.back()).data_change = false;
  }
  for (const auto& [path, file] : files_) {
    actions.emplace_back(file);
    std::get<AddFile>(actions.back()).data_change = false;
  }
  return actions;
}

std::string write_last_checkpoint(int64_t version, size_t actions) {
  return boost::json::serialize(boost::json::object{{"version", version}, {"size", actions}});
}

std::optional<int64_t> read_last_checkpoint(std::string_view text) {
  boost::json::error_code error;
  const auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return {};
  const auto* version = value.as_object().if_contains("version");
  const auto* parts = value.as_object().if_contains("parts");
  if (version == nullptr || !version->is_int64() || version->as_int64() < 0) return {};
  if (parts != nullptr && !parts->is_null()) return {};
  return version->as_int64();
}

}  // namespace tarn::table_format
