#include "formats/table_format/delta_stats.h"

#include <cmath>

#include <boost/json.hpp>

#include "base/time.h"
#include "formats/columns/time_text.h"

namespace tarn::table_format {
namespace {

namespace json = boost::json;
using columns::TypeKind;

constexpr size_t kCharactersMax = 32;
constexpr int64_t kMicrosPerMilli = 1000;
constexpr int64_t kMillisPerDay = 86'400'000;
constexpr int64_t kFirstMilli = -62'135'596'800'000;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastMilli = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

enum class Side { lower, upper };

size_t character_bytes(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return std::min(bytes, text.size() - at);
}

// Where the first `count` characters end.
size_t end_of_characters(std::string_view text, size_t count) {
  size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += character_bytes(text, end);
  return end;
}

// Above every text that begins with the same 32 characters and is not longer than `text`: a
// character that is larger than the first one cut off.
std::optional<std::string> cut_upper(std::string_view text, size_t end) {
  constexpr std::string_view kLargestAscii = "\x7f";
  constexpr std::string_view kLargest = "\xf4\x8f\xbf\xbf";  // U+10FFFF
  const std::string_view cut_off = text.substr(end, character_bytes(text, end));
  const std::string prefix(text.substr(0, end));
  if (cut_off < kLargestAscii) return prefix + std::string(kLargestAscii);
  if (cut_off < kLargest) return prefix + std::string(kLargest);
  return {};
}

std::optional<json::value> text_bound(std::string_view text, Side side) {
  const size_t end = end_of_characters(text, kCharactersMax);
  if (end == text.size()) return json::value(text);
  if (side == Side::lower) return json::value(text.substr(0, end));
  if (auto upper = cut_upper(text, end)) return json::value(*upper);
  return {};
}

int64_t floor_divide(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

std::optional<json::value> timestamp_bound(int64_t micros, Side side) {
  int64_t millis = floor_divide(micros, kMicrosPerMilli);
  if (side == Side::upper && micros % kMicrosPerMilli != 0) ++millis;
  if (millis < kFirstMilli || millis > kLastMilli) return {};
  std::string text = to_iso8601(from_unix_millis(millis));
  if (!text.contains('.')) text.insert(text.size() - 1, ".000");
  return json::value(text);
}

std::optional<json::value> date_bound(int64_t days) {
  constexpr size_t kDateCharacters = 10;
  if (days < kFirstMilli / kMillisPerDay || days > kLastMilli / kMillisPerDay) return {};
  return json::value(to_iso8601(from_unix_millis(days * kMillisPerDay)).substr(0, kDateCharacters));
}

std::optional<json::value> bound_to_json(TypeKind kind, const StatsBound& bound, Side side) {
  if (const auto* text = std::get_if<std::string>(&bound)) {
    return kind == TypeKind::text ? text_bound(*text, side) : std::nullopt;
  }
  if (const auto* number = std::get_if<double>(&bound)) {
    if (kind != TypeKind::float64 || !std::isfinite(*number)) return {};
    return json::value(*number);
  }
  const auto* integer = std::get_if<int64_t>(&bound);
  if (integer == nullptr) return {};
  if (kind == TypeKind::timestamp) return timestamp_bound(*integer, side);
  if (kind == TypeKind::date) return date_bound(*integer);
  return kind == TypeKind::int64 ? std::optional(json::value(*integer)) : std::nullopt;
}

void set_at(json::object& root, const std::vector<std::string>& path, json::value value) {
  auto* object = &root;
  for (size_t at = 0; at + 1 < path.size(); ++at) {
    auto& next = (*object)[path[at]];
    if (!next.is_object()) next = json::object();
    object = &next.as_object();
  }
  (*object)[path.back()] = std::move(value);
}

void set_bound(json::object& root, const ColumnStatistics& column,
               const std::optional<StatsBound>& bound, Side side) {
  if (!bound) return;
  if (auto value = bound_to_json(column.kind, *bound, side)) {
    set_at(root, column.path, *std::move(value));
  }
}

std::optional<StatsBound> wrap(std::optional<int64_t> value) {
  if (!value) return {};
  return StatsBound(*value);
}

std::optional<StatsBound> bound_from_json(TypeKind kind, const json::value& value, Side side) {
  if (kind == TypeKind::int64) {
    return value.is_int64() ? wrap(value.as_int64()) : std::nullopt;
  }
  if (!value.is_string()) return {};
  const std::string text(value.as_string());
  if (kind == TypeKind::text) return StatsBound(text);
  if (kind == TypeKind::date) return wrap(columns::parse_date(text));
  if (kind != TypeKind::timestamp) return {};
  auto micros = columns::parse_timestamp(text);
  // Other writers cut the microseconds off.
  if (micros && side == Side::upper) *micros += kMicrosPerMilli - 1;
  return wrap(micros);
}

const json::value* member(const json::object& stats, const char* part, const std::string& column) {
  const auto* columns = stats.if_contains(part);
  if (columns == nullptr || !columns->is_object()) return nullptr;
  return columns->as_object().if_contains(column);
}

ColumnStatistics read_column(const json::object& stats, const columns::Field& field) {
  const TypeKind kind = field.type.kind();
  ColumnStatistics column{.path = {field.name}, .kind = kind};
  const auto* nulls = member(stats, "nullCount", field.name);
  if (nulls != nullptr && nulls->is_int64() && nulls->as_int64() >= 0) {
    column.null_count = static_cast<uint64_t>(nulls->as_int64());
  }
  const auto* lower = member(stats, "minValues", field.name);
  const auto* upper = member(stats, "maxValues", field.name);
  if (lower != nullptr) column.min = bound_from_json(kind, *lower, Side::lower);
  if (upper != nullptr) column.max = bound_from_json(kind, *upper, Side::upper);
  if (column.min && column.max && *column.max < *column.min) {
    column.min.reset();
    column.max.reset();
  }
  return column;
}

}  // namespace

std::string write_stats(uint64_t rows, const std::vector<ColumnStatistics>& columns) {
  json::object lower;
  json::object upper;
  json::object nulls;
  for (const auto& column : columns) {
    set_bound(lower, column, column.min, Side::lower);
    set_bound(upper, column, column.max, Side::upper);
    if (column.null_count) set_at(nulls, column.path, *column.null_count);
  }
  return json::serialize(json::object{{"numRecords", rows},
                                      {"minValues", std::move(lower)},
                                      {"maxValues", std::move(upper)},
                                      {"nullCount", std::move(nulls)}});
}

std::optional<int64_t> read_row_count(const std::string& stats) {
  json::error_code error;
  const auto value = json::parse(stats, error);
  if (error || !value.is_object()) return {};
  const auto* rows = value.as_object().if_contains("numRecords");
  if (rows == nullptr || !rows->is_int64()) return {};
  return rows->as_int64();
}

FileStatistics read_stats(const std::string& stats, const columns::Schema& schema) {
  FileStatistics read;
  json::error_code error;
  const auto value = json::parse(stats, error);
  if (error || !value.is_object()) return read;
  const auto& object = value.as_object();
  const auto* rows = object.if_contains("numRecords");
  if (rows != nullptr && rows->is_int64() && rows->as_int64() >= 0) {
    read.rows = static_cast<uint64_t>(rows->as_int64());
  }
  for (const auto& field : schema.fields) {
    if (field.type.is_nested()) continue;
    auto column = read_column(object, field);
    if (column.min || column.max || column.null_count) read.columns.push_back(std::move(column));
  }
  return read;
}

}  // namespace tarn::table_format
