// A topic as rows, for SQL.
#pragma once

#include <map>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "engines/sql/table_catalog.h"
#include "services/log/log.h"

namespace tarn::lake {

// The records of some partitions in [start, end).
struct TopicRange {
  std::map<TopicPartition, std::pair<Offset, Offset>> partitions;
};

columns::Schema topic_schema();

// Reads through the log on the executor's thread while the caller's thread waits.
class TopicRows final : public sql::RowSource {
 public:
  TopicRows(log::Log& log, boost::asio::any_io_executor executor, TopicRange range);
  Result<sql::ChunkPtr> next() override;

 private:
  log::Log& log_;
  boost::asio::any_io_executor executor_;
  TopicRange range_;
};

}  // namespace tarn::lake
