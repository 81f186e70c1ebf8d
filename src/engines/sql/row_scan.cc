// tarn_rows: the tail of a table and the records of a topic, without copying them.
#include <atomic>
#include <duckdb.hpp>

#include <duckdb/execution/partition_info.hpp>
#include <duckdb/function/table_function.hpp>
#include <duckdb/main/extension/extension_loader.hpp>

#include "engines/sql/chunk_vectors.h"
#include "engines/sql/table_functions.h"
#include "engines/sql/vectors.h"

namespace tarn::sql {

namespace {

struct RowsBind final : duckdb::TableFunctionData {
  TableSnapshotPtr snapshot;

  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    auto copy = duckdb::make_uniq<RowsBind>();
    copy->snapshot = snapshot;
    return copy;
  }
  bool Equals(const duckdb::FunctionData& other) const override {
    return snapshot == other.Cast<RowsBind>().snapshot;
  }
};

struct Piece {
  const Chunk* chunk = nullptr;
  duckdb::DataChunk* rows = nullptr;
};

std::vector<Piece> pieces_of(const Chunk& chunk) {
  std::vector<Piece> pieces;
  for (const auto& piece : chunk.vectors().pieces()) {
    pieces.push_back({.chunk = &chunk, .rows = piece.get()});
  }
  return pieces;
}

// Pieces are handed out in order, those of the tail first; a source of rows is read by one thread.
struct RowsState final : duckdb::GlobalTableFunctionState {
  TableSnapshotPtr snapshot;
  std::vector<duckdb::column_t> column_ids;
  std::vector<Piece> tail;
  std::atomic<size_t> next = 0;
  std::unique_ptr<RowSource> source;
  ChunkPtr current;
  std::vector<Piece> current_pieces;
  size_t current_next = 0;

  duckdb::idx_t MaxThreads() const override {
    return source ? 1 : std::max<duckdb::idx_t>(1, tail.size() / 4);
  }
};

struct ThreadState final : duckdb::LocalTableFunctionState {
  size_t batch = 0;
};

duckdb::unique_ptr<duckdb::FunctionData> bind_rows(duckdb::ClientContext& context,
                                                   duckdb::TableFunctionBindInput& input,
                                                   duckdb::vector<duckdb::LogicalType>& types,
                                                   duckdb::vector<std::string>& names) {
  auto bind = duckdb::make_uniq<RowsBind>();
  bind->snapshot =
      tables_of(context).snapshot(static_cast<size_t>(input.inputs[0].GetValue<int64_t>()));
  if (!bind->snapshot) throw duckdb::InvalidInputException("tarn_rows is not for queries");
  for (const columns::Field& field : bind->snapshot->schema.fields) {
    types.push_back(to_logical(field.type));
    names.push_back(field.name);
  }
  return bind;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> open_rows(
    duckdb::ClientContext& /*context*/, duckdb::TableFunctionInitInput& input) {
  auto state = duckdb::make_uniq<RowsState>();
  state->snapshot = input.bind_data->Cast<RowsBind>().snapshot;
  state->column_ids.assign(input.column_ids.begin(), input.column_ids.end());
  for (const ChunkPtr& chunk : state->snapshot->tail) {
    const std::vector<Piece> pieces = pieces_of(*chunk);
    state->tail.insert(state->tail.end(), pieces.begin(), pieces.end());
  }
  if (state->snapshot->rows) state->source = state->snapshot->rows();
  return state;
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> open_thread(
    duckdb::ExecutionContext& /*context*/, duckdb::TableFunctionInitInput& /*input*/,
    duckdb::GlobalTableFunctionState* /*state*/) {
  return duckdb::make_uniq<ThreadState>();
}

void emit(const Piece& piece, const RowsState& state, duckdb::DataChunk& output) {
  const columns::Schema& have = piece.chunk->schema();
  const size_t count = piece.rows->size();
  for (size_t column = 0; column < state.column_ids.size(); ++column) {
    const duckdb::column_t id = state.column_ids[column];
    duckdb::Vector& into = output.data[column];
    if (id >= state.snapshot->schema.fields.size()) {  // of count(*): the row itself
      set_all_null(into, count);
      continue;
    }
    const columns::Field& want = state.snapshot->schema.fields[id];
    // Most chunks have the columns of the table in its order.
    const auto place = id < have.fields.size() && have.fields[id].name == want.name
                           ? std::optional<size_t>(id)
                           : have.find(want.name);
    if (place) {
      refer_to(into, want.type, piece.rows->data[*place], have.fields[*place].type, count);
    } else {
      set_all_null(into, count);
    }
  }
  output.SetCardinality(count);
}

// False at the end of the source.
bool fetch(RowsState& state, QueryTables& tables) {
  while (state.current_next == state.current_pieces.size()) {
    auto chunk = state.source->next();
    if (!chunk) {
      tables.set_failure(chunk.error());
      throw duckdb::IOException("%s", chunk.error().message());
    }
    if (*chunk == nullptr) return false;
    state.current = *std::move(chunk);
    state.current_pieces = pieces_of(*state.current);
    state.current_next = 0;
  }
  return true;
}

void read_rows(duckdb::ClientContext& context, duckdb::TableFunctionInput& input,
               duckdb::DataChunk& output) {
  auto& state = input.global_state->Cast<RowsState>();
  auto& thread = input.local_state->Cast<ThreadState>();
  const size_t place = state.next.fetch_add(1);
  thread.batch = place;
  if (place < state.tail.size()) {
    emit(state.tail[place], state, output);
  } else if (state.source && fetch(state, tables_of(context))) {
    emit(state.current_pieces[state.current_next++], state, output);
  } else {
    output.SetCardinality(0);
  }
}

duckdb::OperatorPartitionData place_of_rows(duckdb::ClientContext& /*context*/,
                                            duckdb::TableFunctionGetPartitionInput& input) {
  return duckdb::OperatorPartitionData(input.local_state->Cast<ThreadState>().batch);
}

duckdb::unique_ptr<duckdb::NodeStatistics> estimate(duckdb::ClientContext& /*context*/,
                                                    const duckdb::FunctionData* bind) {
  const TableSnapshot& snapshot = *bind->Cast<RowsBind>().snapshot;
  duckdb::idx_t rows = snapshot.rows ? 1'000'000 : 0;
  for (const ChunkPtr& chunk : snapshot.tail) rows += chunk->rows();
  return duckdb::make_uniq<duckdb::NodeStatistics>(rows);
}

}  // namespace

void register_row_scan(duckdb::ExtensionLoader& loader) {
  duckdb::TableFunction function("tarn_rows", {duckdb::LogicalType::BIGINT}, read_rows, bind_rows,
                                 open_rows, open_thread);
  function.projection_pushdown = true;
  function.get_partition_data = place_of_rows;
  function.cardinality = estimate;
  loader.RegisterFunction(std::move(function));
}

}  // namespace tarn::sql
