// The commits of tables without a log of their own: records of the topic __tarn_commits.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "platform/runtime/event.h"
#include "services/state/state_store.h"

namespace tarn::lake {

// One JSON text for each table: what is committed and what is still to be published. Shared by the
// tables of a lake; on the log's thread.
class ObjectCommits {
 public:
  ObjectCommits(boost::asio::any_io_executor executor, log::Log& log, const os::Clock& clock);

  runtime::Task<std::optional<std::string>> get(std::string table);
  // Durable when it returns. After an error it may be durable all the same; the next get() tells.
  runtime::Task<void> put(std::string table, std::string json);

 private:
  // The store as the topic has it; read again after a doubtful put, when no other is under way.
  runtime::Task<void> load();

  log::Log& log_;
  const os::Clock& clock_;
  runtime::Event changed_;
  std::unique_ptr<state::StateStore> store_;
  int under_way_ = 0;  // loads and puts
  bool is_loaded_ = false;
};

}  // namespace tarn::lake
