#include "engines/sql/query_tables.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "formats/columns/schema.h"

namespace tarn::sql {

namespace {

constexpr std::string_view kTopics = "log";
constexpr size_t kNamesShown = 20;

// How many letters must be changed, added or removed (Levenshtein).
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

std::string quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t place = 0; place < std::min(names.size(), kNamesShown); ++place) {
    text += (place == 0 ? "" : ", ") + names[place];
  }
  if (names.size() > kNamesShown) {
    text += " and " + std::to_string(names.size() - kNamesShown) + " more";
  }
  return text.empty() ? "none" : text;
}

Error no_such(std::string_view kind, const std::string& name, std::vector<std::string> names) {
  std::ranges::sort(names);
  std::string text = "there is no " + std::string(kind) + " " + quoted(name);
  const std::string wanted = columns::fold_name(name);
  const auto nearest = std::ranges::min_element(names, {}, [&](const std::string& candidate) {
    return distance(wanted, columns::fold_name(candidate));
  });
  if (nearest != names.end() &&
      distance(wanted, columns::fold_name(*nearest)) <= 1 + wanted.size() / 4) {
    text += "; did you mean " + quoted(*nearest) + "?";
  }
  return Error(ErrorCode::not_found, text + " (" + std::string(kind) + "s: " + listed(names) + ")");
}

}  // namespace

std::optional<size_t> QueryTables::find(const std::string& schema, const std::string& name) {
  if (!schema.empty() && schema != "main" && schema != kTopics) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const std::pair key(schema == kTopics ? schema : std::string(), name);
  if (const auto found = found_.find(key); found != found_.end()) return found->second;
  auto snapshot = key.first.empty() ? catalog_.table(name) : catalog_.topic(name);
  std::optional<size_t> id;
  if (snapshot) {
    id = snapshots_.size();
    snapshots_.push_back(*std::move(snapshot));
  } else if (snapshot.error().code() != ErrorCode::not_found) {
    if (!failure_) failure_ = snapshot.error();
  } else if (!missing_) {
    missing_ = key;
  }
  found_.emplace(key, id);
  return id;
}

TableSnapshotPtr QueryTables::snapshot(size_t id) const {
  const std::lock_guard lock(mutex_);
  return id < snapshots_.size() ? snapshots_[id] : nullptr;
}

std::optional<Error> QueryTables::error_for_missing() {
  const std::lock_guard lock(mutex_);
  if (failure_) return failure_;
  if (!missing_) return std::nullopt;
  const auto& [schema, name] = *missing_;
  return schema.empty() ? no_such("table", name, catalog_.table_names())
                        : no_such("topic", name, catalog_.topic_names());
}

std::vector<std::pair<std::string, std::string>> QueryTables::names() {
  std::vector<std::pair<std::string, std::string>> names;
  for (std::string& name : catalog_.table_names()) names.emplace_back("main", std::move(name));
  for (std::string& name : catalog_.topic_names()) names.emplace_back(kTopics, std::move(name));
  std::ranges::sort(names);
  return names;
}

void QueryTables::set_failure(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
}

std::optional<Error> QueryTables::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace tarn::sql
