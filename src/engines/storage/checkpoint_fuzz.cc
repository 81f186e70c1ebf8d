// A checkpoint that is read at all is written back as bytes that read the same.
#include "base/check.h"
#include "base/crc32c.h"
#include "engines/storage/checkpoint_reader.h"
#include "engines/storage/checkpoint_writer.h"

namespace {

using namespace tarn;
using namespace tarn::storage;

Bytes write(const Checkpoint& checkpoint) {
  CheckpointWriter writer(checkpoint.journal,
                          checkpoint.clean ? Shutdown::clean : Shutdown::running,
                          checkpoint.next_log);
  writer.put_metadata(checkpoint.metadata);
  writer.begin_logs(checkpoint.logs.size());
  for (const auto& [id, log] : checkpoint.logs) writer.put_log(log, log.quarantined);
  return std::move(writer).finish();
}

// The fuzzer gives the body; what is in front is made right.
Bytes with_header(BytesView body) {
  ByteWriter out;
  out.write_u32(kCheckpointMagic);
  out.write_u32(0);
  out.write_u64(body.size());
  out.write_bytes(body);
  out.patch_u32(4, crc32c(out.view().subspan(kCheckpointCrcEnd)));
  return std::move(out).take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto read = read_checkpoint(with_header(std::as_bytes(std::span(data, size))));
  if (!read) return 0;
  const Bytes once = write(*read);
  const auto again = read_checkpoint(once);
  check(again && write(*again) == once, "the same checkpoint");
  return 0;
}
