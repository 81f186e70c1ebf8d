#include "app/pipeline_test_run.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include <boost/json.hpp>
#include <fnmatch.h>

#include "app/run_to_end.h"
#include "app/secrets.h"
#include "engines/http/url.h"
#include "formats/pipeline/parse.h"
#include "platform/os/file_system.h"

namespace tarn::app {
namespace {

namespace json = boost::json;

constexpr size_t kDiffLinesMax = 20;

Result<std::string> make_folder() {
  std::error_code missing;
  const auto parent = std::filesystem::temp_directory_path(missing);
  if (missing) {
    return Error(ErrorCode::unavailable, "TMPDIR names no folder for temporary files");
  }
  std::string pattern = parent / "tarn-test-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    return Error(ErrorCode::unavailable,
                 "no temporary folder can be made in " + parent.string() + " (TMPDIR)");
  }
  return pattern;
}

// The heading, and the rows in order.
struct CsvLines {
  std::string heading;
  std::multiset<std::string> rows;
};

CsvLines read_lines(const std::string& text) {
  CsvLines lines;
  std::istringstream stream(text);
  std::string line;
  while (std::getline(stream, line)) {
    if (line.ends_with('\r')) line.pop_back();
    if (lines.heading.empty()) {
      lines.heading = line;
    } else if (!line.empty()) {
      lines.rows.insert(line);
    }
  }
  return lines;
}

std::string row_diff(const CsvLines& expected, const CsvLines& found) {
  std::vector<std::string> missing;
  std::vector<std::string> surplus;
  std::ranges::set_difference(expected.rows, found.rows, std::back_inserter(missing));
  std::ranges::set_difference(found.rows, expected.rows, std::back_inserter(surplus));
  std::string text;
  size_t shown = 0;
  for (const auto* side : {&missing, &surplus}) {
    for (const std::string& row : *side) {
      if (++shown > kDiffLinesMax) return text + "\n    …";
      text += (side == &missing ? "\n    - " : "\n    + ") + row;
    }
  }
  return text;
}

// "a,b" -> "\"a\",\"b\"": names of columns.
std::string quoted_columns(const std::string& heading) {
  std::string list;
  std::istringstream stream(heading);
  std::string name;
  while (std::getline(stream, name, ',')) list += (list.empty() ? "\"" : ", \"") + name + "\"";
  return list;
}

}  // namespace

PipelineTestRun::PipelineTestRun(const Project& project, pipeline::TestCase test,
                                 std::string directory, Files files)
    : pipeline_(project.pipeline),
      test_(std::move(test)),
      directory_(std::move(directory)),
      expected_files_(files),
      clock_(test_.now) {}

PipelineTestRun::~PipelineTestRun() {
  if (wiring_) run_to_end(io_, wiring_->stop());
  wiring_.reset();
  for (auto& [name, api] : apis_) run_to_end(io_, api->stop());
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Result<std::vector<std::string>> PipelineTestRun::run() {
  TRY(prepare());
  TRY(poll_all());
  TRY(check_topics());
  TRY(check_tables());
  TRY(check_sources());
  check_objects();
  return failures_;
}

Status PipelineTestRun::prepare() {
  folder_ = TRY(make_folder());
  for (auto& [name, answers] : test_.http) {
    auto source = pipeline_.sources.find(name);
    if (source == pipeline_.sources.end()) {
      return Error(ErrorCode::invalid_argument, "http: there is no source '" + name + "'");
    }
    for (auto& answer : answers) {
      if (answer.body_file) answer.body = TRY(read_beside(*answer.body_file));
    }
    apis_[name] =
        TRY(RecordedApi::start(io_.get_executor(), clock_, source->second.http->url, answers));
    source->second.http->url = apis_[name]->url();
  }
  Secrets secrets;
  for (const auto& [name, place] : pipeline::secret_names(pipeline_)) {
    secrets.emplace(name, pipeline::Secret("a secret of a test"));
  }
  wiring_ =
      TRY(Wiring::open(io_, clock_, pipeline_, secrets, telemetry::Logger::silent(),
                       {.data_directory = folder_ + "/data", .lake_directory = folder_ + "/lake"}));
  return run_to_end(io_, wiring_->start());
}

// Polls until every recorded answer was given. Errors of a poll are what the test is about.
Status PipelineTestRun::poll_all() {
  for (auto& [name, api] : apis_) {
    size_t left = api->answers_left() + 1;
    while (api->answers_left() > 0 && api->answers_left() < left) {
      left = api->answers_left();
      static_cast<void>(run_to_end(io_, wiring_->poll_source(name)));
    }
    if (api->answers_left() > 0) {
      failures_.push_back("source " + name + ": " + std::to_string(api->answers_left()) +
                          " recorded answers were never asked for");
    }
  }
  return run_to_end(io_, wiring_->flush_tables());
}

void PipelineTestRun::expect_number(const std::string& what, int64_t expected, int64_t found) {
  if (expected == found) return;
  failures_.push_back(what + ": expected " + std::to_string(expected) + ", found " +
                      std::to_string(found));
}

Result<std::string> PipelineTestRun::ask(http::Method method, std::string target,
                                         std::string body) {
  http::Request request;
  request.method = method;
  size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) {
    request.query = TRY(http::parse_query(target.substr(question + 1)));
  }
  request.body = std::move(body);
  auto response = TRY(run_to_end(io_, wiring_->call(std::move(request))));
  std::string text(http::view_of(response.body));
  if (response.status >= 400) return Error(ErrorCode::not_found, text);
  return text;
}

