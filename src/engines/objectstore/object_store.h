// Named objects: where tables and JSON objects live. Local folders today, S3 by the same seam.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn::objectstore {

// "flights/_delta_log/00000000000000000007.json": parts divided by '/', none of them empty, "." or
// "..". There are no folders and no renames; an object is there with all its bytes or not at all,
// and what a call has put is durable when it returns.
// All calls block (run them on the pool) and may come from any thread. Errors of all: unavailable
// and timed_out (try again), resource_exhausted (the disk is full), permission_denied (read-only),
// invalid_argument (a name outside the rule above). After an error of a put, the object may be
// there all the same: whoever must know reads it back.
class ObjectStore {
 public:
  struct Info {
    std::string name;
    uint64_t size = 0;
    bool operator==(const Info&) const = default;
  };

  virtual ~ObjectStore() = default;
  // Replaces what is there.
  virtual Status put(const std::string& name, BytesView content) = 0;
  // already_exists when the name is taken. Of two at the same time one wins.
  virtual Status put_if_absent(const std::string& name, BytesView content) = 0;
  // Makes a finished local file the object and removes the file. already_exists when the name is
  // taken by other content; taken by the same content is success, so that it can be repeated.
  virtual Status publish(const std::string& local_file, const std::string& name) = 0;
  // not_found.
  virtual Result<Bytes> get(const std::string& name) = 0;
  // None when there is no such object.
  virtual Result<std::optional<Info>> head(const std::string& name) = 0;
  // All whose names start with the prefix, in the order of their bytes.
  virtual Result<std::vector<Info>> list(const std::string& prefix) = 0;
  // No error when it is not there.
  virtual Status remove(const std::string& name) = 0;
  // Where a reader of this machine finds the object: a path, or a URL its file systems know.
  virtual std::string location(const std::string& name) const = 0;
};

// invalid_argument with the reason; also for more than 1024 bytes, NUL and control characters.
Status check_object_name(std::string_view name);

}  // namespace tarn::objectstore
