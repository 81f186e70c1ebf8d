// The quotas of an instance, and where they are kept.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "platform/runtime/task.h"
#include "services/access/quota.h"
#include "services/broker/broker.h"

namespace tarn::access {

struct QuotaChange {
  QuotaEntity entity;
  std::map<QuotaKind, std::optional<double>> values;  // none: removed
};

// Durable as metadata of the broker, "quota/<SHA-256 of the entity>", before anybody is told so.
// I/O thread.
class QuotaStore {
 public:
  // Errors: corrupt (a stored quota cannot be read).
  static Result<QuotaStore> load(broker::Broker& broker);

  [[nodiscard]] const QuotaTable& table() const { return table_; }
  // All together, and in effect when it returns. The changes have been checked; of one entity there
  // is one.
  runtime::Awaitable<broker::Answer<void>> alter(std::vector<QuotaChange> changes);

 private:
  explicit QuotaStore(broker::Broker& broker) : broker_(broker) {}

  broker::Broker& broker_;
  QuotaTable table_;
  QuotaTable coming_;  // with what is not durable yet, so that changes build upon each other
};

// Errors: invalid_argument with a sentence.
Status check_change(const QuotaChange& change);

}  // namespace tarn::access