Status PipelineTestRun::check_topics() {
  for (const auto& [name, expected] : test_.expect.topic) {
    auto answer = ask(http::Method::get, "/tarn/v1/topics/" + http::percent_encode(name));
    if (!answer) {
      failures_.push_back("topic " + name + ": there is no such topic");
    } else if (expected.count) {
      auto records = json::parse(*answer).at("records").to_number<int64_t>();
      expect_number("topic " + name, *expected.count, records);
    }
  }
  return {};
}

Status PipelineTestRun::check_tables() {
  for (const auto& [name, expected] : test_.expect.table) {
    auto answer = ask(http::Method::get, "/tarn/v1/tables/" + http::percent_encode(name));
    if (!answer) {
      failures_.push_back("table " + name + ": there is no such table");
      continue;
    }
    if (expected.count) {
      auto rows = json::parse(*answer).at("rows").to_number<int64_t>();
      expect_number("table " + name, *expected.count, rows);
    }
    if (expected.rows_file) TRY(check_rows(name, *expected.rows_file));
  }
  return {};
}

Status PipelineTestRun::check_rows(const std::string& table, const std::string& file) {
  CsvLines expected = read_lines(TRY(expected_rows(file)));
  // A file that is not there yet is recorded without the metadata columns.
  std::string columns =
      expected.heading.empty() ? "columns('^[^_]')" : quoted_columns(expected.heading);
  json::object body{{"sql", "select " + columns + " from \"" + table + "\""},
                    {"rows_max", 1'000'000}};
  auto answer = ask(http::Method::post, "/tarn/v1/sql?format=csv", json::serialize(body));
  if (!answer) {
    failures_.push_back("table " + table + ": " + answer.error().message());
    return {};
  }
  std::string diff = row_diff(expected, read_lines(*answer));
  if (expected_files_ == Files::recorded && (!diff.empty() || expected.heading.empty())) {
    os::PosixFileSystem files;
    TRY(os::replace_file(files, directory_ + "/" + file, as_bytes(*answer)));
    recorded_.push_back("wrote " + file + ":" + diff);
  } else if (!diff.empty()) {
    failures_.push_back("table " + table + " differs from " + file + ":" + diff);
  }
  return {};
}

Result<std::string> PipelineTestRun::expected_rows(const std::string& file) const {
  auto content = read_beside(file);
  bool is_new = !content && content.error().code() == ErrorCode::not_found;
  if (is_new && expected_files_ == Files::recorded) return std::string();
  return content;
}

Status PipelineTestRun::check_sources() {
  for (const auto& [name, expected] : test_.expect.source) {
    auto answer = ask(http::Method::get, "/tarn/v1/sources/" + http::percent_encode(name));
    if (!answer) {
      failures_.push_back("source " + name + ": there is no such source");
      continue;
    }
    auto status = json::parse(*answer);
    std::string state(status.at("state").as_string());
    std::string reason(status.at("reason").as_string());
    bool holds = state.starts_with(expected.status);
    bool has_reason = !expected.reason || state.find(*expected.reason) != std::string::npos ||
                      reason.find(*expected.reason) != std::string::npos;
    if (holds && has_reason) continue;
    failures_.push_back("source " + name + ": expected " + expected.status +
                        (expected.reason ? ": " + *expected.reason : "") + ", found " + state +
                        (reason.empty() ? "" : " (" + reason + ")"));
  }
  return {};
}

void PipelineTestRun::check_objects() {
  std::vector<std::string> names;
  std::string lake = folder_ + "/lake";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(lake)) {
    if (!entry.is_regular_file()) continue;
    names.push_back(std::filesystem::relative(entry.path(), lake).string());
  }
  for (const std::string& pattern : test_.expect.objects) {
    bool is_matched = std::ranges::any_of(names, [&](const std::string& name) {
      return fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0;
    });
    if (!is_matched) failures_.push_back("objects: no file matches " + pattern);
  }
}

Result<std::string> PipelineTestRun::read_beside(const std::string& file) const {
  os::PosixFileSystem files;
  Bytes content = TRY(os::read_file(files, directory_ + "/" + file));
  return std::string(as_text(content));
}

}  // namespace tarn::app
