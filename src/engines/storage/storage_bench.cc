// Commits against the disk's own limit, in one run: BM_RawWriteAndSync writes the same bytes into a
// file whose blocks exist and calls fdatasync, which is the least that an acknowledgement can cost.
// Expected: a commit of one small batch within 1.5 times of it; large batches bounded by writing
// everything twice (journal and segment), so half of the raw bandwidth.
#include <latch>
#include <thread>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "engines/storage/engine.h"
#include "engines/storage/testing/batches.h"
#include "platform/os/testing/temporary_directory.h"

namespace tarn::storage {
namespace {

constexpr uint64_t kFileBytes = 64 << 20;

void BM_RawWriteAndSync(benchmark::State& state) {
  os::testing::TemporaryDirectory directory;
  os::PosixFileSystem files;
  auto file = *files.open(directory / "raw", os::OpenMode::create_new);
  const Bytes zeros(kFileBytes);
  const BytesView all(zeros);
  if (!file->write_at(0, std::span(&all, 1)) || !file->sync()) state.SkipWithError("no disk");
  const BytesView part = all.first(static_cast<size_t>(state.range(0)));
  uint64_t position = 0;
  for (auto _ : state) {
    if (!file->write_at(position, std::span(&part, 1)) || !file->sync()) {
      state.SkipWithError("the disk failed");
    }
    position = (position + part.size() + 4095) / 4096 * 4096;
    if (position + part.size() > kFileBytes) position = 0;
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

class Bench {
 public:
  Bench() {
    engine_ = *Engine::open(files_, clock_, telemetry::Logger::silent(), metrics_,
                            {.directory = directory_ / "data"});
  }
  LogId create(const std::string& name) {
    const LogId log = engine_->allocate_log_id();
    Transaction transaction;
    transaction.emplace_back(
        CreateLog{log, name, {.segment_bytes = 256 << 20, .retention_bytes = 512 << 20}});
    commit_all(std::move(transaction));
    return log;
  }
  void submit(LogId log, const Bytes& batch, std::latch& done) {
    Transaction transaction;
    transaction.emplace_back(Append{log, MutableBytes(Bytes(batch))});
    engine_->submit(std::move(transaction), [&](const CommitResult& result) {
      check(result.has_value(), result ? "" : result.error().message);
      done.count_down();
    });
  }
  void commit_all(Transaction transaction) {
    std::latch done(1);
    engine_->submit(std::move(transaction), [&](const CommitResult&) { done.count_down(); });
    done.wait();
  }
  Engine& engine() { return *engine_; }

 private:
  os::testing::TemporaryDirectory directory_;
  os::PosixFileSystem files_;
  os::SystemClock clock_;
  telemetry::MetricRegistry metrics_;
  std::unique_ptr<Engine> engine_;
};

// One batch at a time, each waited for: the latency of an acknowledgement.
void BM_CommitOneByOne(benchmark::State& state) {
  Bench bench;
  const LogId log = bench.create("bench-0");
  const Bytes batch = testing::make_batch({.payload_bytes = static_cast<size_t>(state.range(0))});
  for (auto _ : state) {
    std::latch done(1);
    bench.submit(log, batch, done);
    done.wait();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(batch.size()));
}

// Many batches under way over many logs: what group commit makes of one fdatasync.
void BM_CommitUnderWay(benchmark::State& state) {
  constexpr std::ptrdiff_t kUnderWay = 256;
  Bench bench;
  std::vector<LogId> logs;
  for (int64_t i = 0; i < state.range(1); ++i) {
    logs.push_back(bench.create("bench-" + std::to_string(i)));
  }
  const Bytes batch = testing::make_batch({.payload_bytes = static_cast<size_t>(state.range(0))});
  for (auto _ : state) {
    std::latch done(kUnderWay);
    for (std::ptrdiff_t i = 0; i < kUnderWay; ++i) {
      bench.submit(logs[static_cast<size_t>(i) % logs.size()], batch, done);
    }
    done.wait();
  }
  state.SetItemsProcessed(state.iterations() * kUnderWay);
  state.SetBytesProcessed(state.iterations() * kUnderWay * static_cast<int64_t>(batch.size()));
}

// The first records of many logs in one go: what all others wait for meanwhile.
void BM_FirstAppends(benchmark::State& state) {
  Bench bench;
  const Bytes batch = testing::make_batch({.payload_bytes = 1 << 10});
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<LogId> logs;
    for (int64_t i = 0; i < state.range(0); ++i) logs.push_back(bench.create("new"));
    std::latch done(state.range(0));
    state.ResumeTiming();
    for (const LogId log : logs) bench.submit(log, batch, done);
    done.wait();
  }
}

BENCHMARK(BM_FirstAppends)->Arg(1000)->Iterations(3)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_RawWriteAndSync)->Arg(1 << 10)->Arg(64 << 10)->Arg(1 << 20)->UseRealTime();
BENCHMARK(BM_CommitOneByOne)->Arg(1 << 10)->Arg(64 << 10)->Arg(1 << 20)->UseRealTime();
BENCHMARK(BM_CommitUnderWay)
    ->Args({1 << 10, 1})
    ->Args({1 << 10, 1000})
    ->Args({16 << 10, 1})
    ->Args({64 << 10, 8})
    ->UseRealTime();

}  // namespace
}  // namespace tarn::storage
