#include "services/lake/lake.h"

#include <algorithm>

#include "services/lake/delta_table.h"
#include "services/lake/lake_catalog.h"
#include "services/lake/object_table.h"
#include "services/lake/table_views.h"
#include "services/lake/table_writer.h"
#include "services/lake/tail_budget.h"

namespace tarn::lake {

std::string_view to_string(TableState state) {
  switch (state) {
    case TableState::starting:
      return "starting";
    case TableState::running:
      return "running";
    case TableState::paused:
      return "paused";
    case TableState::waiting:
      return "waiting";
    case TableState::stopped:
      return "stopped";
  }
  return "";
}

class Lake::Core {
 public:
  Core(LakeOptions options, LakeParts parts)
      : options_(std::move(options)),
        parts_(std::move(parts)),
        commits_(parts_.executor, parts_.log, parts_.clock),
        catalog_(views_, parts_.log, parts_.executor),
        budget_(options_.tail_bytes_max),
        tasks_(parts_.executor, [](const std::string&, const Error&) {}) {}

  Status start(std::vector<TableSpec> specs) {
    for (const auto& spec : specs) {
      TRY(check_table_spec(spec));
      const auto same = std::ranges::count(specs, spec.name, &TableSpec::name);
      if (writers_.contains(spec.name) || same > 1) {
        return Error(ErrorCode::already_exists, "there is a table " + spec.name + " already");
      }
    }
    for (auto& spec : specs) {
      const auto name = spec.name;
      auto store = make_store(spec);
      TableWriterOptions options{.spec = std::move(spec),
                                 .staging = options_.staging,
                                 .disk_reserve_bytes = options_.disk_reserve_bytes,
                                 .retry_first = options_.retry_first,
                                 .retry_longest = options_.retry_longest};
      auto writer = std::make_unique<TableWriter>(std::move(options), parts_, std::move(store),
                                                  views_, budget_);
      tasks_.spawn("table " + name, writer->run());
      writers_[name] = std::move(writer);
    }
    return {};
  }

  runtime::Awaitable<void> stop(os::MonotonicTime deadline) {
    for (auto& [name, writer] : writers_) co_await writer->finish(deadline);
    co_await tasks_.stop();
  }

  Result<TableWriter*> find(const std::string& table) const {
    const auto found = writers_.find(table);
    if (found != writers_.end()) return found->second.get();
    return Error(ErrorCode::not_found, "there is no table " + table);
  }

  [[nodiscard]] std::vector<TableStatus> status() const {
    std::vector<TableStatus> all;
    for (const auto& [name, writer] : writers_) all.push_back(writer->status());
    return all;
  }

  LakeCatalog& catalog() { return catalog_; }

 private:
  std::unique_ptr<TableStore> make_store(const TableSpec& spec) {
    const auto staging = options_.staging + "/" + spec.name;
    if (spec.format == TableFormat::json) {
      return std::make_unique<ObjectTable>(spec, staging, parts_, commits_);
    }
    return std::make_unique<DeltaTable>(
        DeltaTableOptions{.spec = spec,
                          .staging = staging,
                          .cluster_id = options_.cluster_id,
                          .checkpoint_every = options_.checkpoint_every,
                          .log_retention = options_.log_retention},
        parts_.store, parts_.files, parts_.columns, parts_.pool, parts_.clock);
  }

  LakeOptions options_;
  LakeParts parts_;
  TableViews views_;
  ObjectCommits commits_;
  LakeCatalog catalog_;
  TailBudget budget_;
  std::map<std::string, std::unique_ptr<TableWriter>> writers_;
  runtime::TaskGroup tasks_;
};

Lake::Lake(LakeOptions options, LakeParts parts)
    : core_(std::make_unique<Core>(std::move(options), std::move(parts))) {}
Lake::~Lake() = default;

Status Lake::start(std::vector<TableSpec> specs) {
  return core_->start(std::move(specs));
}

runtime::Awaitable<void> Lake::stop(os::MonotonicTime deadline) {
  co_await core_->stop(deadline);
}

runtime::Task<void> Lake::flush(std::string table) {
  auto* writer = CO_TRY(core_->find(table));
  co_return co_await writer->flush();
}

Status Lake::pause(const std::string& table) {
  TRY(core_->find(table))->pause();
  return {};
}

Status Lake::resume(const std::string& table) {
  TRY(core_->find(table))->resume();
  return {};
}

std::vector<TableStatus> Lake::status() const {
  return core_->status();
}

Result<TableStatus> Lake::status(const std::string& table) const {
  return TRY(core_->find(table))->status();
}

sql::TableCatalog& Lake::catalog() {
  return core_->catalog();
}

}  // namespace tarn::lake
