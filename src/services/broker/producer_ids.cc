#include "services/broker/producer_ids.h"

namespace tarn::broker {
namespace {

constexpr const char* kKey = "producer-ids";
constexpr int8_t kVersion = 1;

Bytes encode(int64_t end) {
  ByteWriter writer;
  writer.write_i8(kVersion);
  writer.write_i64(end);
  return std::move(writer).take();
}

}  // namespace

Result<ProducerIds> ProducerIds::load(const std::map<std::string, Bytes>& metadata) {
  const auto found = metadata.find(kKey);
  if (found == metadata.end()) return ProducerIds(0);
  ByteReader reader(found->second);
  const int8_t version = reader.read_i8();
  const int64_t next = reader.read_i64();
  if (reader.failed() || reader.remaining() > 0 || version != kVersion || next < 0) {
    return Error(ErrorCode::corrupt, "the stored number of the next producer cannot be read");
  }
  return ProducerIds(next);
}

void ProducerIds::allocate(CommitInbox& inbox, Done done) {
  if (next_ < end_) return done(ProducerIdentity{ProducerId(next_++), 0});
  waiting_.push_back(std::move(done));
  if (waiting_.size() == 1) take_block(inbox);
}

void ProducerIds::take_block(CommitInbox& inbox) {
  const int64_t end = end_ + kBlock;
  inbox.submit({storage::PutMetadata{kKey, encode(end)}},
               [this, &inbox, end](Answer<storage::Committed> result) {
                 if (result) {
                   next_ = end_;
                   end_ = end;
                   return serve(inbox);
                 }
                 for (Done& done : std::exchange(waiting_, {})) {
                   done(std::unexpected(result.error()));
                 }
               });
}

void ProducerIds::serve(CommitInbox& inbox) {
  std::vector<Done> served = std::exchange(waiting_, {});
  for (Done& done : served) allocate(inbox, std::move(done));
}

}  // namespace tarn::broker
