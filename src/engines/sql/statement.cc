#include "engines/sql/statement.h"

#include <duckdb.hpp>
#include <thread>
#include <utility>

#include <duckdb/common/enums/statement_type.hpp>
#include <duckdb/main/pending_query_result.hpp>
#include <duckdb/main/query_result.hpp>
#include <duckdb/parser/query_node/select_node.hpp>
#include <duckdb/parser/statement/explain_statement.hpp>
#include <duckdb/parser/statement/select_statement.hpp>
#include <duckdb/parser/tableref/showref.hpp>

#include "engines/sql/duckdb_error.h"
#include "engines/sql/named_parameters.h"
#include "engines/sql/table_functions.h"
#include "engines/sql/vectors.h"

namespace tarn::sql {

namespace {

using Parameters = duckdb::case_insensitive_map_t<duckdb::BoundParameterData>;
using StatementPtr = duckdb::unique_ptr<duckdb::SQLStatement>;

struct ToValue {
  duckdb::Value operator()(std::monostate /*null*/) const { return duckdb::Value(); }
  duckdb::Value operator()(bool value) const { return duckdb::Value::BOOLEAN(value); }
  duckdb::Value operator()(int64_t value) const { return duckdb::Value::BIGINT(value); }
  duckdb::Value operator()(double value) const { return duckdb::Value::DOUBLE(value); }
  duckdb::Value operator()(const std::string& value) const { return duckdb::Value(value); }
  duckdb::Value operator()(Timestamp value) const {
    return duckdb::Value::TIMESTAMPTZ(
        duckdb::timestamp_tz_t(duckdb::timestamp_t(unix_millis(value) * 1000)));
  }
};

// DuckDB accepts exactly the parameters that a statement has.
Result<Parameters> parameters_of(const duckdb::SQLStatement& statement, const Query& query) {
  Parameters parameters;
  for (const auto& [name, place] : statement.named_param_map) {
    const auto given = query.parameters.find(name);
    if (given == query.parameters.end()) {
      return Error(ErrorCode::invalid_argument, "the SQL uses :" + name + ", which has no value");
    }
    parameters.emplace(name, duckdb::BoundParameterData(std::visit(ToValue{}, given->second)));
  }
  return parameters;
}

bool is_reading(const duckdb::SQLStatement& statement) {
  if (statement.type == duckdb::StatementType::EXPLAIN_STATEMENT) {
    return is_reading(*statement.Cast<duckdb::ExplainStatement>().stmt);
  }
  return statement.type == duckdb::StatementType::SELECT_STATEMENT;
}

Status check_user_statements(const duckdb::vector<StatementPtr>& statements) {
  if (statements.size() > 1) {
    return Error(
        ErrorCode::invalid_argument,
        "only one statement can be run at a time; these are " + std::to_string(statements.size()));
  }
  if (!is_reading(*statements.front())) {
    return Error(ErrorCode::permission_denied,
                 "only statements that read can be run (select, with, from, values, describe, "
                 "show, explain); this one is " +
                     duckdb::StatementTypeToString(statements.front()->type));
  }
  return {};
}

// SHOW TABLES would list DuckDB's own tables: there are none.
StatementPtr replace_show_tables(duckdb::Connection& connection, StatementPtr statement) {
  if (statement->type != duckdb::StatementType::SELECT_STATEMENT) return statement;
  const auto& node = *statement->Cast<duckdb::SelectStatement>().node;
  if (node.type != duckdb::QueryNodeType::SELECT_NODE) return statement;
  const auto& from = node.Cast<duckdb::SelectNode>().from_table;
  if (!from || from->type != duckdb::TableReferenceType::SHOW_REF) return statement;
  const auto& show = from->Cast<duckdb::ShowRef>();
  const bool lists_tables = show.table_name == "\"tables\"" || show.table_name == "tables" ||
                            show.table_name == "__show_tables_expanded";
  if (!lists_tables) return statement;
  return std::move(connection.ExtractStatements("SELECT * FROM tarn_tables()").front());
}

columns::Schema schema_of(const duckdb::QueryResult& result) {
  duckdb::vector<std::string> names = result.names;
  duckdb::QueryResult::DeduplicateColumns(names);
  columns::Schema schema;
  for (size_t column = 0; column < names.size(); ++column) {
    schema.fields.push_back({.name = names[column], .type = from_logical(result.types[column])});
  }
  return schema;
}

// One call: everything that its steps share.
class Run {
 public:
  Run(duckdb::Connection& connection, const Query& query, Trust trust, QueryTables& tables,
      const Interrupter::Watch& watch)
      : connection_(connection), query_(query), trust_(trust), tables_(tables), watch_(watch) {}

  Ran operator()(const BatchSink& sink) {
    set_tables(*connection_.context, &tables_);
    Ran ran;
    try {
      ran.status = run(sink);
    } catch (const std::exception& exception) {
      ran.status = failed(duckdb::ErrorData(exception));
    }
    set_tables(*connection_.context, nullptr);
    ran.is_complete = is_complete_;
    ran.is_fatal = is_fatal_;
    return ran;
  }

