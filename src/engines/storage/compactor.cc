#include "engines/storage/compactor.h"

#include <algorithm>
#include <numeric>

#include "engines/storage/disk_reserve.h"
#include "formats/record/record_reader.h"

namespace tarn::storage {
namespace {

uint64_t bytes_of(std::span<const SegmentInfo> segments) {
  return std::accumulate(
      segments.begin(), segments.end(), uint64_t{0},
      [](uint64_t sum, const SegmentInfo& segment) { return sum + segment.bytes; });
}

}  // namespace

Compactor::Compactor(os::FileSystem& files, const CompactionJob& job, CompactorOptions options,
                     std::stop_token stop, Swap swap)
    : files_(files),
      job_(job),
      options_(options),
      pace_(options.bytes_per_second, std::move(stop)),
      swap_(std::move(swap)),
      aborted_(job.aborted),
      keys_(options.memory_bytes, options.secret) {}

Status Compactor::run() {
  const Offset mapped_to = TRY(map_keys());
  BatchCleaner cleaner(job_, aborted_, keys_, mapped_to, options_.now);
  for (size_t next = 0;;) {
    const Group group = group_from(next, mapped_to);
    if (!TRY(compact(group, mapped_to, cleaner)) || group.is_last) return {};
    next = group.end;
  }
}

Result<SegmentScanner> Compactor::scan(size_t segment) const {
  return SegmentScanner::open(*job_.segments[segment], job_.infos[segment].bytes,
                              job_.end_of(segment), job_.epochs);
}

Result<std::optional<StoredBatch>> Compactor::next(SegmentScanner& scanner) {
  auto batch = TRY(scanner.next());
  const uint64_t bytes = scanner.take_read_bytes();
  done_.read_bytes += bytes;
  TRY(pace_.spend(bytes));
  return batch;
}

Result<Offset> Compactor::map_keys() {
  for (size_t i = 0; i < job_.infos.size(); ++i) {
    if (job_.end_of(i) <= job_.dirty_from) continue;
    auto scanner = TRY(scan(i));
    while (const auto batch = TRY(next(scanner))) {
      if (batch->header.next_offset() <= job_.dirty_from) continue;
      if (!TRY(map_batch(*batch))) return batch->header.base_offset;
    }
  }
  return job_.end;
}

Result<bool> Compactor::map_batch(const StoredBatch& batch) {
  const record::BatchHeader& header = batch.header;
  if (header.is_control() || aborted_.contains(header)) return true;
  if (static_cast<size_t>(header.record_count) > keys_.room()) {
    // One that never fits supersedes nothing, and the work goes on behind it.
    return keys_.keys() == 0;
  }
  auto reader = record::RecordReader::open(batch.bytes);
  if (!reader) return true;  // stays as it is
  while (true) {
    const auto record = reader->next();
    if (!record || !*record) return true;
    if ((*record)->key) keys_.put(*(*record)->key, (*record)->offset);
  }
}

Compactor::Group Compactor::group_from(size_t first, Offset mapped_to) const {
  const auto is_in = [&](size_t i) {
    return i < job_.infos.size() && job_.infos[i].base < mapped_to;
  };
  Group group{.first = first, .end = first + 1, .is_last = false};
  uint64_t bytes = job_.infos[first].bytes;
  while (is_in(group.end) && bytes + job_.infos[group.end].bytes <= job_.config.segment_bytes) {
    bytes += job_.infos[group.end++].bytes;
  }
  group.is_last = !is_in(group.end);
  return group;
}

Result<bool> Compactor::compact(const Group& group, Offset mapped_to, BatchCleaner& cleaner) {
  SegmentReplacement replacement{.compacted = group.is_last ? mapped_to : job_.dirty_from};
  if (group.end - group.first == 1 && !TRY(changes(group.first, cleaner))) {
    return group.is_last ? swap_(replacement, {}) : Result<bool>(true);
  }
  TRY(check_space(bytes_of(std::span(job_.infos).subspan(group.first, group.end - group.first))));
  SegmentOutput output(files_, job_.folder, info_of(group), job_.config.index_interval_bytes,
                       pace_);
  Status copied = copy(group, cleaner, output, replacement);
  if (copied && !output.empty()) copied = output.finish();
  has_failed_to_write_ |= output.has_failed();
  if (!copied) {
    output.abandon();
    return copied.error();
  }
  return swap(group, output, std::move(replacement));
}

Result<bool> Compactor::changes(size_t segment, BatchCleaner& cleaner) {
  BatchCleaner probe = cleaner;
  auto scanner = TRY(scan(segment));
  while (const auto batch = TRY(next(scanner))) {
    if (probe.clean(*batch).verdict != BatchCleaner::Verdict::keep) return true;
  }
  cleaner = std::move(probe);
  return false;
}

Status Compactor::copy(const Group& group, BatchCleaner& cleaner, SegmentOutput& output,
                       SegmentReplacement& replacement) {
  for (size_t i = group.first; i < group.end; ++i) {
    replacement.out.push_back(job_.infos[i].name());
    auto scanner = TRY(scan(i));
    while (const auto batch = TRY(next(scanner))) {
      const BatchCleaner::Cleaned cleaned = cleaner.clean(*batch);
      if (cleaned.forgotten) replacement.forgotten.push_back(*cleaned.forgotten);
      if (cleaned.verdict == BatchCleaner::Verdict::drop) continue;
      if (cleaned.verdict == BatchCleaner::Verdict::keep) {
        TRY(output.add(batch->header, batch->bytes));
      } else {
        const auto header = TRY(record::read_batch_header(cleaned.replacement));
        TRY(output.add(header, cleaned.replacement));
      }
    }
  }
  return {};
}

Result<bool> Compactor::swap(const Group& group, SegmentOutput& output,
                             SegmentReplacement replacement) {
  SegmentList in;
  if (!output.empty()) {
    replacement.in.push_back(output.info());
    in.push_back(output.segment());
  }
  // After an error nobody knows whether the swap is durable: recovery will.
  const bool swapped = TRY(swap_(replacement, in));
  if (!swapped) {
    output.abandon();
    return false;
  }
  const uint64_t before =
      bytes_of(std::span(job_.infos).subspan(group.first, group.end - group.first));
  done_.removed_bytes += before - std::min(before, output.info().bytes);
  done_.logs = 1;
  return true;
}

SegmentInfo Compactor::info_of(const Group& group) const {
  SegmentInfo info = job_.infos[group.first];
  for (size_t i = group.first; i < group.end; ++i) {
    info.generation = std::max(info.generation, job_.infos[i].generation);
    info.first_append = std::min(info.first_append, job_.infos[i].first_append);
    info.last_append = std::max(info.last_append, job_.infos[i].last_append);
  }
  ++info.generation;
  return info;
}

Status Compactor::check_space(uint64_t bytes) const {
  const uint64_t free = TRY(files_.free_space(job_.folder));
  if (free >= options_.disk_reserve_bytes + bytes) return {};
  return Error(ErrorCode::resource_exhausted,
               shortage_text(job_.folder, free, options_.disk_reserve_bytes));
}

}  // namespace tarn::storage
