// One test of a pipeline: recorded pages in, what is expected out.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/frozen_clock.h"
#include "app/project.h"
#include "app/recorded_api.h"
#include "app/wiring.h"
#include "formats/pipeline/test_case.h"

namespace tarn::app {

// Runs the whole pipeline in a folder of its own, with the time standing still and the recorded
// answers in the place of the APIs; nothing outside is called.
class PipelineTestRun {
 public:
  // What happens to an expected file that differs from what came out.
  enum class Files { compared, recorded };

  // directory: of the test's file, for the files that it names.
  PipelineTestRun(const Project& project, pipeline::TestCase test, std::string directory,
                  Files files);
  ~PipelineTestRun();

  // What does not hold; none: the test has passed. An error: it could not be run.
  Result<std::vector<std::string>> run();
  // The files that were written anew, each with how it differed.
  [[nodiscard]] const std::vector<std::string>& recorded() const { return recorded_; }

 private:
  Status prepare();
  Status poll_all();
  Status check_topics();
  Status check_tables();
  Status check_rows(const std::string& table, const std::string& file);
  Result<std::string> expected_rows(const std::string& file) const;
  Status check_sources();
  void check_objects();
  void expect_number(const std::string& what, int64_t expected, int64_t found);
  Result<std::string> ask(http::Method method, std::string target, std::string body = "{}");
  Result<std::string> read_beside(const std::string& file) const;

  pipeline::Pipeline pipeline_;
  pipeline::TestCase test_;
  std::string directory_;
  Files expected_files_;
  std::string folder_;  // temporary
  FrozenClock clock_;
  boost::asio::io_context io_{1};
  std::map<std::string, std::unique_ptr<RecordedApi>> apis_;
  std::unique_ptr<Wiring> wiring_;
  std::vector<std::string> failures_;
  std::vector<std::string> recorded_;
};

}  // namespace tarn::app
