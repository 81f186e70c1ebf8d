// Identities for idempotent producers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "services/broker/commit_inbox.h"
#include "services/broker/requests.h"

namespace tarn::broker {

// Numbers that are never given twice, also not after a crash: a block of them is taken durably (the
// metadata entry "producer-ids" holds the first number that no block has) before the first is
// given. I/O thread.
class ProducerIds {
 public:
  using Done = std::move_only_function<void(Answer<ProducerIdentity>)>;
  static constexpr int64_t kBlock = 1000;

  static Result<ProducerIds> load(const std::map<std::string, Bytes>& metadata);

  // done: at once, or when the next block is durable.
  void allocate(CommitInbox& inbox, Done done);

 private:
  explicit ProducerIds(int64_t next) : next_(next), end_(next) {}
  void take_block(CommitInbox& inbox);
  void serve(CommitInbox& inbox);

  int64_t next_;
  int64_t end_;
  std::vector<Done> waiting_;  // for a block that is under way
};

}  // namespace tarn::broker
