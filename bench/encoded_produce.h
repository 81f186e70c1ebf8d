// A Produce request that is encoded once and sent many times.
#pragma once

#include <string>
#include <vector>

#include "arguments.h"
#include "base/bytes.h"

namespace tarn::bench {

struct ProduceShape {
  std::string topic;
  int32_t partitions = 1;  // of the topic
  size_t bytes = 1024;     // of a record's value
  int32_t batch = 16;      // records in a batch
  int32_t spread = 1;      // partitions in a request, one batch each

  [[nodiscard]] int64_t records() const { return int64_t{batch} * spread; }
};
ProduceShape produce_shape(const Arguments& arguments);

class EncodedProduce {
 public:
  EncodedProduce(const ProduceShape& shape, int32_t first_partition);

  // The request to the next partitions, framed; valid until the next call.
  BytesView next();

 private:
  int32_t partitions_;
  int32_t next_;
  std::vector<size_t> places_;  // of the partitions in the frame
  Bytes frame_;
};

// In partitions.
struct ProduceAnswer {
  int32_t taken = 0;
  int32_t refused = 0;
};
ProduceAnswer read_produce_answer(BytesView frame);

}  // namespace tarn::bench
