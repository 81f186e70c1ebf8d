#include "app/admin.h"

#include <filesystem>

#include <boost/json.hpp>

#include "app/endpoints_file.h"
#include "app/run_to_end.h"
#include "engines/http/url.h"

namespace tarn::app {
namespace {

constexpr Millis kAnswerTimeout = std::chrono::minutes(10);
constexpr Millis kConnectTimeout = std::chrono::seconds(10);

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

Result<std::unique_ptr<Admin>> Admin::connect(const Project& project, Terminal& terminal) {
  std::unique_ptr<Admin> admin(new Admin());
  admin->terminal_ = &terminal;
  if (!admin->connect_to(project, kConnectTimeout)) TRY(admin->open(project));
  admin->patience_ = kAnswerTimeout;
  return admin;
}

Result<std::unique_ptr<Admin>> Admin::connect_running(const Project& project, Millis patience) {
  std::unique_ptr<Admin> admin(new Admin());
  TRY(admin->connect_to(project, patience));
  return admin;
}

// A file left behind by an instance that was killed may name a port that is another one's by now.
Status Admin::connect_to(const Project& project, Millis patience) {
  os::PosixFileSystem files;
  url_ = TRY(read_http_url(files, project.data_directory()));
  client_ = std::make_unique<http::Client>(clock_, http::ClientOptions{.user_agent = "tarn-cli"});
  patience_ = patience;
  auto instance = TRY(ask_json(http::Method::get, "/tarn/v1/instance"));
  Bytes id = TRY(os::read_file(files, project.data_directory() + "/cluster_id"));
  const auto* said =
      instance.is_object() ? instance.as_object().if_contains("cluster_id") : nullptr;
  if (said != nullptr && said->is_string() && said->as_string() == as_text(id)) return {};
  return Error(ErrorCode::unavailable, "at " + url_ + " answers another instance");
}

Status Admin::open(const Project& project) {
  client_.reset();
  std::error_code ignored;
  if (!std::filesystem::exists(project.data_directory(), ignored)) {
    return Error(ErrorCode::unavailable,
                 "no instance runs on " + project.data_directory() +
                     ", and there is no such folder; start one with 'tarn run', or say --data DIR");
  }
  // A look at the data polls nobody, so nobody is shown a secret.
  Secrets secrets;
  for (const auto& [name, place] : pipeline::secret_names(project.pipeline)) {
    secrets.emplace(name, pipeline::Secret("unused"));
  }
  auto opened = Wiring::open(
      io_, clock_, project.pipeline, secrets, telemetry::Logger::silent(),
      {.data_directory = project.data_directory(), .lake_directory = project.lake_directory()});
  if (!opened) {
    return opened.error().with_context("no instance answers, and the data cannot be opened");
  }
  wiring_ = *std::move(opened);
  return run_to_end(io_, wiring_->start());
}

template <class T>
Result<T> Admin::wait_for(runtime::Task<T> work) {
  if (terminal_ == nullptr) return run_to_end(io_, std::move(work));
  Progress progress(*terminal_, clock_, doing_);
  return run_to_end(io_, std::move(work), [&progress] { progress.tick(); });
}

Admin::~Admin() {
  if (!wiring_) return;
  run_to_end(io_, wiring_->stop());
  wiring_.reset();
}

Result<http::Response> Admin::send(http::Request request) {
  if (wiring_) return wait_for(wiring_->call(std::move(request)));
  http::ClientRequest sent{.method = request.method,
                           .url = url_ + request.target,
                           .headers = request.headers,
                           .body = request.body,
                           .deadline = clock_.monotonic() + patience_,
                           .body_bytes_max = 1ULL << 30,
                           .redirects_max = 0};
  auto answer = TRY(wait_for(client_->fetch(std::move(sent))));
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
