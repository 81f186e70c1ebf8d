#include "engines/storage/journal_reader.h"

#include <algorithm>

namespace tarn::storage {
namespace {

struct RoundHeader {
  uint32_t crc = 0;
  uint64_t lap = 0;
  uint64_t number = 0;
  Timestamp at{};
  uint32_t entry_count = 0;
  uint32_t body_bytes = 0;
};

std::optional<RoundHeader> read_header(BytesView bytes) {
  ByteReader reader(bytes);
  if (reader.read_u32() != kRoundMagic) return std::nullopt;
  RoundHeader header;
  header.crc = reader.read_u32();
  header.lap = reader.read_u64();
  header.number = reader.read_u64();
  header.at = from_unix_millis(reader.read_i64());
  header.entry_count = reader.read_u32();
  header.body_bytes = reader.read_u32();
  if (reader.failed() || header.entry_count > kEntriesMax) return std::nullopt;
  return header;
}

RoundEntry read_entry(ByteReader& list, ByteReader& bodies, uint32_t seed) {
  RoundEntry entry;
  entry.header.kind = static_cast<EntryKind>(list.read_u32());
  const uint32_t length = list.read_u32();
  entry.header.log = LogId(list.read_u64());
  entry.header.epoch = LeaderEpoch(list.read_i32());
  const uint32_t crc = list.read_u32();
  entry.header.segment_base = Offset(list.read_i64());
  entry.header.position = list.read_u64();
  entry.header.base_offset = Offset(list.read_i64());
  entry.body = bodies.read_bytes(length);
  entry.damaged = entry.body.size() != length || crc32c(entry.body, seed) != crc;
  return entry;
}

// Laps only grow from one use of a file to the next: an old one at the start means that nothing in
// the file is of interest. A start that does not hold says nothing.
Result<bool> is_old(os::FileSystem& files, const std::string& path, const ScanStart& start) {
  constexpr size_t kStartBytes = 64 << 10;  // the list of entries of all but the largest rounds
  auto file = TRY(files.open(path, os::OpenMode::read));
  Bytes content(kStartBytes);
  content.resize(TRY(file->read_at(0, content)));
  const auto round = read_round(content, start.salt);
  return round && round->lap < start.lap;
}

// All rounds of one file that are of interest.
void scan_file(const std::string& path, BytesView content, const ScanStart& start,
               JournalScan& scan) {
  size_t position = 0;
  while (position + kRoundHeaderBytes <= content.size()) {
    const auto round = read_round(content.subspan(position), start.salt);
    if (!round) {
      position += kJournalPageBytes;
      continue;
    }
    scan.lap_last = std::max(scan.lap_last, round->lap);
    if (round->lap >= start.lap && round->number > start.number) {
      scan.rounds.push_back({path, position, round->lap, round->number, round->damaged});
    }
    position += round->damaged ? kJournalPageBytes : round->bytes;
  }
}

// Of rounds with one number the one of the latest lap counts: the others were torn tails.
void drop_superseded(std::vector<RoundReference>& rounds) {
  std::ranges::sort(rounds, [](const auto& a, const auto& b) {
    return a.number != b.number ? a.number < b.number : a.lap > b.lap;
  });
  const auto same = [](const auto& a, const auto& b) { return a.number == b.number; };
  rounds.erase(std::unique(rounds.begin(), rounds.end(), same), rounds.end());
}

}  // namespace

std::optional<Round> read_round(BytesView bytes, uint32_t salt) {
  const auto header = read_header(bytes);
  if (!header) return std::nullopt;
  const size_t list_bytes = size_t{header->entry_count} * kEntryHeaderBytes;
  if (bytes.size() - kRoundHeaderBytes < list_bytes) return std::nullopt;
  const uint32_t seed = crc_seed({salt, header->lap, header->number});
  const auto covered = bytes.subspan(kRoundCrcEnd, kRoundHeaderBytes - kRoundCrcEnd + list_bytes);
  if (crc32c(covered, seed) != header->crc) return std::nullopt;

  Round round{.lap = header->lap, .number = header->number, .at = header->at};
  round.bytes = round_up_to_page(kRoundHeaderBytes + list_bytes + header->body_bytes);
  ByteReader list(bytes.subspan(kRoundHeaderBytes, list_bytes));
  ByteReader bodies(bytes.subspan(kRoundHeaderBytes + list_bytes));
  round.entries.reserve(header->entry_count);
  for (uint32_t i = 0; i < header->entry_count; ++i) {
    round.entries.push_back(read_entry(list, bodies, seed));
    round.damaged |= round.entries.back().damaged;
  }
  return round;
}

Result<JournalScan> scan_journal(os::FileSystem& files, const std::vector<std::string>& paths,
                                 const ScanStart& start) {
  JournalScan scan{.lap_last = start.lap, .number_last = start.number};
  for (const std::string& path : paths) {
    if (TRY(is_old(files, path, start))) continue;
    scan_file(path, TRY(os::read_file(files, path)), start, scan);
  }
  drop_superseded(scan.rounds);
  // The next round is written only after the sync of this one. So the last round may be torn, and
  // is cut whole; any other was acknowledged.
  if (!scan.rounds.empty() && scan.rounds.back().damaged) scan.rounds.pop_back();
  if (!scan.rounds.empty()) {
    scan.number_last = scan.rounds.back().number;
    scan.rounds_lost = scan.number_last - start.number - scan.rounds.size();
  }
  return scan;
}

}  // namespace tarn::storage
