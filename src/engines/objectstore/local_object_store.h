// Objects as files below one folder.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "engines/objectstore/object_store.h"
#include "platform/os/file_system.h"

namespace tarn::objectstore {

struct LocalOptions {
  std::string root;
  // A folder below the root for files on their way: never listed, cleared at opening. One for each
  // process that writes below the same root.
  std::string scratch = "_staging/put";
};

// An object appears by link(2) or rename(2) of a finished, synced file; the folder is synced before
// the call returns. Names cannot leave the root; symbolic links below it are the operator's.
class LocalObjectStore final : public ObjectStore {
 public:
  // Makes the root when it is missing.
  static Result<std::unique_ptr<LocalObjectStore>> open(os::FileSystem& files,
                                                        LocalOptions options);

  Status put(const std::string& name, BytesView content) override;
  Status put_if_absent(const std::string& name, BytesView content) override;
  Status publish(const std::string& local_file, const std::string& name) override;
  Result<Bytes> get(const std::string& name) override;
  Result<std::optional<Info>> head(const std::string& name) override;
  Result<std::vector<Info>> list(const std::string& prefix) override;
  Status remove(const std::string& name) override;
  std::string location(const std::string& name) const override;

 private:
  enum class Existing { replace, keep };

  LocalObjectStore(os::FileSystem& files, LocalOptions options)
      : files_(files), options_(std::move(options)) {}
  Status clear_scratch();
  Status write(const std::string& name, BytesView content, Existing existing);
  std::string next_scratch();
  Result<std::string> write_scratch(BytesView content);
  // Makes the parts of the name before the last '/' into folders that are durable.
  Status make_parent(const std::string& path);
  // Once more when somebody has removed the folder meanwhile.
  template <class Action>
  auto in_folder_of(const std::string& path, Action action) -> decltype(action());
  Status walk(const std::string& folder, const std::string& prefix, std::vector<Info>& found);

  os::FileSystem& files_;
  LocalOptions options_;
  std::mutex mutex_;
  uint64_t scratch_files_ = 0;     // under mutex_
  std::set<std::string> durable_;  // folders made or synced by this process; under mutex_
};

}  // namespace tarn::objectstore
