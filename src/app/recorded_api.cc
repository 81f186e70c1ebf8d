#include "app/recorded_api.h"

#include "engines/http/errors.h"
#include "engines/http/url.h"

namespace tarn::app {
namespace {

constexpr int kPathDepthMax = 12;

}  // namespace

Result<std::unique_ptr<RecordedApi>> RecordedApi::start(
    boost::asio::any_io_executor executor, const os::Clock& clock, const std::string& url,
    std::vector<pipeline::RecordedResponse> answers) {
  auto parsed = TRY(http::Url::parse(url));
  std::unique_ptr<RecordedApi> api(new RecordedApi(std::move(answers)));
  http::Router router;
  auto* self = api.get();
  auto answer = [](RecordedApi* from) -> runtime::Task<http::Response> {
    co_return from->answer_next();
  };
  auto handler = [self, answer](const http::Request&) { return answer(self); };
  router.add(http::Method::get, "/", handler);
  std::string pattern;
  for (int depth = 0; depth < kPathDepthMax; ++depth) {
    pattern += "/{part" + std::to_string(depth) + "}";
    router.add(http::Method::get, pattern, handler);
  }
  api->server_ = std::make_unique<http::Server>(executor, clock, telemetry::Logger::silent(),
                                                http::ServerOptions{}, std::move(router));
  TRY(api->server_->start());
  api->recorded_origin_ = parsed.origin();
  api->origin_ = "http://127.0.0.1:" + std::to_string(api->server_->port());
  api->url_ = api->origin_ + parsed.target();
  return api;
}

http::Response RecordedApi::answer_next() {
  if (next_ >= answers_.size()) return http::problem(404, "the test has no further answer");
  const auto& recorded = answers_[next_++];
  http::Response response =
      http::json_response(static_cast<int>(recorded.status), at_home(recorded.body));
  for (const auto& [name, value] : recorded.headers) response.headers.set(name, at_home(value));
  return response;
}

std::string RecordedApi::at_home(std::string text) const {
  for (size_t at = text.find(recorded_origin_); at != std::string::npos;
       at = text.find(recorded_origin_, at + origin_.size())) {
    text.replace(at, recorded_origin_.size(), origin_);
  }
  return text;
}

runtime::Awaitable<void> RecordedApi::stop() {
  co_await server_->stop();
}

}  // namespace tarn::app
