#include "app/wiring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/run_to_end.h"
#include "formats/pipeline/parse.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::app {
namespace {

using testing::HasSubstr;

class WiredInstance : public testing::Test {
 protected:
  ~WiredInstance() override {
    if (wiring_) run_to_end(io_, wiring_->stop());
  }
  Status start(std::optional<Address> http, const std::string& text = "") {
    auto opened =
        Wiring::open(io_, clock_, *pipeline::parse(text, {}), {}, telemetry::Logger::silent(),
                     {.data_directory = folder_.path() + "/data",
                      .lake_directory = folder_.path() + "/lake",
                      .http = std::move(http)});
    if (!opened) return opened.error();
    wiring_ = *std::move(opened);
    return run_to_end(io_, wiring_->start());
  }
  int status_of(const std::string& path) {
    http::Request request;
    request.method = http::Method::get;
    request.path = path;
    return run_to_end(io_, wiring_->call(std::move(request)))->status;
  }

  os::testing::TemporaryDirectory folder_;
  boost::asio::io_context io_{1};
  os::SystemClock clock_;
  std::unique_ptr<Wiring> wiring_;
};

TEST_F(WiredInstance, AnswersTheAdminApiWithAndWithoutAPort) {
  ASSERT_TRUE(start(std::nullopt));
  EXPECT_FALSE(wiring_->http_address());
  EXPECT_EQ(status_of("/tarn/v1/topics"), 200);
  EXPECT_EQ(status_of("/nowhere"), 404);
}

TEST_F(WiredInstance, AnswersItsOwnProcessWhileItListens) {
  ASSERT_TRUE(start(Address{}));
  EXPECT_GT(wiring_->http_address()->port, 0);
  EXPECT_EQ(status_of("/tarn/v1/instance"), 200);
  EXPECT_EQ(status_of("/health/ready"), 200);
}

TEST_F(WiredInstance, MakesTheTopicsAndTablesOfThePipeline) {
  ASSERT_TRUE(start(std::nullopt, "tables: {events: {format: delta, from: things}}"));
  EXPECT_EQ(status_of("/tarn/v1/topics/things"), 200);
  EXPECT_EQ(status_of("/tarn/v1/tables/events"), 200);
  EXPECT_TRUE(run_to_end(io_, wiring_->run_once()));
  EXPECT_THAT(wiring_->summary(), testing::ElementsAre(HasSubstr("table events: 0 rows")));
}

using SecondInstance = WiredInstance;

TEST_F(SecondInstance, IsToldWhoListensOnItsPort) {
  ASSERT_TRUE(start(Address{}));
  auto first = std::move(wiring_);
  const os::testing::TemporaryDirectory other;
  auto second = Wiring::open(io_, clock_, {}, {}, telemetry::Logger::silent(),
                             {.data_directory = other.path() + "/data",
                              .lake_directory = other.path() + "/lake",
                              .http = first->http_address()});
  ASSERT_TRUE(second);
  wiring_ = *std::move(second);
  const Status started = run_to_end(io_, wiring_->start());
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message(), HasSubstr("--http-port"));
  EXPECT_THAT(started.error().message(), HasSubstr("ss -ltnp"));
  run_to_end(io_, first->stop());
}

TEST_F(SecondInstance, IsToldWhoHoldsItsFolder) {
  ASSERT_TRUE(start(std::nullopt));
  auto first = std::move(wiring_);
  const Status started = start(std::nullopt);
  EXPECT_FALSE(started);
  EXPECT_THAT(started.error().message(), HasSubstr(std::to_string(getpid())));
  run_to_end(io_, first->stop());
}

}  // namespace
}  // namespace tarn::app
