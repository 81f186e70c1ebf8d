#include "formats/pipeline/description.h"
#include "formats/pipeline/object_shape.h"
#include "formats/pipeline/text_forms.h"

namespace tarn::pipeline {
namespace {

Status check_parameter_name(const std::string& name) {
  bool fits = !name.empty() && name.size() <= 64 &&
              name.find_first_not_of(
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                  "0123456789_") == std::string::npos &&
              (name[0] < '0' || name[0] > '9');
  if (fits) return {};
  return Error(ErrorCode::invalid_argument,
               "a parameter's name has letters, digits and '_', and does not begin with a digit");
}

Typed<Parameter> describe_parameter() {
  auto type = choice<ParameterType>({{"text", ParameterType::text},
                                     {"integer", ParameterType::integer},
                                     {"number", ParameterType::number},
                                     {"boolean", ParameterType::boolean},
                                     {"date", ParameterType::date},
                                     {"timestamp", ParameterType::timestamp}});
  return object<Parameter>("a parameter")
      .field("type", &Parameter::type, type, "What the text in the URL must be.")
      .field("default", &Parameter::default_value, text("a value of the parameter's type"),
             "What holds when the parameter is not given; without it the parameter is required.")
      .field("min", &Parameter::min, number(), "The smallest value allowed.")
      .field("max", &Parameter::max, number(), "The largest value allowed.")
      .field("enum", &Parameter::choices, list_of(text("a value")), "The only values allowed.")
      .field("length_max", &Parameter::length_max, integer(1, 100'000),
             "The most characters that a text may have.")
      .field("doc", &Parameter::doc, text(), "A sentence for the people who call.")
      .short_form(&Parameter::type, type)
      .done();
}

}  // namespace

Typed<Endpoint> describe_endpoint() {
  return object<Endpoint>("an endpoint: sql and params")
      .field("sql", &Endpoint::sql, text("one SQL statement, or a file such as queries/top.sql"),
             "One select statement; :name stands for the parameter of that name.")
      .required()
      .field("params", &Endpoint::params,
             named_list(describe_parameter(), &Parameter::name, check_parameter_name,
                        "parameters by their names"),
             "Parameters of the path and the query; bound to the statement, never pasted in.")
      .field("doc", &Endpoint::doc, text(), "A sentence for the people who call.")
      .field("reads", &Endpoint::reads,
             choice<Reads>({{"committed", Reads::committed}, {"tail", Reads::tail}}),
             "committed: rows of the lake; tail: also those that are not committed yet.")
      .field("rows_max", &Endpoint::rows_max, integer(1, 1'000'000), "Rows of one answer at most.")
      .field("timeout", &Endpoint::timeout, duration(Millis(10), std::chrono::hours(1)),
             "How long the query may take.")
      .later("cache", "answers kept until the data change")
      .done();
}

}  // namespace tarn::pipeline
