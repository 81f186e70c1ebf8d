#include "app/wiring.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <random>

#include "app/access_options.h"
#include "app/logins.h"
#include "app/security_files.h"
#include "app/source_options.h"
#include "app/table_specs.h"
#include "base/check.h"
#include "base/random.h"
#include "base/uuid.h"
#include "edges/api/routes.h"
#include "edges/kafka_server/server.h"
#include "edges/sources/http_source.h"
#include "edges/sources/quota_ledger.h"
#include "engines/http/client.h"
#include "engines/http/errors.h"
#include "engines/http/server.h"
#include "engines/objectstore/local_object_store.h"
#include "engines/sql/engine.h"
#include "engines/storage/engine.h"
#include "platform/os/clock.h"
#include "platform/os/file_system.h"
#include "platform/runtime/blocking_pool.h"
#include "platform/runtime/task_group.h"
#include "platform/telemetry/metrics.h"
#include "services/access/acl_store.h"
#include "services/access/quota_store.h"
#include "services/broker/broker.h"
#include "services/broker/embedded_log.h"
#include "services/lake/column_files.h"
#include "services/lake/lake.h"
#include "services/login/authenticator.h"
#include "services/state/state_store.h"

namespace tarn::app {
namespace {

constexpr size_t kPoolThreads = 4;
constexpr Millis kDrainTimeout = std::chrono::seconds(10);

// The shares of deploy.memory.
struct MemoryShares {
  explicit MemoryShares(uint64_t whole)
      : tail_cache(whole / 8), table_tails(whole / 4), sql(whole / 2) {}
  uint64_t tail_cache;
  uint64_t table_tails;
  uint64_t sql;
};

// Somewhat before produce is refused.
uint64_t drop_held_below(pipeline::DiskFull policy) {
  if (policy == pipeline::DiskFull::refuse) return 0;
  return 2 * storage::EngineOptions().disk_reserve_bytes;
}

Random random_by_chance() {
  std::random_device device;
  return Random((uint64_t{device()} << 32) | device());
}

// Made once for a data directory; part of the positions in its tables.
Result<std::string> read_cluster_id(os::FileSystem& files, const std::string& directory) {
  std::string path = directory + "/cluster_id";
  auto known = os::read_file(files, path);
  if (known) return std::string(as_text(*known));
  if (known.error().code() != ErrorCode::not_found) return known.error();
  Random random = random_by_chance();
  std::string id = Uuid::random(random).to_base64();
  TRY(os::replace_file(files, path, as_bytes(id)));
  return id;
}

Error cannot_listen(const Error& error, const std::string& protocol, const std::string& option,
                    const Address& address) {
  std::string port = std::to_string(address.port);
  return {error.code(), "the " + protocol + " port (--" + option + "-port, listeners." + option +
                            ".bind): " + error.message() + "; 'ss -ltnp sport = :" + port +
                            "' says who listens there, --" + option + "-port 0 chooses a free one"};
}

kafka_server::ListenerOptions listener_of(const KafkaPort& port) {
  using kafka_server::SecurityProtocol;
  static constexpr std::array kProtocols = {SecurityProtocol::plaintext, SecurityProtocol::ssl,
                                            SecurityProtocol::sasl_plaintext,
                                            SecurityProtocol::sasl_ssl};
  kafka_server::ListenerOptions listener{
      .host = port.address.host,
      .port = port.address.port,
      .protocol = kProtocols.at(static_cast<size_t>(port.protocol))};
  if (port.advertised) {
    listener.advertised_host = port.advertised->host;
    listener.advertised_port = port.advertised->port;
  }
  return listener;
}

}  // namespace

// In the order of construction; destruction is the reverse.
class Wiring::Parts {
 public:
  Parts(boost::asio::io_context& context, const os::Clock& ticking, pipeline::Pipeline read,
        telemetry::Logger log_to, WiringOptions given)
      : io(context),
        pipeline(std::move(read)),
        clock(ticking),
        logger(std::move(log_to)),
        options(std::move(given)),
        pool(kPoolThreads),
        tasks(context.get_executor(), [this](const std::string& name, const Error& error) {
          logger.named("app").error("a task ended", {{"task", name}, {"reason", error.message()}});
        }) {}

  Status open(const Secrets& secrets);
  Status open_access();
  Status open_lake(const std::string& cluster_id, const MemoryShares& shares);
  Status open_sources(const Secrets& secrets);
  Status open_logins(const Secrets& secrets);
  void open_api();
  runtime::Task<void> ensure_topics();
  http::Router make_router();
  Status listen(const std::string& cluster_id);
  Status listen_to_kafka(const std::string& cluster_id);
  Result<std::shared_ptr<const tls::ServerIdentity>> read_identity() const;
  std::vector<std::string> not_ready() const;

