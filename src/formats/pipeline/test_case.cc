#include "formats/pipeline/test_case.h"

#include "formats/pipeline/node.h"
#include "formats/pipeline/object_shape.h"

namespace tarn::pipeline {
namespace {

Typed<Timestamp> instant() {
  return text_form<Timestamp>(
      "an instant such as 2024-09-01T11:36:01Z", "",
      [](const std::string& text) { return parse_iso8601(text); },
      [](const Timestamp& at) { return to_iso8601(at); });
}

Typed<RecordedResponse> describe_response() {
  return object<RecordedResponse>("a recorded answer: status, headers, body or body_file")
      .field("status", &RecordedResponse::status, integer(100, 599), "The HTTP status.")
      .field("headers", &RecordedResponse::headers, map_of(text(), {}, "headers and their values"),
             "Headers besides Content-Type: application/json.")
      .field("body", &RecordedResponse::body, text(), "The body.")
      .field("body_file", &RecordedResponse::body_file, text("a file"),
             "A file beside the test that holds the body.")
      .done();
}

Typed<Expectations> describe_expectations() {
  auto topic = object<ExpectedTopic>("what a topic holds")
                   .field("count", &ExpectedTopic::count, integer(0), "Records.")
                   .done();
  auto table = object<ExpectedTable>("what a table holds")
                   .field("count", &ExpectedTable::count, integer(0), "Rows.")
                   .field("rows_file", &ExpectedTable::rows_file, text("a file"),
                          "CSV with a heading; all rows in any order.")
                   .done();
  auto status = choice<std::string>({{"running", "running"},
                                     {"waiting", "waiting"},
                                     {"failing", "failing"},
                                     {"paused", "paused"}});
  auto source = object<ExpectedSource>("how a source ends")
                    .field("status", &ExpectedSource::status, status, "Its state.")
                    .required()
                    .field("reason", &ExpectedSource::reason, text(), "Such as quota.")
                    .done();
  return object<Expectations>("topic, table, source, objects")
      .field("topic", &Expectations::topic, map_of(topic, {}, "topics"), "By topic.")
      .field("table", &Expectations::table, map_of(table, {}, "tables"), "By table.")
      .field("source", &Expectations::source, map_of(source, {}, "sources"), "By source.")
      .field("objects", &Expectations::objects, list_of(text("a pattern")),
             "Patterns such as flights/year=2024/*.json; a file matches each.")
      .done();
}

Typed<TestCase> describe_test_case() {
  return object<TestCase>("a test: name, now, http, expect")
      .field("name", &TestCase::name, text(), "What the test shows.")
      .field("now", &TestCase::now, instant(), "Where time stands still.")
      .field("http", &TestCase::http,
             map_of(list_of(describe_response()), {}, "recorded answers by source"),
             "What the API of each source answers, call after call.")
      .field("expect", &TestCase::expect, describe_expectations(), "What must hold in the end.")
      .required()
      .done();
}

}  // namespace

std::expected<TestCase, std::vector<Problem>> parse_test_case(std::string_view text) {
  Problems problems;
  Node root = parse_yaml(text, problems);
  TestCase test;
  if (problems.empty()) {
    auto description = describe_test_case();
    description.shape->read(*description.shape, root, &test, problems);
  }
  if (!problems.empty()) return std::unexpected(std::move(problems).take());
  return test;
}

}  // namespace tarn::pipeline
