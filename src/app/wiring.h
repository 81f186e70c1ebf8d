// All parts of one instance, put together.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/secrets.h"
#include "base/error.h"
#include "engines/http/message.h"
#include "formats/pipeline/pipeline.h"
#include "platform/os/clock.h"
#include "platform/runtime/task.h"
#include "platform/telemetry/logger.h"

namespace tarn::app {

struct Address {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
};

struct KafkaPort {
  Address address;
  std::optional<Address> advertised = std::nullopt;
  pipeline::Protocol protocol = pipeline::Protocol::plaintext;
};

struct WiringOptions {
  std::string data_directory;
  std::string lake_directory;
  std::string directory;  // of the pipeline: where the files lie that it names
  // None: no port is opened, for a command that looks at a data directory by itself.
  std::vector<KafkaPort> kafka;
  std::optional<Address> http;
  std::optional<Address> http_advertised;
  uint64_t open_files_max = 1024;  // of this process
};

// Constructs, starts and stops; every module gets what it needs by reference, and nobody knows the
// whole but this. All calls on the thread that runs the io_context.
class Wiring final {
 public:
  // Opens the data directory, which blocks. Errors: failed_precondition (another process holds it,
  // a newer format), and those of the storage.
  static Result<std::unique_ptr<Wiring>> open(boost::asio::io_context& io, const os::Clock& clock,
                                              pipeline::Pipeline pipeline, const Secrets& secrets,
                                              telemetry::Logger logger, WiringOptions options);
  ~Wiring();  // after stop()

  // Returns when everything answers. Sources do not run yet.
  runtime::Task<void> start();
  void run_sources();
  // Each source once, to its last page, then a commit of every table. All errors in one.
  runtime::Task<void> run_once();
  // One source once, to its last page.
  runtime::Task<void> poll_source(std::string name);
  // Returns when all that is in the topics is in their tables.
  runtime::Task<void> flush_tables();
  // The reverse of start; also after a start that failed.
  runtime::Awaitable<void> stop();

  // Reads the certificates anew; the former ones hold when something is wrong with them.
  Status reload_certificates();

  // With the ports that were chosen; advertised ones as they are.
  [[nodiscard]] std::vector<KafkaPort> kafka_ports() const;
  [[nodiscard]] std::optional<Address> http_address() const;
  // One line for each step, for people: what run --once has done.
  [[nodiscard]] std::vector<std::string> summary() const;

  // Asks the admin API without a connection.
  runtime::Task<http::Response> call(http::Request request);

 private:
  class Parts;
  explicit Wiring(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tarn::app
