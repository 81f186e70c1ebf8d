#include "engines/storage/log_repair.h"

#include <algorithm>

#include "formats/record/placeholder.h"

namespace tarn::storage {

Result<std::vector<Damage>> LogRepair::examine() const {
  std::vector<Damage> damages;
  for (size_t i = 0; i < job_.segments.size(); ++i) {
    TRY(examine(i, [](const StoredBatch&) -> Status { return {}; }, damages));
  }
  return damages;
}

Status LogRepair::examine(size_t segment, const Visit& visit, std::vector<Damage>& damages) const {
  const Segment& file = *job_.segments[segment];
  const uint64_t bytes = job_.infos[segment].bytes;
  const Offset end = job_.end_of(segment);
  Offset next = file.base();
  uint64_t position = 0;
  auto give_up = [&](uint64_t to_position, Offset to, std::string why) {
    damages.push_back({.path = file.path(),
                       .position = position,
                       .bytes = to_position - position,
                       .from = next,
                       .to = to,
                       .why = std::move(why)});
  };
  auto opened = SegmentScanner::open(file, bytes, end, job_.epochs);
  if (!opened && opened.error().code() == ErrorCode::not_found) {
    give_up(bytes, end, "the file is missing");
    return {};
  }
  if (!opened) return opened.error();
  SegmentScanner& scanner = *opened;
  while (true) {
    auto batch = scanner.next();
    if (!batch && batch.error().code() == ErrorCode::corrupt) {
      std::string why = batch.error().message();
      batch = scanner.find_next();
      if (!batch) return batch.error();
      give_up(*batch ? scanner.position() - (*batch)->bytes.size() : bytes,
              *batch ? (*batch)->header.base_offset : end, std::move(why));
    }
    if (!batch) return batch.error();
    if (!*batch) break;
    TRY(visit(**batch));
    next = (*batch)->header.next_offset();
    position = scanner.position();
  }
  const bool is_whole = next == end || file.offsets() == Offsets::with_gaps;
  const bool is_told =
      !damages.empty() && damages.back().path == file.path() && damages.back().to == end;
  if (!is_whole && !is_told) give_up(bytes, end, file.path() + " ends too early");
  return {};
}

Status LogRepair::repair(const std::vector<Damage>& damages, const Swap& swap) const {
  for (size_t i = 0; i < job_.segments.size(); ++i) {
    const auto in_segment =
        std::ranges::equal_range(damages, job_.segments[i]->path(), {}, &Damage::path);
    if (!in_segment.empty()) TRY(rewrite(i, {in_segment.begin(), in_segment.end()}, swap));
  }
  const SegmentReplacement end{.compacted = job_.dirty_from,
                               .purpose = SegmentReplacement::Purpose::end_of_repair};
  if (TRY(swap(end, {}))) return {};
  return Error(ErrorCode::failed_precondition, "the log has changed while it was repaired");
}

Status LogRepair::rewrite(size_t segment, std::span<const Damage> damages, const Swap& swap) const {
  SegmentInfo info = job_.infos[segment];
  SegmentReplacement replacement{.out = {info.name()},
                                 .compacted = job_.dirty_from,
                                 .purpose = SegmentReplacement::Purpose::repair};
  ++info.generation;
  CompactionPace pace(0, {});
  SegmentOutput output(files_, job_.folder, info, job_.config.index_interval_bytes, pace);
  auto fill_up_to = [&](Offset offset) -> Status {
    for (; !damages.empty() && damages.front().to <= offset; damages = damages.subspan(1)) {
      if (damages.front().from == damages.front().to)
        continue;  // compaction had left nothing there
      const auto [from, to] = std::pair(damages.front().from, damages.front().to);
      const Bytes empty = record::build_placeholder(from, to, epoch_at(job_.epochs, from));
      TRY(output.add(TRY(record::read_batch_header(empty)), empty));
    }
    return {};
  };
  std::vector<Damage> seen_again;
  auto written = examine(
      segment,
      [&](const StoredBatch& batch) -> Status {
        TRY(fill_up_to(batch.header.base_offset));
        return output.add(batch.header, batch.bytes);
      },
      seen_again);
  if (written) written = fill_up_to(job_.end_of(segment));
  if (written && !output.empty()) written = output.finish();
  if (!written) {
    output.abandon();
    return written;
  }
  SegmentList in;
  if (!output.empty()) {
    replacement.in.push_back(output.info());
    in.push_back(output.segment());
  }
  if (TRY(swap(replacement, in))) return {};
  output.abandon();
  return Error(ErrorCode::failed_precondition, "the log has changed while it was repaired");
}

}  // namespace tarn::storage
