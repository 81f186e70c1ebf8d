#include "services/lake/partition_field.h"

#include <algorithm>

#include "base/check.h"
#include "base/time.h"

namespace tarn::lake {
namespace {

using columns::Column;
using columns::TypeKind;

struct PartName {
  std::string_view name;
  TimePart part;
};
constexpr PartName kParts[] = {{"year", TimePart::year},
                               {"month", TimePart::month},
                               {"day", TimePart::day},
                               {"hour", TimePart::hour}};

Error not_understood(std::string_view text) {
  return Error(ErrorCode::invalid_argument,
               "partition_by: \"" + std::string(text) +
                   "\" is neither a column nor year(column), month(…), day(…), hour(…)");
}

int64_t floor_divide(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

std::optional<Timestamp> instant_at(const Column& column, size_t row) {
  constexpr int64_t kMicrosPerMilli = 1000;
  constexpr int64_t kDayMillis = 86'400'000;
  if (column.is_null(row)) return {};
  switch (column.type().kind()) {
    case TypeKind::timestamp:
      return from_unix_millis(floor_divide(column.int64_at(row), kMicrosPerMilli));
    case TypeKind::date: {
      int64_t millis = 0;
      if (__builtin_mul_overflow(column.int64_at(row), kDayMillis, &millis)) return {};
      return from_unix_millis(millis);
    }
    case TypeKind::int64:
      return from_unix_millis(column.int64_at(row));
    case TypeKind::text: {
      const auto parsed = parse_iso8601(column.text_at(row));
      return parsed ? std::optional(*parsed) : std::nullopt;
    }
    default:
      return {};
  }
}

int64_t part_of(const CivilTime& civil, TimePart part) {
  switch (part) {
    case TimePart::year:
      return civil.year;
    case TimePart::month:
      return civil.month;
    case TimePart::day:
      return civil.day;
    case TimePart::hour:
      return civil.hour;
  }
  return 0;
}

std::string padded(int64_t value, size_t digits) {
  std::string text = std::to_string(value);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::string formatted(const CivilTime& civil, std::string_view format) {
  std::string text;
  for (size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 == format.size()) {
      text += format[at];
      continue;
    }
    const char which = format[++at];
    text += which == 'Y'   ? padded(civil.year, 4)
            : which == 'm' ? padded(civil.month, 2)
            : which == 'd' ? padded(civil.day, 2)
                           : padded(civil.hour, 2);
  }
  return text;
}

}  // namespace

Result<PartitionField> parse_partition_field(std::string_view text) {
  const size_t open = text.find('(');
  if (open == std::string_view::npos) {
    if (text.empty() || text.contains(')')) return not_understood(text);
    return PartitionField{.column = std::string(text), .part = {}, .name = std::string(text)};
  }
  const auto* part = std::ranges::find(kParts, text.substr(0, open), &PartName::name);
  if (part == std::end(kParts) || !text.ends_with(')') || text.size() < open + 3) {
    return not_understood(text);
  }
  const auto column = text.substr(open + 1, text.size() - open - 2);
  if (column.contains('(') || column.contains(')')) return not_understood(text);
  return PartitionField{
      .column = std::string(column), .part = part->part, .name = std::string(part->name)};
}

columns::Field partition_column(const PartitionField& field) {
  check(field.part.has_value(), "a partition column made from another");
  return {.name = field.name, .type = field.format.empty() ? TypeKind::int64 : TypeKind::text};
}

Column partition_values(const PartitionField& field, const columns::Batch& rows) {
  Column values(partition_column(field).type);
  const auto* column = rows.find(field.column);
  for (size_t row = 0; row < rows.rows(); ++row) {
    const auto at = column == nullptr ? std::nullopt : instant_at(*column, row);
    if (!at) {
      values.append_null();
    } else if (field.format.empty()) {
      values.append_int64(part_of(to_civil(*at), *field.part));
    } else {
      values.append_text(formatted(to_civil(*at), field.format));
    }
  }
  return values;
}

std::vector<std::string> made_columns(const std::vector<PartitionField>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) {
    if (field.part) names.push_back(field.name);
  }
  return names;
}

}  // namespace tarn::lake
