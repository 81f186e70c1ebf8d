#include "app/admin.h"

#include <filesystem>

#include <boost/json.hpp>

#include "app/endpoints_file.h"
#include "app/run_to_end.h"
#include "engines/http/url.h"

namespace tarn::app {
namespace {

constexpr Millis kAnswerTimeout = std::chrono::minutes(10);

ErrorCode code_of(int status) {
  switch (status) {
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::failed_precondition;
    case 403:
      return ErrorCode::permission_denied;
    case 503:
      return ErrorCode::unavailable;
    case 504:
      return ErrorCode::timed_out;
    default:
      return status < 500 ? ErrorCode::invalid_argument : ErrorCode::internal;
  }
}

Error error_of(int status, std::string_view body) {
  boost::system::error_code error;
  auto problem = boost::json::parse(body, error);
  const auto* detail =
      error || !problem.is_object() ? nullptr : problem.as_object().if_contains("detail");
  if (detail != nullptr && detail->is_string()) {
    return {code_of(status), std::string(detail->as_string())};
  }
  return {code_of(status), "the instance answered with status " + std::to_string(status)};
}

Result<http::Request> make_request(http::Method method, const std::string& target,
                                   const std::string& body) {
  http::Request request;
  request.method = method;
  request.target = target;
  size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) {
    request.query = TRY(http::parse_query(target.substr(question + 1)));
  }
  if (method != http::Method::get) {
    request.headers.set("Content-Type", "application/json");
    request.body = body;
  }
  return request;
}

}  // namespace

Result<std::unique_ptr<Admin>> Admin::connect(const Project& project) {
  std::unique_ptr<Admin> admin(new Admin());
  os::PosixFileSystem files;
  auto url = read_http_url(files, project.data_directory());
  if (url) {
    Status connected = admin->connect_to(*url);
    if (connected) return admin;
  }
  TRY(admin->open(project));
  return admin;
}

Status Admin::connect_to(const std::string& url) {
  client_ = std::make_unique<http::Client>(clock_, http::ClientOptions{.user_agent = "tarn-cli"});
  url_ = url;
  TRY(ask(http::Method::get, "/health/live"));
  return {};
}

Status Admin::open(const Project& project) {
  client_.reset();
  if (!std::filesystem::exists(project.data_directory())) {
    return Error(ErrorCode::unavailable,
                 "no instance runs on " + project.data_directory() +
                     ", and there is no such folder; start one with 'tarn run', or say --data DIR");
  }
  pipeline::Pipeline pipeline = project.pipeline;
  // A look at the data polls nobody.
  pipeline.sources.clear();
  auto opened = Wiring::open(
      io_, clock_, std::move(pipeline), {}, telemetry::Logger::silent(),
      {.data_directory = project.data_directory(), .lake_directory = project.lake_directory()});
  if (!opened) {
    return opened.error().with_context("no instance answers, and the data cannot be opened");
  }
  wiring_ = *std::move(opened);
  return run_to_end(io_, wiring_->start());
}

Admin::~Admin() {
  if (!wiring_) return;
  run_to_end(io_, wiring_->stop());
  wiring_.reset();
}

Result<http::Response> Admin::send(http::Request request) {
  if (wiring_) return run_to_end(io_, wiring_->call(std::move(request)));
  http::ClientRequest sent{.method = request.method,
                           .url = url_ + request.target,
                           .headers = request.headers,
                           .body = request.body,
                           .deadline = clock_.monotonic() + kAnswerTimeout,
                           .body_bytes_max = 1ULL << 30,
                           .redirects_max = 0};
  auto answer = TRY(run_to_end(io_, client_->fetch(std::move(sent))));
  return http::Response{
      .status = answer.status, .headers = answer.headers, .body = std::move(answer.body)};
}

Result<std::string> Admin::ask(http::Method method, const std::string& target,
                               const std::string& body) {
  auto response = TRY(send(TRY(make_request(method, target, body))));
  std::string_view content = http::view_of(response.body);
  if (response.status >= 400) return error_of(response.status, content);
  return std::string(content);
}

Result<boost::json::value> Admin::ask_json(http::Method method, const std::string& target,
                                           const std::string& body) {
  std::string content = TRY(ask(method, target, body));
  boost::system::error_code error;
  auto value = boost::json::parse(content, error);
  if (error) return Error(ErrorCode::internal, "the instance did not answer in JSON");
  return value;
}

}  // namespace tarn::app
