#include "edges/sources/checkpoint.h"

#include <fmt/core.h>

#include "formats/json/value.h"

namespace tarn::sources {
namespace {

std::string text_at(json::Value object, std::string_view name) {
  const auto member = object.member(name);
  return member && member->kind() == json::Kind::string ? member->text() : "";
}

int64_t integer_at(json::Value object, std::string_view name) {
  const auto member = object.member(name);
  return member ? member->integer().value_or(0) : 0;
}

}  // namespace

std::string Checkpoint::to_json() const {
  return fmt::format(
      R"({{"shape":{},"next_url":{},"page":{},"calls_of_poll":{},"calls_of_last_poll":{},)"
      R"("begun":{},"single_page":{},"etag":{},"last_modified":{},"pagination":{},)"
      R"("polls":{},"calls":{},"records":{},"log_lines":{}}})",
      json::quote(shape), json::quote(next_url), page, calls_of_poll, calls_of_last_poll,
      begun ? std::to_string(unix_millis(*begun)) : "null", single_page, json::quote(etag),
      json::quote(last_modified), json::quote(pagination), polls, calls, records, log_lines);
}

Result<Checkpoint> Checkpoint::parse(std::string_view json) {
  const auto root = TRY(json::parse(json));
  if (root.kind() != json::Kind::object) {
    return Error(ErrorCode::corrupt, "the source's state is not a JSON object");
  }
  Checkpoint checkpoint;
  checkpoint.shape = text_at(root, "shape");
  checkpoint.next_url = text_at(root, "next_url");
  checkpoint.page = integer_at(root, "page");
  checkpoint.calls_of_poll = integer_at(root, "calls_of_poll");
  checkpoint.calls_of_last_poll = integer_at(root, "calls_of_last_poll");
  const auto begun = root.member("begun");
  if (begun && begun->integer()) checkpoint.begun = from_unix_millis(*begun->integer());
  const auto single_page = root.member("single_page");
  checkpoint.single_page = single_page && single_page->is_true();
  checkpoint.etag = text_at(root, "etag");
  checkpoint.last_modified = text_at(root, "last_modified");
  checkpoint.pagination = text_at(root, "pagination");
  checkpoint.polls = integer_at(root, "polls");
  checkpoint.calls = integer_at(root, "calls");
  checkpoint.records = integer_at(root, "records");
  checkpoint.log_lines = integer_at(root, "log_lines");
  return checkpoint;
}

}  // namespace tarn::sources
