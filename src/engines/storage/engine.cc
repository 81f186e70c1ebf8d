#include "engines/storage/engine.h"

#include <random>

#include "base/check.h"
#include "engines/storage/core.h"
#include "engines/storage/recovery.h"

namespace tarn::storage {

Result<std::unique_ptr<Engine>> Engine::open(os::FileSystem& files, const os::Clock& clock,
                                             telemetry::Logger logger,
                                             telemetry::MetricRegistry& metrics,
                                             EngineOptions options) {
  const DirectoryLayout layout(options.directory);
  TRY(os::make_directories(files, layout.root));
  os::FileLock lock = TRY(os::FileLock::acquire(files, layout.lock));
  const RecoveryOptions recovery{.producer_expiration = options.producer_expiration,
                                 .new_salt = std::random_device()()};
  auto reserve = std::make_unique<DiskReserve>(files, layout.reserve, options.reserve_file_bytes);
  // Whatever the start has to write, here and in other modules, finds room.
  reserve->give_if_short();
  auto recovered = recover(files, layout, logger, recovery);
  if (!recovered && recovered.error().code() == ErrorCode::resource_exhausted) {
    return recovered.error().with_context("make space on the disk of " + layout.root +
                                          ", then start again");
  }
  Checkpoint state = TRY(std::move(recovered));
  auto ring = TRY(JournalRing::open(files,
                                    {.directory = layout.journal,
                                     .file_bytes = options.journal_file_bytes,
                                     .files_max = options.journal_files_max,
                                     .disk_reserve_bytes = options.disk_reserve_bytes},
                                    state.journal));
  reserve->fill();
  auto core = std::make_unique<Core>(
      files, clock, std::move(logger), metrics, std::move(options),
      Core::Start{std::move(lock), std::move(reserve), std::move(state), std::move(ring)});
  return std::unique_ptr<Engine>(new Engine(std::move(core)));
}

Engine::Engine(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Engine::~Engine() = default;

LogId Engine::allocate_log_id() {
  return core_->allocate_log_id();
}
void Engine::submit(Transaction transaction, Done done) {
  core_->submit(std::move(transaction), std::move(done));
}
bool Engine::commit_round() {
  return core_->commit_round();
}
std::map<LogId, LogState> Engine::logs() const {
  return core_->views().states();
}
std::optional<LogState> Engine::state(LogId log) const {
  auto view = core_->views().find(log);
  if (!view) return std::nullopt;
  return view->state;
}
std::map<std::string, Bytes> Engine::metadata() const {
  return core_->views().metadata();
}
std::optional<Result<ReadResult>> Engine::read_cached(LogId log, Offset from,
                                                      size_t bytes_max) const {
  return core_->read_cached(log, from, bytes_max);
}
Result<ReadResult> Engine::read(LogId log, Offset from, size_t bytes_max) const {
  return core_->read(log, from, bytes_max);
}
Result<std::optional<SharedBytes>> Engine::find_batch_at(LogId log, Timestamp at) const {
  return core_->find_batch_at(log, at);
}
Result<std::vector<EpochStart>> Engine::epochs(LogId log) const {
  auto view = core_->views().find(log);
  if (!view) return Error(ErrorCode::not_found, "there is no log " + std::to_string(log.value()));
  return *view->epochs;
}
std::vector<AbortedTransaction> Engine::aborted(LogId log, Offset from, Offset to) const {
  const auto view = core_->views().find(log);
  return view ? view->aborted->find(from, to) : std::vector<AbortedTransaction>();
}
Result<std::vector<ProducerState>> Engine::producers(LogId log) const {
  return core_->producers(log);
}
Result<std::vector<OpenTransaction>> Engine::open_transactions() const {
  return core_->open_transactions();
}
Result<HeldBytes> Engine::apply_retention(RetentionHolds holds) {
  return core_->apply_retention(std::move(holds));
}
Result<Compacted> Engine::compact(RetentionHolds holds, std::stop_token stop) {
  return core_->compact(std::move(holds), std::move(stop));
}
Result<std::vector<Damage>> Engine::examine(LogId log) const {
  return core_->examine(log);
}
Result<std::vector<Damage>> Engine::repair(LogId log) {
  return core_->repair(log);
}
Status Engine::checkpoint() {
  return core_->checkpoint();
}
std::optional<std::string> Engine::shortage() const {
  return core_->shortage();
}
bool Engine::stopped() const {
  return core_->stopped();
}

}  // namespace tarn::storage
