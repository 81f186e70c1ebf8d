// Collects the entries of one round and writes it.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "engines/storage/journal_format.h"
#include "platform/os/file_system.h"

namespace tarn::storage {

class RoundWriter {
 public:
  // The body is borrowed until write().
  void add(const EntryHeader& header, BytesView body);
  void add_owned(const EntryHeader& header, Bytes body);
  // A whole record batch with its right crc, which saves computing another over the same bytes.
  void add_batch(const EntryHeader& header, BytesView batch, uint32_t batch_crc);

  [[nodiscard]] size_t entry_count() const { return entries_.size(); }
  // Takes back what was added after there were `count` entries.
  void rewind(size_t count);
  [[nodiscard]] bool empty() const { return entries_.empty(); }

  // One write; not durable before the caller syncs the file. Returns the bytes taken, whole pages.
  Result<size_t> write(os::File& file, uint64_t position, const RoundId& id, Timestamp at) const;

  // The whole pages that a round takes.
  static size_t bytes_for(size_t entries, size_t body_bytes) {
    return round_up_to_page(kRoundHeaderBytes + entries * kEntryHeaderBytes + body_bytes);
  }

 private:
  struct Entry {
    EntryHeader header;
    BytesView body;
    std::optional<uint32_t> batch_crc = std::nullopt;
    [[nodiscard]] uint32_t crc(uint32_t seed) const;
  };
  [[nodiscard]] Bytes head(const RoundId& id, Timestamp at, size_t body_bytes) const;

  std::vector<Entry> entries_;
  std::deque<Bytes> owned_;  // of the entries added by add_owned; a deque moves nothing
};

}  // namespace tarn::storage
