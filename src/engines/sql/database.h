// One running DuckDB, closed to the world before any SQL of a user can reach it. Private to the
// module.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "engines/sql/engine.h"

namespace duckdb {
class Connection;
class DuckDB;
}  // namespace duckdb

namespace tarn::sql {

// Any thread. In memory and without data of its own.
class Database {
 public:
  static Result<std::shared_ptr<Database>> open(const EngineOptions& options);
  ~Database();

  // For one call at a time; kept for the next when given back.
  std::unique_ptr<duckdb::Connection> take_connection();
  void give_back(std::unique_ptr<duckdb::Connection> connection);

 private:
  explicit Database(const EngineOptions& options);

  std::unique_ptr<duckdb::DuckDB> duckdb_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<duckdb::Connection>> idle_;
};

// A connection for the time of one call.
class Session {
 public:
  explicit Session(Database& database);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  duckdb::Connection& connection() { return *connection_; }
  // It is not used again.
  void discard();

 private:
  Database& database_;
  std::unique_ptr<duckdb::Connection> connection_;
};

}  // namespace tarn::sql