 private:
  Status run(const BatchSink& sink) {
    auto statements = connection_.ExtractStatements(with_dollar_parameters(query_.sql));
    if (statements.empty()) return Error(ErrorCode::invalid_argument, "there is no statement");
    if (trust_ == Trust::user) TRY(check_user_statements(statements));
    for (size_t place = 0; place < statements.size(); ++place) {
      auto result = TRY(start(std::move(statements[place])));
      TRY(place + 1 == statements.size() ? hand_over(*result, sink) : drain(*result));
    }
    return {};
  }

  Result<duckdb::unique_ptr<duckdb::QueryResult>> start(StatementPtr statement) {
    if (trust_ == Trust::user) statement = replace_show_tables(connection_, std::move(statement));
    auto parameters = TRY(parameters_of(*statement, query_));
    auto pending = connection_.PendingQuery(
        std::move(statement), parameters,
        duckdb::QueryParameters(duckdb::QueryResultOutputType::ALLOW_STREAMING));
    if (pending->HasError()) return failed(pending->GetErrorObject());
    if (trust_ == Trust::user && !pending->properties.IsReadOnly()) {
      return Error(ErrorCode::permission_denied, "only statements that read can be run");
    }
    run_to_rows(*pending);
    if (pending->HasError()) return failed(pending->GetErrorObject());
    auto result = pending->Execute();
    if (result->HasError()) return failed(result->GetErrorObject());
    return result;
  }

  // Until the first rows are there, or an error: this thread works as long as there is work.
  // Without it, Execute() would do the same but hold the processor while other threads, which may
  // need it, finish the last pieces.
  static void run_to_rows(duckdb::PendingQueryResult& pending) {
    using State = duckdb::PendingExecutionResult;
    for (State state = pending.ExecuteTask(); !duckdb::PendingQueryResult::IsResultReady(state);
         state = pending.ExecuteTask()) {
      if (state == State::BLOCKED) pending.WaitForTask();
      if (state == State::NO_TASKS_AVAILABLE) std::this_thread::yield();
    }
  }

  // The next rows; null at the end.
  Result<duckdb::unique_ptr<duckdb::DataChunk>> fetch(duckdb::QueryResult& result) {
    duckdb::unique_ptr<duckdb::DataChunk> rows;
    duckdb::ErrorData error;
    if (!result.TryFetch(rows, error)) return failed(error);
    if (watch_.reason() != Interrupter::Reason::none) return interrupted();
    return rows;
  }

  Status drain(duckdb::QueryResult& result) {
    while (const auto rows = TRY(fetch(result))) {
      if (rows->size() == 0) break;
    }
    return {};
  }

  Status hand_over(duckdb::QueryResult& result, const BatchSink& sink) {
    const columns::Schema schema = schema_of(result);
    TRY(sink(columns::Batch(schema)));
    uint64_t rows_left = query_.rows_max;
    uint64_t bytes = 0;
    while (const auto rows = TRY(fetch(result))) {
      if (rows->size() == 0) break;
      if (rows_left == 0) return {};
      const bool is_cut = rows->size() > rows_left;
      if (is_cut) rows->SetCardinality(rows_left);
      columns::Batch batch(schema);
      append_rows(batch, *rows);
      rows_left -= batch.rows();
      bytes += batch.bytes();
      TRY(sink(std::move(batch)));
      if (is_cut || bytes > query_.bytes_max) return {};
    }
    is_complete_ = true;
    return {};
  }

  Error failed(const duckdb::ErrorData& error) {
    is_fatal_ = is_fatal_ || sql::is_fatal(error);
    if (watch_.reason() != Interrupter::Reason::none) return interrupted();
    if (const auto failure = tables_.failure()) return *failure;
    if (error.Type() == duckdb::ExceptionType::CATALOG) {
      if (auto missing = tables_.error_for_missing()) return *missing;
    }
    return translate(error);
  }

  [[nodiscard]] Error interrupted() const {
    return watch_.reason() == Interrupter::Reason::cancel
               ? Error(ErrorCode::cancelled, "the query was cancelled")
               : Error(ErrorCode::timed_out, "the query took longer than it may");
  }

  duckdb::Connection& connection_;
  const Query& query_;
  Trust trust_;
  QueryTables& tables_;
  const Interrupter::Watch& watch_;
  bool is_complete_ = false;
  bool is_fatal_ = false;
};

}  // namespace

Ran run_sql(duckdb::Connection& connection, const Query& query, Trust trust, QueryTables& tables,
            Interrupter& interrupter, const BatchSink& sink) {
  const Interrupter::Watch watch(interrupter, query.deadline, query.cancel,
                                 [&connection] { connection.Interrupt(); });
  return Run(connection, query, trust, tables, watch)(sink);
}

}  // namespace tarn::sql
