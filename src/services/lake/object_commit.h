// What a commit of a table of JSON objects says (docs/formats/object-commits.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/uuid.h"
#include "services/lake/table_store.h"

namespace tarn::lake {

struct StagedObject {
  std::string staged;  // the file's name in the staging folder of the commit
  std::string name;    // the object's
  uint64_t size = 0;
  Timestamp first{};  // of its first record: what its name is made of
  bool operator==(const StagedObject&) const = default;
};

struct ObjectCommit {
  Uuid table_id;  // also in the table's folder: tells whether it is still the same one
  Uuid id;
  bool is_done = false;               // all objects are published
  std::vector<StagedObject> objects;  // to be published
  Positions next;
  TopicIds topics;
  std::string schema;  // of the rows so far, as Delta writes it
  int64_t commits = 0;
  uint64_t rows = 0;
  uint64_t files = 0;
  uint64_t bytes = 0;
  std::vector<std::string> notices;  // of the table so far, such as gaps; the newest 20
  bool operator==(const ObjectCommit&) const = default;
};

std::string write_object_commit(const ObjectCommit& commit);
// corrupt.
Result<ObjectCommit> read_object_commit(std::string_view text);

}  // namespace tarn::lake
