#include "formats/record/transaction_marker.h"

#include "formats/record/batch_builder.h"
#include "formats/record/record_reader.h"

namespace tarn::record {
namespace {

constexpr int16_t kVersion = 0;

}  // namespace

Bytes build_marker(const TransactionMarker& marker, Timestamp at) {
  ByteWriter key;
  key.write_i16(kVersion);
  key.write_i16(static_cast<int16_t>(marker.end));
  ByteWriter value;
  value.write_i16(kVersion);
  value.write_i32(marker.coordinator_epoch);
  BatchBuilder builder({.producer_id = marker.producer,
                        .producer_epoch = marker.producer_epoch,
                        .transactional = true,
                        .control = true});
  builder.add({.timestamp = at, .key = key.view(), .value = value.view()});
  return std::move(builder).finish();
}

std::optional<TransactionMarker> read_marker(BytesView batch) {
  auto reader = RecordReader::open(batch);
  if (!reader || !reader->header().is_control()) return std::nullopt;
  const auto record = reader->next();
  if (!record || !*record || !(*record)->key) return std::nullopt;
  // Later versions only add fields.
  ByteReader key(*(*record)->key);
  key.read_i16();
  const int16_t type = key.read_i16();
  if (key.failed() || type < 0 || type > 1) return std::nullopt;
  ByteReader value((*record)->value.value_or(BytesView()));
  value.read_i16();
  const int32_t coordinator_epoch = value.read_i32();
  return TransactionMarker{.producer = reader->header().producer_id,
                           .producer_epoch = reader->header().producer_epoch,
                           .end = static_cast<TransactionEnd>(type),
                           .coordinator_epoch = value.failed() ? 0 : coordinator_epoch};
}

}  // namespace tarn::record
