#include "services/lake/row_decoder.h"

#include <algorithm>
#include <deque>

#include "base/base64.h"
#include "formats/record/record_reader.h"
#include "services/lake/partition_field.h"
#include "services/lake/text.h"

namespace tarn::lake {
namespace {

using columns::Column;
using columns::Field;
using columns::TypeKind;

constexpr int64_t kMicrosPerMilli = 1000;
constexpr size_t kReasonBytesMax = 500;

std::optional<Bytes> copy(const std::optional<BytesView>& view) {
  if (!view) return {};
  return Bytes(view->begin(), view->end());
}

void append_time(Column& column, Timestamp at) {
  int64_t micros = 0;
  if (__builtin_mul_overflow(unix_millis(at), kMicrosPerMilli, &micros)) {
    column.append_null();
  } else {
    column.append_int64(micros);
  }
}

std::string line_of(const TopicPartition& from, const record::Record& record,
                    bool metadata_columns) {
  auto line = single_line(as_text(*record.value));
  if (!metadata_columns) return line;
  line.resize(line.rfind('}'));
  const bool is_empty = line.find_first_not_of(" \t", line.find('{') + 1) == std::string::npos;
  line += is_empty ? "" : ",";
  line += "\"_topic\":" + json_text(from.topic.value()) +
          ",\"_partition\":" + std::to_string(from.partition.value()) +
          ",\"_offset\":" + std::to_string(record.offset.value()) +
          ",\"_time\":" + json_text(to_iso8601(record.timestamp)) +
          ",\"_key\":" + (record.key ? json_text(text_or_base64(*record.key)) : "null") + "}";
  return line;
}

columns::Schema value_schema(const columns::Schema& schema, const RowDecoderOptions& options) {
  columns::Schema values;
  const auto made = made_columns(options.partition_by);
  for (const auto& field : schema.fields) {
    const bool is_made = std::ranges::find(made, field.name) != made.end();
    if (!is_made && !is_metadata_name(field.name)) values.fields.push_back(field);
  }
  return values;
}

columns::JsonDecoderOptions decoder_options(const RowDecoderOptions& options) {
  columns::JsonDecoderOptions result;
  result.reserved = made_columns(options.partition_by);
  for (const auto& field : metadata_fields()) result.reserved.push_back(field.name);
  using Misfits = columns::JsonDecoderOptions::Misfits;
  if (options.schema == SchemaPolicy::reject_row) result.misfits = Misfits::refuse_record;
  if (options.schema == SchemaPolicy::null_value) result.misfits = Misfits::are_dropped;
  return result;
}

}  // namespace

const std::vector<Field>& metadata_fields() {
  static const std::vector<Field> kFields = {{.name = "_topic", .type = TypeKind::text},
                                             {.name = "_partition", .type = TypeKind::int64},
                                             {.name = "_offset", .type = TypeKind::int64},
                                             {.name = "_time", .type = TypeKind::timestamp},
                                             {.name = "_key", .type = TypeKind::text}};
  return kFields;
}

bool is_metadata_name(std::string_view name) {
  return std::ranges::any_of(metadata_fields(), [&](const Field& it) { return it.name == name; });
}

void append_metadata(std::vector<Column>& columns, const TopicPartition& from,
                     const record::Record& record) {
  columns[0].append_text(from.topic.value());
  columns[1].append_int64(from.partition.value());
  columns[2].append_int64(record.offset.value());
  append_time(columns[3], record.timestamp);
  if (record.key) {
    columns[4].append_text(text_or_base64(*record.key));
  } else {
    columns[4].append_null();
  }
}

// The records of some batches, and the memory that they borrow from.
class RowDecoder::Collector {
 public:
  Collector(Offset begin, Rows& rows) : begin_(begin), rows_(rows) {}

  void add_batch(BytesView batch) {
    auto header = record::read_batch_header(batch);
    if (!header) return reject_batch(begin_, batch, header.error());
    auto reader = record::RecordReader::open(batch);
    if (!reader) return reject_batch(header->base_offset, batch, reader.error());
    if (reader->header().is_control()) return;
    readers_.push_back(std::move(*reader));
    if (auto read = add_records(readers_.back()); !read) {
      reject_batch(header->base_offset, batch, read.error());
    }
  }

  std::vector<record::Record> records;
  std::vector<std::string_view> values;  // one for each of the records

