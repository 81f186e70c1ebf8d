// What readers see of the logs: durable state only, a whole round at a time. The committer
// publishes; any thread reads.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "engines/storage/aborted_index.h"
#include "engines/storage/segment.h"
#include "engines/storage/types.h"

namespace tarn::storage {

struct LogView {
  LogState state;
  std::string name;
  std::shared_ptr<const SegmentList> segments;
  std::shared_ptr<const std::vector<EpochStart>> epochs;
  std::shared_ptr<const AbortedIndex> aborted;
};

using Metadata = std::map<std::string, Bytes>;

class LogViews {
 public:
  struct Changes {
    std::map<LogId, LogView> written;
    std::vector<LogId> deleted;
    std::vector<LogId> repaired;  // not quarantined any more
    std::map<std::string, std::optional<Bytes>> metadata;
  };

  // All at once.
  void publish(Changes changes);

  [[nodiscard]] std::optional<LogView> find(LogId log) const;
  [[nodiscard]] std::map<LogId, LogState> states() const;
  [[nodiscard]] Metadata metadata() const;
  [[nodiscard]] bool is_quarantined(LogId log) const;
  // False when it was already.
  bool quarantine(LogId log);

 private:
  mutable std::shared_mutex mutex_;
  std::map<LogId, LogView> logs_;
  Metadata metadata_;
};

}  // namespace tarn::storage
