// A disk on which some bits are wrong: the first byte of the input says which disk, of a compacted
// log or of all else; then five bytes each say which file, where, and which bit.
// Oracle: whatever is still served was written at that place at some time; the rest is an error. A
// log that is not quarantined takes records and gives them back.
#include <set>

#include "base/check.h"
#include "engines/storage/testing/workload.h"

namespace {

using namespace tarn;
using namespace tarn::storage;
using storage::testing::StorageWorld;
using Written = std::set<std::pair<LogId, Bytes>>;

constexpr size_t kDamageBytes = 5;
constexpr size_t kDamagesMax = 8;  // more could forge a checksum

struct Past {
  os::testing::FaultFileSystem::Disk disk;  // of a process that was killed
  std::vector<std::string> paths;
  Written written;
};

void note(StorageWorld& world, Written& written) {
  for (const auto& [id, log] : world.content().logs) {
    for (const Bytes& batch : log.batches) written.emplace(id, batch);
  }
}

Past make_past(const std::vector<storage::testing::WorkStep>& steps) {
  Past past;
  StorageWorld world;
  for (const auto& step : steps) {
    check(step(world), "the workload runs");
    note(world, past.written);
  }
  world.kill();
  past.disk = world.files.disk();
  past.paths = world.files.paths();
  return past;
}

void damage(StorageWorld& world, const Past& past, BytesView input) {
  ByteReader reader(input);
  for (size_t i = 0; i < kDamagesMax && reader.remaining() >= kDamageBytes; ++i) {
    const auto file = static_cast<uint8_t>(reader.read_i8());
    const auto where = static_cast<uint16_t>(reader.read_i16());
    const auto bit = static_cast<uint16_t>(reader.read_i16());
    const std::string& path = past.paths[file % past.paths.size()];
    const size_t size = os::read_file(world.files, path)->size();
    if (size > 0) world.files.flip_bit(path, where % size, bit % 8);
  }
}

void check_log(StorageWorld& world, LogId id, const LogState& state, const Written& written) {
  for (Offset next = state.start; next < state.end;) {
    const auto read = world.engine->read(id, next, 300);
    if (!read) {
      check(read.error().code() == ErrorCode::corrupt, "damage is called so");
      return;
    }
    for (const auto& batch : read->batches) {
      const Bytes bytes(batch.view().begin(), batch.view().end());
      check(written.contains({id, bytes}), "only what was written is served");
    }
    check(read->next > next, "a read makes progress");
    next = read->next;
  }
}

void check_append(StorageWorld& world, LogId id) {
  const auto state = world.engine->state(id);
  if (!state || state->quarantined) return;
  const auto done = world.append(id, {.fill = 200});
  if (!done) {
    check(world.engine->state(id)->quarantined, "only damage refuses a record");
    return;
  }
  check(done->front().base == state->end, "the record is the next one");
  check(world.engine->read(id, state->end, 1)->next == state->end + 1, "and is read");
}

// What is served afterwards was written, or stands for what was given up.
void check_repair(StorageWorld& world, LogId id, const Written& written) {
  const auto state = world.engine->state(id);
  if (!state || !state->quarantined) return;
  check(world.engine->repair(id).has_value(), "damage can be given up");
  check(world.engine->examine(id)->empty(), "and is gone then");
  for (Offset next = state->start; next < state->end;) {
    const auto read = world.engine->read(id, next, 300);
    check(read.has_value(), "a repaired log is read to its end");
    for (const auto& batch : read->batches) {
      const Bytes bytes(batch.view().begin(), batch.view().end());
      check(written.contains({id, bytes}) || record::read_batch_header(bytes)->record_count == 0,
            "nothing is made up");
    }
    next = read->next;
  }
  check_append(world, id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Past kPasts[] = {make_past(storage::testing::whole_workload()),
                                make_past(storage::testing::compaction_workload())};
  static StorageWorld world;
  if (size == 0) return 0;
  const Past& past = kPasts[data[0] % std::size(kPasts)];
  world.engine.reset();
  world.files.restore(past.disk);
  damage(world, past, std::as_bytes(std::span(data + 1, size - 1)));
  if (!world.open()) return 0;
  for (const auto& [id, state] : world.engine->logs()) {
    check_log(world, id, state, past.written);
    check_append(world, id);
    check_repair(world, id, past.written);
  }
  return 0;
}
