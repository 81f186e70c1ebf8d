#include "engines/sql/database.h"

#include <algorithm>
#include <array>
#include <duckdb.hpp>
#include <string_view>

#include <duckdb/catalog/catalog.hpp>
#include <duckdb/main/client_context.hpp>
#include <duckdb/main/config.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/parser/parsed_data/drop_info.hpp>

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
  // Empty: nothing is spilled. DuckDB's own default is a folder where the process runs.
  settings.push_back("SET temp_directory = " + quote_text(options.temporary_directory));
  if (!options.temporary_directory.empty()) {
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

// What SQL may call. Everything else is taken out of the catalog: enable_logging alone lets a
// select switch settings that are locked, and stop every later query.
constexpr std::string_view kTableFunctions =
    " duckdb_columns duckdb_databases duckdb_functions duckdb_keywords duckdb_memory"
    " duckdb_schemas duckdb_settings duckdb_tables duckdb_temporary_files duckdb_types"
    " duckdb_views generate_series glob json_each json_tree parquet_bloom_probe"
    " parquet_file_metadata parquet_full_metadata parquet_kv_metadata parquet_metadata"
    " parquet_scan parquet_schema pg_timezone_names pragma_database_size pragma_show"
    " pragma_table_info pragma_version query query_table range read_blob read_csv read_csv_auto"
    " read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson"
    " read_ndjson_auto read_ndjson_objects read_parquet read_text repeat repeat_row seq_scan"
    " tarn_files tarn_rows tarn_tables unnest ";
constexpr std::array<std::string_view, 2> kRefusedFunctions = {"sleep_ms", "write_log"};

void drop_function(duckdb::ClientContext& context, duckdb::CatalogType type,
                   const std::string& name) {
  duckdb::DropInfo info;
  info.type = type;
  info.schema = DEFAULT_SCHEMA;
  info.name = name;
  info.if_not_found = duckdb::OnEntryNotFound::RETURN_NULL;
  info.allow_drop_internal = true;
  duckdb::Catalog::GetSystemCatalog(context).DropEntry(context, info);
}

void drop_refused_functions(duckdb::Connection& connection) {
  const auto names = connection.Query(
      "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'table'");
  if (names->HasError()) names->ThrowError();
  duckdb::ClientContext& context = *connection.context;
  context.RunFunctionInTransaction([&] {
    for (auto& row : *names) {
      const auto name = row.GetValue<std::string>(0);
      if (kTableFunctions.contains(" " + name + " ")) continue;
      drop_function(context, duckdb::CatalogType::TABLE_FUNCTION_ENTRY, name);
    }
    for (const std::string_view name : kRefusedFunctions) {
      drop_function(context, duckdb::CatalogType::SCALAR_FUNCTION_ENTRY, std::string(name));
    }
  });
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
  drop_refused_functions(connection);
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
