#include <algorithm>
#include <array>

#include "formats/pipeline/description.h"
#include "formats/pipeline/object_shape.h"
#include "formats/pipeline/text_forms.h"

namespace tarn::pipeline {
namespace {

constexpr std::array kTransforms =
    std::to_array<std::pair<std::string_view, Transform>>({{"year", Transform::year},
                                                           {"month", Transform::month},
                                                           {"day", Transform::day},
                                                           {"hour", Transform::hour}});

Result<PartitionExpression> parse_partition(const std::string& text) {
  size_t open = text.find('(');
  if (open == std::string::npos) {
    if (text.empty() || text.find_first_of(") ,=/") != std::string::npos) {
      return Error(ErrorCode::invalid_argument, "write a column, or year(column)");
    }
    return PartitionExpression{.transform = Transform::identity, .column = text};
  }
  auto known = std::ranges::find(kTransforms, text.substr(0, open),
                                 &std::pair<std::string_view, Transform>::first);
  std::string column = text.ends_with(')') ? text.substr(open + 1, text.size() - open - 2) : "";
  if (known == kTransforms.end() || column.empty()) {
    return Error(ErrorCode::invalid_argument,
                 "the time parts are year, month, day and hour, as in year(_time)");
  }
  return PartitionExpression{.transform = known->second, .column = column};
}

std::string show_partition(const PartitionExpression& expression) {
  for (const auto& [name, transform] : kTransforms) {
    if (transform == expression.transform) return std::string(name) + "(" + expression.column + ")";
  }
  return expression.column;
}

Typed<std::string> strftime_format() {
  auto parse = [](const std::string& text) -> Result<std::string> {
    for (const char* known : {"%Y", "%m", "%d", "%H"}) {
      if (text == known) return text;
    }
    return Error(ErrorCode::invalid_argument, "the formats are %Y, %m, %d and %H");
  };
  return text_form<std::string>("a format such as \"%m\"", "^%[YmdH]$", parse,
                                [](const std::string& text) { return text; });
}

Typed<PartitionBy> describe_partition() {
  auto expression = text_form<PartitionExpression>("a column, or a time part such as year(_time)",
                                                   "", parse_partition, show_partition);
  return object<PartitionBy>("a partition column")
      .field("by", &PartitionBy::by, expression, "A column, or a time part of a column.")
      .required()
      .field("as", &PartitionBy::name, text("the name of a column"),
             "The name of the partition column; without it the time part, or the column.")
      .field("format", &PartitionBy::format, strftime_format(),
             "Makes the partition column a text such as 09.")
      .short_form(&PartitionBy::by, expression)
      .done();
}

Typed<Commit> describe_commit() {
  auto every = duration(Millis(100), std::chrono::days(1));
  return object<Commit>("when rows are committed")
      .field("every", &Commit::every, every, "A commit at least this often while rows arrive.")
      .field("size", &Commit::size, size(1'000), "A commit as soon as this much is waiting.")
      .short_form(&Commit::every, every)
      .done();
}

Result<std::string> parse_path_template(const std::string& text) {
  auto invalid = [](std::string message) {
    return Error(ErrorCode::invalid_argument, std::move(message));
  };
  constexpr std::array<std::string_view, 4> kParts = {"year", "month", "day", "HHmmss"};
  if (text.empty() || text.starts_with('/') || text.ends_with('/')) {
    return invalid("a path is relative to the table's folder and ends in a file name");
  }
  if (("/" + text + "/").find("/../") != std::string::npos) {
    return invalid("a path stays below the table's folder");
  }
  size_t at = 0;
  while ((at = text.find_first_of("{}", at)) != std::string::npos) {
    size_t close = text.find('}', at);
    if (text[at] == '}' || close == std::string::npos) return invalid("a brace is left alone");
    std::string part = text.substr(at + 1, close - at - 1);
    if (std::ranges::find(kParts, part) == kParts.end()) {
      return invalid("'{" + part + "}' is not one of {year}, {month}, {day}, {HHmmss}");
    }
    if (part == "HHmmss" && at < text.rfind('/') && text.rfind('/') != std::string::npos) {
      return invalid("{HHmmss} belongs into the file name, after the last slash");
    }
    at = close + 1;
  }
  return text;
}

}  // namespace

Typed<Table> describe_table() {
  auto path = text_form<std::string>(
      "a path such as year={year}/month={month}/day={day}/data_{HHmmss}.json", "",
      parse_path_template, [](const std::string& text) { return text; });
  return object<Table>("a table: from, format, …")
      .field("from", &Table::from, topic_name(),
             "The topic; without it that of the source with the table's name, or the topic of that "
             "name.")
      .field("format", &Table::format,
             choice<TableFormat>({{"delta", TableFormat::delta}, {"json", TableFormat::json}},
                                 {"iceberg", "parquet", "csv", "avro"}),
             "How the rows are kept.")
      .field("partition_by", &Table::partition_by, list_of(describe_partition()),
             "Columns by which a Delta table's files are divided into folders.")
      .field("path", &Table::path, path,
             "How the objects of format json are called: {year}, {month}, {day}, {HHmmss} of "
             "_time, zero-padded, UTC.")
      .field("commit", &Table::commit, describe_commit(), "Whichever comes first.")
      .field("metadata", &Table::metadata,
             choice<Metadata>({{"all", Metadata::all}, {"none", Metadata::none}}),
             "Whether rows have _topic, _partition, _offset, _time, _key; all for delta, none for "
             "json.")
      .field("schema", &Table::schema,
             choice<SchemaPolicy>({{"evolve", SchemaPolicy::evolve},
                                   {"freeze", SchemaPolicy::freeze},
                                   {"reject_row", SchemaPolicy::reject_row},
                                   {"null_value", SchemaPolicy::null_value}}),
             "evolve: a field that the table lacks becomes a column. freeze: it goes to _rescued. "
             "reject_row: its record goes to the dead letters. null_value: it is left out. The "
             "columns of the first commit are the table's.")
      .later("layout", "objects named as other sinks name them")
      .later("transform", "SQL applied to each batch")
      .later("write", "append, replace or merge; tables append")
      .later("key", "of tables that merge")
      .later("version", "of tables that merge")
      .done();
}

}  // namespace tarn::pipeline
