#include "formats/record/validate.h"

#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "formats/record/batch_builder.h"

namespace tarn::record {
namespace {

struct Validate : ::testing::Test {
  Bytes batch = batch_of({});

  static Bytes batch_of(BatchOptions options) {
    BatchBuilder builder(options);
    for (int i = 0; i < 3; ++i) builder.add({.value = as_bytes("value")});
    return std::move(builder).finish();
  }
  void put(size_t at, std::byte value) { batch[at] = value; }
  void seal() {
    const uint32_t crc = crc32c(BytesView(batch).subspan(kBatchCrcStart));
    for (size_t i = 0; i < 4; ++i) put(17 + i, static_cast<std::byte>(crc >> ((3 - i) * 8)));
  }
  ErrorCode refusal(size_t bytes_max = 1 << 20) {
    auto header = validate_batch(batch, bytes_max);
    return header ? ErrorCode::internal : header.error().code();
  }

  static constexpr size_t kMagic = 16;
  static constexpr size_t kAttributes = 22;
  static constexpr size_t kCountLow = 60;
};

TEST_F(Validate, AGoodBatchGivesItsHeader) {
  EXPECT_EQ(validate_batch(batch, batch.size())->record_count, 3);
}

TEST_F(Validate, ABatchAboveTheLimitIsTooLarge) {
  EXPECT_EQ(refusal(batch.size() - 1), ErrorCode::resource_exhausted);
}

TEST_F(Validate, AChangedByteIsCorrupt) {
  put(batch.size() - 3, std::byte{0x7f});
  EXPECT_EQ(refusal(), ErrorCode::corrupt);
}

TEST_F(Validate, ACutBatchIsCorrupt) {
  batch.pop_back();
  EXPECT_EQ(refusal(), ErrorCode::corrupt);
}

TEST_F(Validate, NoBytesAtAllAreCorrupt) {
  batch.clear();
  EXPECT_EQ(refusal(), ErrorCode::corrupt);
}

TEST_F(Validate, TwoBatchesAreOneTooMany) {
  auto second = batch;
  batch.insert(batch.end(), second.begin(), second.end());
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, OldFormatsAreRefused) {
  put(kMagic, std::byte{1});
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, ClientsDoNotWriteControlBatches) {
  put(kAttributes, std::byte{32});
  seal();
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, ClientsDoNotSetTheTimeOfArrival) {
  put(kAttributes, std::byte{8});
  seal();
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, TheCountMustMatchTheOffsets) {
  put(kCountLow, std::byte{2});
  seal();
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, RecordsMustBeWhatTheHeaderPromises) {
  put(26, std::byte{3});  // last offset delta
  put(kCountLow, std::byte{4});
  seal();
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, AnIdempotentProducerHasASequence) {
  batch = batch_of({.producer_id = ProducerId(1), .producer_epoch = 0});
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

TEST_F(Validate, ATransactionHasAProducer) {
  batch = batch_of({.transactional = true});
  EXPECT_EQ(refusal(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tarn::record
