// The API of a source as it was recorded, for `tarn test`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "engines/http/server.h"
#include "formats/pipeline/test_case.h"

namespace tarn::app {

// Answers call after call with one recorded answer, whatever the path; then with 404. Where an
// answer names the recorded host, it names this one instead, so that no page is fetched elsewhere.
class RecordedApi {
 public:
  // url: what the source polls in earnest.
  static Result<std::unique_ptr<RecordedApi>> start(
      boost::asio::any_io_executor executor, const os::Clock& clock, const std::string& url,
      std::vector<pipeline::RecordedResponse> answers);

  // The same path and query at this machine.
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] size_t answers_left() const { return answers_.size() - next_; }
  runtime::Awaitable<void> stop();

 private:
  explicit RecordedApi(std::vector<pipeline::RecordedResponse> answers)
      : answers_(std::move(answers)) {}
  http::Response answer_next();
  [[nodiscard]] std::string at_home(std::string text) const;

  std::vector<pipeline::RecordedResponse> answers_;
  size_t next_ = 0;
  std::string recorded_origin_;
  std::string origin_;
  std::string url_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace tarn::app
