// The state of a Delta table after one of its versions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "formats/table_format/delta_actions.h"

namespace tarn::table_format {

// Made by applying a checkpoint's actions, then entry after entry.
class DeltaSnapshot {
 public:
  // The entry of a version, or all actions of a checkpoint at that version.
  void apply(int64_t version, const std::vector<Action>& actions);

  [[nodiscard]] int64_t version() const { return version_; }  // -1: there is no table yet
  [[nodiscard]] const Protocol& protocol() const { return protocol_; }
  [[nodiscard]] const std::optional<Metadata>& metadata() const { return metadata_; }
  [[nodiscard]] const std::map<std::string, AddFile>& files() const { return files_; }
  [[nodiscard]] const std::map<std::string, Transaction>& transactions() const {
    return transactions_;
  }
  [[nodiscard]] std::optional<int64_t> transaction(const std::string& app_id) const;
  // Of all files; files whose statistics do not say count nothing.
  [[nodiscard]] int64_t rows() const { return rows_; }
  [[nodiscard]] int64_t bytes() const { return bytes_; }

  // What a checkpoint holds: no removals older than the given time, no statistics of removals.
  [[nodiscard]] std::vector<Action> checkpoint_actions(int64_t removals_since_millis) const;

 private:
  void apply(const Action& action);
  void add(AddFile file);
  void forget(const std::string& path);

  int64_t version_ = -1;
  Protocol protocol_;
  std::optional<Metadata> metadata_;
  std::map<std::string, AddFile> files_;
  std::map<std::string, RemoveFile> removals_;
  std::map<std::string, Transaction> transactions_;
  int64_t rows_ = 0;
  int64_t bytes_ = 0;
};

// {"version":10,"size":42}
std::string write_last_checkpoint(int64_t version, size_t actions);
// None when the text is not one or the checkpoint has several parts: readers then list the log.
std::optional<int64_t> read_last_checkpoint(std::string_view text);

}  // namespace tarn::table_format
