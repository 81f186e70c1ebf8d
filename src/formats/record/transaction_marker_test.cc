#include "formats/record/transaction_marker.h"

#include <gtest/gtest.h>

#include "formats/record/batch_builder.h"
#include "formats/record/validate.h"

namespace tarn::record {
namespace {

TEST(TransactionMarker, IsReadAsItWasWritten) {
  for (const TransactionEnd end : {TransactionEnd::abort, TransactionEnd::commit}) {
    const Bytes batch = build_marker(
        {.producer = ProducerId(7), .producer_epoch = 3, .end = end, .coordinator_epoch = 5},
        from_unix_millis(1'700'000'000'000));
    const auto header = read_batch_header(batch);
    ASSERT_TRUE(header);
    EXPECT_TRUE(header->is_control());
    EXPECT_TRUE(header->is_transactional());
    EXPECT_EQ(header->base_sequence, -1);
    EXPECT_TRUE(verify_batch_crc(*header, batch));
    const auto marker = read_marker(batch);
    ASSERT_TRUE(marker);
    EXPECT_EQ(marker->producer, ProducerId(7));
    EXPECT_EQ(marker->producer_epoch, 3);
    EXPECT_EQ(marker->end, end);
    EXPECT_EQ(marker->coordinator_epoch, 5);
  }
}

TEST(TransactionMarker, RecordsOfUsersAreNone) {
  BatchBuilder builder;
  const Bytes key(4);
  builder.add({.timestamp = from_unix_millis(0), .key = key});
  EXPECT_FALSE(read_marker(std::move(builder).finish()));
}

TEST(TransactionMarker, AnotherTypeOfControlBatchIsNone) {
  BatchBuilder builder({.control = true});
  const Bytes key = {std::byte{0}, std::byte{0}, std::byte{0}, std::byte{2}};  // of a Raft leader
  builder.add({.timestamp = from_unix_millis(0), .key = key});
  EXPECT_FALSE(read_marker(std::move(builder).finish()));
}

}  // namespace
}  // namespace tarn::record
