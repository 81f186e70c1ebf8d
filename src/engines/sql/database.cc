#include "engines/sql/database.h"

#include <duckdb.hpp>

#include "duckdb/main/config.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "engines/sql/duckdb_error.h"
#include "engines/sql/sql_text.h"
#include "engines/sql/table_functions.h"

namespace tarn::sql {

namespace {

constexpr size_t kIdleConnectionsMax = 8;
constexpr uint64_t kMemoryMin = 64 << 20;

// DuckDB's limit is soft: buffers of readers and vectors in flight come on top of it.
uint64_t memory_limit(const EngineOptions& options) {
  return std::max(kMemoryMin, options.memory_bytes * 65 / 100);
}

// The order counts: folders are allowed before access is taken away, and then nothing more can be
// set.
std::vector<std::string> settings(const EngineOptions& options) {
  std::string directories;
  for (const std::string& directory : options.directories) {
    directories += (directories.empty() ? "" : ", ") + quote_text(directory);
  }
  std::vector<std::string> settings;
  if (!options.temporary_directory.empty()) {
    settings.push_back("SET temp_directory = " + quote_text(options.temporary_directory));
    settings.push_back("SET max_temp_directory_size = '" +
                       std::to_string(options.temporary_bytes_max) + "B'");
  }
  settings.insert(
      settings.end(),
      {"SET TimeZone = 'UTC'", "SET parquet_metadata_cache = true",
       "SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false",
       "SET allow_community_extensions = false", "SET allow_persistent_secrets = false",
       "SET allowed_directories = [" + directories + "]", "SET enable_external_access = false",
       "SET lock_configuration = true"});
  return settings;
}

}  // namespace

Database::Database(const EngineOptions& options) {
  duckdb::DBConfig config;
  config.options.maximum_threads = static_cast<duckdb::idx_t>(std::max(1, options.threads));
  config.options.maximum_memory = memory_limit(options);
  add_replacement_scan(config);
  duckdb_ = std::make_unique<duckdb::DuckDB>(nullptr, &config);
  duckdb::ExtensionLoader loader(*duckdb_->instance, "tarn");
  register_file_scan(loader);
  register_row_scan(loader);
  register_table_list(loader);
  duckdb::Connection connection(*duckdb_);
  for (const std::string& setting : settings(options)) {
    const auto result = connection.Query(setting);
    if (result->HasError()) result->ThrowError("setting up DuckDB: ");
  }
}

Database::~Database() = default;

Result<std::shared_ptr<Database>> Database::open(const EngineOptions& options) {
  try {
    return std::shared_ptr<Database>(new Database(options));
  } catch (const std::exception& exception) {
    return translate(exception).with_context("starting the SQL engine");
  }
}

std::unique_ptr<duckdb::Connection> Database::take_connection() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<duckdb::Connection>(*duckdb_);
}

void Database::give_back(std::unique_ptr<duckdb::Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleConnectionsMax) idle_.push_back(std::move(connection));
}

Session::Session(Database& database)
    : database_(database), connection_(database.take_connection()) {}

Session::~Session() {
  if (connection_) database_.give_back(std::move(connection_));
}

void Session::discard() {
  connection_.reset();
}

}  // namespace tarn::sql
