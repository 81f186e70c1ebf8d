#include "edges/kafka_server/unsent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::kafka_server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SharedBytes bytes_of(size_t size) {
  return SharedBytes(Bytes(size, std::byte{'x'}));
}

kafka_protocol::Frame frame_of(std::vector<SharedBytes> pieces) {
  kafka_protocol::Frame frame;
  for (const SharedBytes& piece : pieces) frame.bytes += piece.size();
  frame.pieces = std::move(pieces);
  return frame;
}

std::vector<size_t> sizes(Unsent::Buffers buffers) {
  std::vector<size_t> sizes;
  for (const auto& buffer : buffers) sizes.push_back(buffer.size());
  return sizes;
}

TEST(Unsent, PiecesOfOneBufferAreOne) {
  const SharedBytes chunk = bytes_of(100);
  const auto frame = frame_of(
      {bytes_of(10), chunk.slice(0, 30), chunk.slice(30, 20), chunk.slice(60, 40), bytes_of(0)});
  EXPECT_THAT(sizes(Unsent(frame).step()), ElementsAre(10, 50, 40));
}

TEST(Unsent, AStepIsBoundedInBytes) {
  const auto frame = frame_of({bytes_of(10), bytes_of(3 * Unsent::kStepBytes)});
  EXPECT_THAT(sizes(Unsent(frame).step()), ElementsAre(10, Unsent::kStepBytes - 10));
}

TEST(Unsent, AStepIsBoundedInBuffers) {
  const SharedBytes odd = bytes_of(2 * Unsent::kStepBuffers + 2);
  kafka_protocol::Frame frame;
  for (size_t i = 0; i <= Unsent::kStepBuffers; ++i) frame.pieces.push_back(odd.slice(2 * i, 1));
  Unsent unsent(frame);
  EXPECT_EQ(unsent.step().size(), Unsent::kStepBuffers);
  unsent.advance(Unsent::kStepBuffers);
  EXPECT_THAT(sizes(unsent.step()), ElementsAre(1));
}

TEST(Unsent, WhatTheMachineTookIsNotSentAgain) {
  const auto frame = frame_of({bytes_of(10), bytes_of(20), bytes_of(30)});
  Unsent unsent(frame);
  const auto* last = frame.pieces[2].view().data();
  unsent.advance(35);
  EXPECT_THAT(sizes(unsent.step()), ElementsAre(25));
  EXPECT_EQ(unsent.step()[0].data(), last + 5);
  unsent.advance(25);
  EXPECT_THAT(unsent.step(), IsEmpty());
}

}  // namespace
}  // namespace tarn::kafka_server
