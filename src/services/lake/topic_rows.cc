#include "services/lake/topic_rows.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "formats/record/record_reader.h"
#include "services/lake/row_decoder.h"
#include "services/lake/text.h"
#include "services/lake/wait_for.h"

namespace tarn::lake {
namespace {

using columns::Column;

void append_text(Column& column, const std::optional<BytesView>& bytes) {
  if (bytes && is_utf8(as_text(*bytes))) {
    column.append_text(as_text(*bytes));
  } else {
    column.append_null();
  }
}

void append_record(columns::Batch& rows, const TopicPartition& from, const record::Record& record) {
  append_metadata(rows.columns, from, record);
  append_text(rows.columns.back(), record.value);
}

}  // namespace

columns::Schema topic_schema() {
  columns::Schema schema{.fields = metadata_fields()};
  schema.fields.push_back({.name = "value", .type = columns::TypeKind::text});
  return schema;
}

TopicRows::TopicRows(log::Log& log, boost::asio::any_io_executor executor, TopicRange range)
    : log_(log), executor_(std::move(executor)), range_(std::move(range)) {}

Result<sql::ChunkPtr> TopicRows::next() {
  while (!range_.partitions.empty()) {
    const auto& [partition, range] = *range_.partitions.begin();
    auto& [at, end] = range_.partitions.begin()->second;
    if (at >= end) {
      range_.partitions.erase(range_.partitions.begin());
      continue;
    }
    const auto read = TRY(wait_for(executor_, log_.read(partition, at, {.bytes_max = 1 << 20})));
    columns::Batch rows(topic_schema());
    const Offset begin = at;
    for (const auto& batch : read.batches) {
      TRY(record::for_each_record(batch.view(), [&](const record::Record& record) -> Status {
        if (record.offset >= begin && record.offset < end) append_record(rows, partition, record);
        return {};
      }));
    }
    at = read.next > at ? read.next : end;
    if (rows.rows() > 0) return sql::make_chunk(std::move(rows));
  }
  return sql::ChunkPtr();
}

}  // namespace tarn::lake