 private:
  Status add_records(record::RecordReader& reader) {
    std::vector<record::Record> read;
    while (auto record = TRY(reader.next())) {
      record->headers = {};
      if (record->offset >= begin_) read.push_back(*record);
    }
    for (const auto& record : read) add(record);
    return {};
  }

  void add(const record::Record& record) {
    if (!record.value) {
      rows_.rejects.push_back({.offset = record.offset,
                               .timestamp = record.timestamp,
                               .key = copy(record.key),
                               .value = {},
                               .reason = "the record has no value"});
      return;
    }
    records.push_back(record);
    values.push_back(as_text(*record.value));
  }

  // A batch whose header holds and whose records do not: it is one dead letter, at its first
  // offset.
  void reject_batch(Offset at, BytesView batch, const Error& error) {
    rows_.rejects.push_back({.offset = std::max(at, begin_),
                             .timestamp = {},
                             .key = {},
                             .value = Bytes(batch.begin(), batch.end()),
                             .reason = "the batch cannot be unfolded: " + error.message()});
  }

  Offset begin_;
  Rows& rows_;
  std::deque<record::RecordReader> readers_;
};

RowDecoder::RowDecoder(ColumnFiles& columns, const columns::Schema& schema,
                       RowDecoderOptions options)
    : columns_(columns),
      options_(std::move(options)),
      decoder_(value_schema(schema, options_), decoder_options(options_)) {}

void RowDecoder::freeze() {
  if (options_.schema == SchemaPolicy::evolve || decoder_.schema().fields.empty()) return;
  decoder_.freeze();
}

columns::Schema RowDecoder::schema() const {
  columns::Schema schema = decoder_.schema();
  for (const auto& field : options_.partition_by) {
    if (field.part) schema.fields.push_back(partition_column(field));
  }
  if (options_.metadata_columns) {
    schema.fields.insert(schema.fields.end(), metadata_fields().begin(), metadata_fields().end());
  }
  return schema;
}

Rows RowDecoder::decode(ReadRange range, std::vector<SharedBytes> batches) {
  Rows rows{.from = std::move(range.partition), .begin = range.begin, .next = range.next};
  Collector collected(range.begin, rows);
  for (const auto& batch : batches) collected.add_batch(batch.view());
  add_rows(collected, rows);
  std::ranges::sort(rows.rejects, {}, &Reject::offset);
  for (const auto& reject : rows.rejects) {
    rows.bytes += sizeof(Reject) + (reject.value ? reject.value->size() : 0);
  }
  return rows;
}

void RowDecoder::add_rows(const Collector& collected, Rows& rows) {
  auto decoded = decoder_.decode(collected.values);
  for (const auto& undecodable : decoded.undecodable) {
    const auto& record = collected.records[undecodable.record];
    rows.rejects.push_back({.offset = record.offset,
                            .timestamp = record.timestamp,
                            .key = copy(record.key),
                            .value = copy(record.value),
                            .reason = undecodable.reason.substr(0, kReasonBytesMax)});
  }
  if (options_.keep_lines) {
    for (const size_t at : decoded.records) {
      const auto& record = collected.records[at];
      rows.lines.push_back({.offset = record.offset,
                            .timestamp = record.timestamp,
                            .text = line_of(rows.from, record, options_.metadata_columns)});
      rows.bytes += sizeof(Line) + rows.lines.back().text.size();
    }
  }
  rows.rows = decoded.records.size();
  if (rows.rows == 0) return;
  add_made_columns(decoded.batch, collected, decoded.records, rows.from);
  rows.chunk = columns_.make_chunk(std::move(decoded.batch));
  rows.bytes += rows.chunk->bytes();
}

void RowDecoder::add_made_columns(columns::Batch& batch, const Collector& collected,
                                  const std::vector<size_t>& records, const TopicPartition& from) {
  std::vector<Column> metadata;
  for (const auto& field : metadata_fields()) metadata.emplace_back(field.type);
  for (const size_t at : records) append_metadata(metadata, from, collected.records[at]);
  for (size_t at = 0; at < metadata.size(); ++at) {
    batch.add(metadata_fields()[at], std::move(metadata[at]));
  }
  for (const auto& field : options_.partition_by) {
    if (field.part) batch.add(partition_column(field), partition_values(field, batch));
  }
}

}  // namespace tarn::lake
