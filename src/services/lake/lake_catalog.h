// What names mean in SQL: the tables of the lake, and the topics of the log.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "engines/sql/table_catalog.h"
#include "services/lake/table_views.h"
#include "services/log/log.h"

namespace tarn::lake {

// Called on threads of queries; asks the log on the executor's thread, which must be running.
// A topic has the columns _topic, _partition, _offset, _time, _key and value: the record's value as
// text, null where it is not UTF-8. A query sees the records that were durable when it began.
class LakeCatalog final : public sql::TableCatalog {
 public:
  LakeCatalog(const TableViews& views, log::Log& log, boost::asio::any_io_executor executor)
      : views_(views), log_(log), executor_(std::move(executor)) {}

  Result<sql::TableSnapshotPtr> table(const std::string& name) override;
  Result<sql::TableSnapshotPtr> topic(const std::string& name) override;
  std::vector<std::string> table_names() override;
  std::vector<std::string> topic_names() override;

 private:
  const TableViews& views_;
  log::Log& log_;
  boost::asio::any_io_executor executor_;
};

}  // namespace tarn::lake
