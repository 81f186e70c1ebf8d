// What a table name in a query stands for.
#include <duckdb.hpp>

#include <duckdb/function/replacement_scan.hpp>
#include <duckdb/function/table_function.hpp>
#include <duckdb/main/client_context_state.hpp>
#include <duckdb/main/extension/extension_loader.hpp>
#include <duckdb/parser/parser.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/subqueryref.hpp>

#include "engines/sql/table_functions.h"

namespace tarn::sql {

namespace {

constexpr const char* kStateKey = "tarn";

struct TablesState final : duckdb::ClientContextState {
  QueryTables* tables = nullptr;
};

std::string scan_of(const TableSnapshot& snapshot, size_t id) {
  const std::string number = std::to_string(id);
  const std::string files = "SELECT * FROM tarn_files('" + number + "')";
  const std::string rows = "SELECT * FROM tarn_rows(" + number + ")";
  if (snapshot.files.empty()) return rows;
  if (snapshot.tail.empty() && !snapshot.rows) return files;
  return files + " UNION ALL " + rows;
}

duckdb::unique_ptr<duckdb::TableRef> replace_name(
    duckdb::ClientContext& context, duckdb::ReplacementScanInput& input,
    duckdb::optional_ptr<duckdb::ReplacementScanData> /*data*/) {
  const auto state = context.registered_state->Get<TablesState>(kStateKey);
  if (!state || state->tables == nullptr || !input.catalog_name.empty()) return nullptr;
  const auto id = state->tables->find(input.schema_name, input.table_name);
  if (!id) return nullptr;
  duckdb::Parser parser;
  parser.ParseQuery(scan_of(*state->tables->snapshot(*id), *id));
  auto select = duckdb::unique_ptr_cast<duckdb::SQLStatement, duckdb::SelectStatement>(
      std::move(parser.statements[0]));
  return duckdb::make_uniq<duckdb::SubqueryRef>(std::move(select), input.table_name);
}

struct ListState final : duckdb::GlobalTableFunctionState {
  std::vector<std::pair<std::string, std::string>> names;
  size_t next = 0;
};

duckdb::unique_ptr<duckdb::FunctionData> bind_list(duckdb::ClientContext& /*context*/,
                                                   duckdb::TableFunctionBindInput& /*input*/,
                                                   duckdb::vector<duckdb::LogicalType>& types,
                                                   duckdb::vector<std::string>& names) {
  types = {duckdb::LogicalType::VARCHAR, duckdb::LogicalType::VARCHAR};
  names = {"schema", "name"};
  return duckdb::make_uniq<duckdb::TableFunctionData>();
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> open_list(
    duckdb::ClientContext& context, duckdb::TableFunctionInitInput& /*input*/) {
  auto state = duckdb::make_uniq<ListState>();
  state->names = tables_of(context).names();
  return state;
}

void read_list(duckdb::ClientContext& /*context*/, duckdb::TableFunctionInput& input,
               duckdb::DataChunk& output) {
  auto& state = input.global_state->Cast<ListState>();
  size_t row = 0;
  for (; row < STANDARD_VECTOR_SIZE && state.next < state.names.size(); ++row, ++state.next) {
    output.SetValue(0, row, duckdb::Value(state.names[state.next].first));
    output.SetValue(1, row, duckdb::Value(state.names[state.next].second));
  }
  output.SetCardinality(row);
}

}  // namespace

void set_tables(duckdb::ClientContext& context, QueryTables* tables) {
  context.registered_state->GetOrCreate<TablesState>(kStateKey)->tables = tables;
}

QueryTables& tables_of(duckdb::ClientContext& context) {
  const auto state = context.registered_state->Get<TablesState>(kStateKey);
  if (!state || state->tables == nullptr) {
    throw duckdb::InvalidInputException("this query has no tables");
  }
  return *state->tables;
}

void add_replacement_scan(duckdb::DBConfig& config) {
  config.replacement_scans.emplace_back(replace_name);
}

void register_table_list(duckdb::ExtensionLoader& loader) {
  loader.RegisterFunction(
      duckdb::TableFunction("tarn_tables", {}, read_list, bind_list, open_list));
}

}  // namespace tarn::sql