  boost::asio::io_context& io;
  pipeline::Pipeline pipeline;
  const os::Clock& clock;
  os::PosixFileSystem data_files{os::Readers::owner_and_group};
  os::PosixFileSystem lake_files;
  telemetry::Logger logger;
  telemetry::MetricRegistry metrics;
  WiringOptions options;
  std::string cluster_id;
  runtime::BlockingPool pool;
  std::unique_ptr<storage::Engine> storage;
  std::unique_ptr<broker::Broker> broker;
  std::optional<access::AclStore> acls;  // none: everybody may do everything
  std::optional<access::QuotaStore> client_quotas;
  std::optional<login::UserStore> users;
  std::optional<login::Authenticator> authenticator;
  std::optional<broker::EmbeddedLog> log;
  std::optional<sql::Engine> sql;
  std::unique_ptr<objectstore::LocalObjectStore> store;
  std::optional<lake::SqlColumnFiles> column_files;
  std::optional<lake::Lake> lake;
  std::optional<state::StateStore> state;
  std::optional<sources::QuotaLedger> quotas;
  std::optional<http::Client> client;
  std::map<std::string, std::unique_ptr<sources::HttpSource>> sources;
  api::Sources source_list;
  std::optional<api::CommittedTables> committed;
  std::optional<api::QueryRunner> queries;
  std::optional<http::Router> local_router;
  std::optional<kafka_server::Server> kafka;
  std::optional<http::Server> http;
  runtime::TaskGroup tasks;
  bool is_started = false;
  bool kafka_listens = false;
  bool http_listens = false;
  bool lake_runs = false;
};

Status Wiring::Parts::open(const Secrets& secrets) {
  MemoryShares shares(pipeline.deploy.memory);
  TRY(os::make_directories(data_files, options.data_directory));
  storage = TRY(storage::Engine::open(
      data_files, clock, logger.named("storage"), metrics,
      {.directory = options.data_directory + "/log",
       .cache_bytes_max = shares.tail_cache,
       .dirty_segments_max = std::clamp<size_t>(options.open_files_max / 4, 64, 8192)}));
  // Only after the storage holds the lock of the folder.
  cluster_id = TRY(read_cluster_id(data_files, options.data_directory));
  broker = TRY(broker::Broker::open(
      {.engine = *storage,
       .pool = pool,
       .clock = clock,
       .logger = logger.named("broker"),
       .metrics = metrics,
       .executor = io.get_executor()},
      {.auto_create = pipeline.auto_create ? broker::AutoCreate::on : broker::AutoCreate::off,
       .replication = pipeline.strict_replication ? broker::BrokerOptions::Replication::strict
                                                  : broker::BrokerOptions::Replication::any,
       .drop_held_below = drop_held_below(pipeline.deploy.disk_full)}));
  TRY(open_access());
  log.emplace(*broker);
  TRY(open_logins(secrets));
  TRY(open_lake(cluster_id, shares));
  state.emplace(*log, clock, state::StateOptions{});
  quotas.emplace(*state, clock);
  client.emplace(clock, http::ClientOptions{});
  TRY(open_sources(secrets));
  open_api();
  return {};
}

Status Wiring::Parts::open_access() {
  client_quotas.emplace(TRY(access::QuotaStore::load(*broker)));
  auto wanted = access_options(pipeline.security);
  if (!wanted) return {};
  acls.emplace(
      TRY(access::AclStore::load(*broker, std::move(wanted->rules), std::move(wanted->lines))));
  return {};
}

Status Wiring::Parts::open_lake(const std::string& id, const MemoryShares& shares) {
  std::string staging = "_staging/" + id;
  TRY(os::make_directories(lake_files, options.lake_directory));
  sql.emplace(sql::EngineOptions{.memory_bytes = shares.sql,
                                 .temporary_directory = options.data_directory + "/tmp",
                                 .directories = {options.lake_directory}},
              clock);
  store = TRY(objectstore::LocalObjectStore::open(
      lake_files, {.root = options.lake_directory, .scratch = staging + "/put"}));
  column_files.emplace(*sql);
  lake.emplace(lake::LakeOptions{.staging = options.lake_directory + "/" + staging + "/tables",
                                 .cluster_id = id,
                                 .tail_bytes_max = shares.table_tails},
               lake::LakeParts{.executor = io.get_executor(),
                               .log = *log,
                               .store = *store,
                               .files = lake_files,
                               .columns = *column_files,
                               .pool = pool,
                               .clock = clock,
                               .metrics = metrics,
                               .logger = logger.named("lake"),
                               .hold_records = [this](const std::string& table, log::Hold needs) {
                                 broker->hold_records(table, std::move(needs));
                               }});
  return {};
}

Status Wiring::Parts::open_sources(const Secrets& secrets) {
  Random random = random_by_chance();
  sources::SourceContext context{.executor = io.get_executor(),
                                 .clock = clock,
                                 .logger = logger.named("sources"),
                                 .metrics = metrics,
                                 .client = *client,
                                 .pool = pool,
                                 .log = *log,
                                 .state = *state,
                                 .quotas = *quotas,
                                 .random_seed = random()};
  for (const auto& [name, source] : pipeline.sources) {
    auto made = sources::HttpSource::create(context, TRY(source_options(source, secrets)));
    if (!made) return made.error().with_context("the source " + name);
    source_list[name] = made->get();
    sources.emplace(name, *std::move(made));
  }
  return {};
}

Status Wiring::Parts::open_logins(const Secrets& secrets) {
  const auto& security = pipeline.security;
  // Without a port nobody logs in, and the secrets may be none.
  const bool is_asked = !options.kafka.empty();
  users.emplace(*broker, io.get_executor(), TRY(configured_users(security, secrets)));
  TRY(users->load());
  auto logins =
      is_asked ? TRY(login_options(security, secrets, options.directory)) : login::LoginOptions();
  authenticator.emplace(std::move(logins), *users, pool, clock);
  return {};
}

void Wiring::Parts::open_api() {
  committed.emplace(lake->catalog());
  queries.emplace(io.get_executor(), clock, metrics, *sql, pool, api::QueryLimits{});
}

std::vector<std::string> Wiring::Parts::not_ready() const {
  std::vector<std::string> reasons;
  if (!is_started) reasons.emplace_back("starting");
  if (storage->stopped()) {
    reasons.emplace_back("storage: a write to the disk failed; nothing is taken until a restart");
  }
  if (auto shortage = storage->shortage()) reasons.push_back("storage: " + *shortage);
  if (broker->groups().status() != broker::GroupError::none) {
    reasons.emplace_back("groups: still being read");
  }
  for (const auto& table : lake->status()) {
    if (table.state != lake::TableState::stopped) continue;
    reasons.push_back("table " + table.name + ": stopped: " + table.reason);
  }
  return reasons;
}

runtime::Task<void> Wiring::Parts::ensure_topics() {
  for (auto& spec : topic_specs(pipeline)) {
    auto wanted = spec.partitions;
    auto topic = CO_TRY(co_await log->ensure_topic(std::move(spec)));
    if (topic.partitions == wanted) continue;
    logger.named("app").warn("a topic has another number of partitions than tarn.yaml says",
                             {{"topic", topic.name.value()}, {"partitions", topic.partitions}});
  }
  co_return Status();
}

http::Router Wiring::Parts::make_router() {
  return api::make_router({.pipeline = pipeline,
                           .queries = *queries,
                           .tables = lake->catalog(),
                           .committed = *committed,
                           .broker = *broker,
                           .acls = acls ? &*acls : nullptr,
                           .quotas = *client_quotas,
                           .log = *log,
                           .lake = *lake,
                           .sources = source_list,
                           .state = *state,
                           .users = *users,
                           .metrics = metrics,
                           .readiness = [this] { return not_ready(); },
                           .cluster_id = cluster_id});
}

Result<std::shared_ptr<const tls::ServerIdentity>> Wiring::Parts::read_identity() const {
  if (!pipeline.security.tls) return std::shared_ptr<const tls::ServerIdentity>();
  return app::read_identity(*pipeline.security.tls, options.directory);
}

Status Wiring::Parts::listen_to_kafka(const std::string& id) {
  kafka_server::ServerOptions kafka_options{
      .listeners = {},
      .identity = TRY(read_identity()),
      .cluster_id = id,
      .log_directory = std::filesystem::absolute(options.data_directory + "/log").string(),
      .connections = connection_limits(pipeline.security.connections)};
  for (const KafkaPort& port : options.kafka) {
    kafka_options.listeners.push_back(listener_of(port));
  }
  kafka.emplace(kafka_server::ServerContext{.broker = *broker,
                                            .clock = clock,
                                            .logger = logger.named("kafka"),
                                            .metrics = metrics,
                                            .executor = io.get_executor(),
                                            .users = *users,
                                            .authenticator = *authenticator,
                                            .quotas = *client_quotas,
                                            .acls = acls ? &*acls : nullptr},
                std::move(kafka_options));
  if (Status status = kafka->start(); !status) {
    return cannot_listen(status.error(), "Kafka", "kafka", options.kafka.front().address);
  }
  kafka_listens = true;
  return {};
}

Status Wiring::Parts::listen(const std::string& id) {
  if (!options.kafka.empty()) TRY(listen_to_kafka(id));
  if (!options.http) return {};
  http::ServerOptions http_options{.address = options.http->host, .port = options.http->port};
  if (options.http_advertised) http_options.allowed_hosts = {options.http_advertised->host};
  http.emplace(io.get_executor(), clock, logger.named("http"), std::move(http_options),
               make_router());
  if (Status status = http->start(); !status) {
    return cannot_listen(status.error(), "HTTP", "http", *options.http);
  }
  http_listens = true;
  return {};
}

Wiring::Wiring(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Wiring::~Wiring() = default;

Result<std::unique_ptr<Wiring>> Wiring::open(boost::asio::io_context& io, const os::Clock& clock,
                                             pipeline::Pipeline pipeline, const Secrets& secrets,
                                             telemetry::Logger logger, WiringOptions options) {
  auto parts = std::make_unique<Parts>(io, clock, std::move(pipeline), std::move(logger),
                                       std::move(options));
  TRY(parts->open(secrets));
  return std::unique_ptr<Wiring>(new Wiring(std::move(parts)));
}

runtime::Task<void> Wiring::start() {
  Parts& parts = *parts_;
  parts.broker->start();
  CO_TRY(co_await parts.state->load());
  CO_TRY(co_await parts.ensure_topics());
  parts.lake_runs = true;
  CO_TRY(parts.lake->start(table_specs(parts.pipeline)));
  parts.broker->begin_retention();
  parts.local_router = parts.make_router();
  CO_TRY(parts.listen(parts.cluster_id));
  parts.is_started = true;
  co_return Status();
}

void Wiring::run_sources() {
  for (auto& [name, source] : parts_->sources) {
    parts_->tasks.spawn("source " + name, source->run());
  }
}

runtime::Task<void> Wiring::poll_source(std::string name) {
  auto source = parts_->sources.find(name);
  if (source == parts_->sources.end()) {
    co_return Error(ErrorCode::not_found, "there is no source '" + name + "'");
  }
  CO_TRY((co_await source->second->poll_once()).with_context("source " + name));
  co_return Status();
}

runtime::Task<void> Wiring::flush_tables() {
  std::string failures;
  for (const auto& [name, table] : parts_->pipeline.tables) {
    auto flushed = co_await parts_->lake->flush(name);
    if (!flushed) failures += "\n  table " + name + ": " + flushed.error().message();
  }
  if (failures.empty()) co_return Status();
  co_return Error(ErrorCode::unavailable, "not everything was committed:" + failures);
}

runtime::Task<void> Wiring::run_once() {
  std::string failures;
  for (auto& [name, source] : parts_->sources) {
    auto polled = co_await poll_source(name);
    if (!polled) failures += "\n  " + polled.error().message();
  }
  auto flushed = co_await flush_tables();
  if (!flushed) failures += "\n  " + flushed.error().message();
  if (failures.empty()) co_return Status();
  co_return Error(ErrorCode::unavailable, "not every step came to its end:" + failures);
}

runtime::Awaitable<void> Wiring::stop() {
  Parts& parts = *parts_;
  parts.is_started = false;
  if (parts.http_listens) co_await parts.http->stop();
  if (parts.kafka_listens) co_await parts.kafka->stop();
  co_await parts.tasks.stop();
  if (parts.lake_runs) co_await parts.lake->stop(parts.clock.monotonic() + kDrainTimeout);
  parts.client->close_idle();
  co_await parts.broker->stop();
}

Status Wiring::reload_certificates() {
  if (parts_->kafka_listens) parts_->kafka->use_identity(TRY(parts_->read_identity()));
  return {};
}

std::vector<KafkaPort> Wiring::kafka_ports() const {
  if (!parts_->kafka_listens) return {};
  std::vector<KafkaPort> ports = parts_->options.kafka;
  for (size_t i = 0; i < ports.size(); ++i) ports[i].address.port = parts_->kafka->port(i);
  return ports;
}

std::optional<Address> Wiring::http_address() const {
  if (!parts_->http_listens) return std::nullopt;
  return Address{.host = parts_->options.http->host, .port = parts_->http->port()};
}

std::vector<std::string> Wiring::summary() const {
  std::vector<std::string> lines;
  for (const auto& [name, source] : parts_->sources) {
    auto status = source->status();
    lines.push_back("source " + name + ": " + std::to_string(status.records) + " records, " +
                    std::to_string(status.calls) + " calls");
  }
  for (const auto& table : parts_->lake->status()) {
    lines.push_back("table " + table.name + ": " + std::to_string(table.rows) + " rows in " +
                    std::to_string(table.files) + " files");
  }
  return lines;
}

runtime::Task<http::Response> Wiring::call(http::Request request) {
  check(parts_->local_router.has_value(), "the admin API is asked before it is served");
  auto match = parts_->local_router->match(request.method, request.path);
  if (match.route == nullptr) co_return http::problem(404, "no such resource");
  request.path_params = match.path_params;
  request.route = match.route->pattern;
  auto response = co_await match.route->handler(std::move(request));
  if (response || http::status_of(response.error().code()) == 500) co_return response;
  co_return http::problem(response.error());
}

}  // namespace tarn::app
