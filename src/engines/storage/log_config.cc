#include "engines/storage/log_config.h"

namespace tarn::storage {

void write_log_config(ByteWriter& out, const LogConfig& config) {
  out.write_u64(config.segment_bytes);
  out.write_i64(config.segment_age.count());
  out.write_i64(config.retention_age ? config.retention_age->count() : -1);
  out.write_i8(config.retention_bytes ? 1 : 0);
  out.write_u64(config.retention_bytes.value_or(0));
  out.write_u32(config.index_interval_bytes);
  out.write_i8(config.compact ? 1 : 0);
  out.write_i64(config.tombstone_retention.count());
  out.write_i64(config.compaction_lag_min.count());
  out.write_i64(config.compaction_lag_max.count());
  out.write_u32(config.dirty_ppm_min);
}

LogConfig read_log_config(ByteReader& in, ConfigLayout layout) {
  LogConfig config;
  config.segment_bytes = in.read_u64();
  config.segment_age = Millis(in.read_i64());
  const int64_t age = in.read_i64();
  config.retention_age = age < 0 ? std::nullopt : std::optional(Millis(age));
  const bool has_bytes = in.read_i8() != 0;
  const uint64_t bytes = in.read_u64();
  config.retention_bytes = has_bytes ? std::optional(bytes) : std::nullopt;
  config.index_interval_bytes = in.read_u32();
  if (layout == ConfigLayout::without_compaction) return config;
  config.compact = in.read_i8() != 0;
  config.tombstone_retention = Millis(in.read_i64());
  config.compaction_lag_min = Millis(in.read_i64());
  config.compaction_lag_max = Millis(in.read_i64());
  config.dirty_ppm_min = in.read_u32();
  return config;
}

LogConfig read_last_log_config(ByteReader& in) {
  constexpr size_t kFirstBytes = 37;
  return read_log_config(
      in, in.remaining() == kFirstBytes ? ConfigLayout::without_compaction : ConfigLayout::current);
}

void write_text(ByteWriter& out, std::string_view text) {
  out.write_u32(static_cast<uint32_t>(text.size()));
  out.write_text(text);
}

std::string read_text(ByteReader& in) {
  const uint32_t length = in.read_u32();
  return std::string(as_text(in.read_bytes(length)));
}

}  // namespace tarn::storage
