#include "engines/sql/engine.h"

#include <mutex>
#include <utility>

#include "engines/sql/database.h"
#include "engines/sql/interrupter.h"
#include "engines/sql/parquet_writer.h"
#include "engines/sql/statement.h"

namespace tarn::sql {

namespace {

// The one table `input`, for SQL of the program.
class InputCatalog final : public TableCatalog {
 public:
  explicit InputCatalog(TableSnapshotPtr input) : input_(std::move(input)) {}

  Result<TableSnapshotPtr> table(const std::string& name) override {
    if (input_ && name == "input") return input_;
    return Error(ErrorCode::not_found, "there is no table " + name);
  }
  Result<TableSnapshotPtr> topic(const std::string& name) override {
    return Error(ErrorCode::not_found, "there is no topic " + name);
  }
  std::vector<std::string> table_names() override {
    return input_ ? std::vector<std::string>{"input"} : std::vector<std::string>{};
  }
  std::vector<std::string> topic_names() override { return {}; }

 private:
  TableSnapshotPtr input_;
};

// Collects an answer.
class Collector {
 public:
  BatchSink sink() {
    return [this](columns::Batch batch) -> Status {
      if (!has_schema_) {
        has_schema_ = true;
        answer_.schema = std::move(batch.schema);
        return {};
      }
      answer_.rows += batch.rows();
      answer_.batches.push_back(std::move(batch));
      return {};
    };
  }
  Answer take(bool is_complete) {
    answer_.truncated = !is_complete;
    return std::move(answer_);
  }

 private:
  bool has_schema_ = false;
  Answer answer_;
};

}  // namespace

class Engine::Core {
 public:
  Core(EngineOptions options, const os::Clock& clock)
      : options_(std::move(options)), interrupter_(clock) {}

  Result<std::shared_ptr<Database>> database() {
    const std::lock_guard lock(mutex_);
    if (!database_) database_ = TRY(Database::open(options_));
    return database_;
  }

  Result<bool> run(const Query& query, Trust trust, TableCatalog& catalog, const BatchSink& sink) {
    auto database = TRY(this->database());
    QueryTables tables(catalog);
    Session session(*database);
    Ran ran = run_sql(session.connection(), query, trust, tables, interrupter_, sink);
    if (ran.is_fatal) {
      session.discard();
      drop(database);
    }
    TRY(std::move(ran.status));
    return ran.is_complete;
  }

 private:
  // Calls that still run on it keep it alive.
  void drop(const std::shared_ptr<Database>& broken) {
    const std::lock_guard lock(mutex_);
    if (database_ == broken) database_.reset();
  }

  EngineOptions options_;
  Interrupter interrupter_;
  std::mutex mutex_;
  std::shared_ptr<Database> database_;
};

Engine::Engine(EngineOptions options, const os::Clock& clock)
    : core_(std::make_unique<Core>(std::move(options), clock)) {}
Engine::~Engine() = default;

Status Engine::warm_up() {
  TRY(core_->database());
  return {};
}

Result<Answer> Engine::query(Query query, TableCatalog& tables) {
  Collector collector;
  const bool is_complete = TRY(core_->run(query, Trust::user, tables, collector.sink()));
  return collector.take(is_complete);
}

Result<bool> Engine::stream(Query query, TableCatalog& tables, const BatchSink& sink) {
  return core_->run(query, Trust::user, tables, sink);
}

Result<Answer> Engine::execute(Query query) {
  return execute(std::move(query), {}, {});
}

Result<Answer> Engine::execute(Query query, std::vector<ChunkPtr> input, columns::Schema schema) {
  TableSnapshotPtr snapshot;
  if (!schema.fields.empty()) {
    snapshot = std::make_shared<const TableSnapshot>(
        TableSnapshot{.schema = std::move(schema), .tail = std::move(input)});
  }
  InputCatalog catalog(std::move(snapshot));
  Collector collector;
  const bool is_complete = TRY(core_->run(query, Trust::program, catalog, collector.sink()));
  return collector.take(is_complete);
}

Result<std::vector<ParquetFile>> Engine::write_parquet(ParquetJob job) {
  return sql::write_parquet(*this, std::move(job));
}

}  // namespace tarn::sql
