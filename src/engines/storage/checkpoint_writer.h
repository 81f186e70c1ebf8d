// Encodes checkpoints piece by piece, so that nothing needs to be copied first.
#pragma once

#include "base/bytes.h"
#include "engines/storage/checkpoint_format.h"

namespace tarn::storage {

enum class Shutdown { running, clean };

class CheckpointWriter {
 public:
  CheckpointWriter(const JournalPoint& journal, Shutdown shutdown, LogId next_log);
  void put_metadata(const std::map<std::string, Bytes>& metadata);
  // Call once, after the metadata.
  void begin_logs(size_t count);
  void put_log(const LogRecord& log, bool quarantined);
  // The content of the file.
  Bytes finish() &&;

 private:
  ByteWriter out_;
};

}  // namespace tarn::storage
