#include "services/broker/committed_records.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "formats/record/batch_header.h"

namespace tarn::broker {

std::vector<SharedBytes> committed_records(std::vector<SharedBytes> batches,
                                           std::vector<storage::AbortedTransaction> aborted) {
  std::ranges::sort(aborted, {}, &storage::AbortedTransaction::first);
  auto next = aborted.begin();
  std::set<std::pair<ProducerId, Offset>> open;  // aborted ones that have begun, by their markers
  std::erase_if(batches, [&](const SharedBytes& batch) {
    const auto header = record::read_batch_header(batch.view());
    check(header.has_value(), "the engine gives whole batches");
    for (; next != aborted.end() && next->first <= header->last_offset(); ++next) {
      open.emplace(next->producer, next->marker);
    }
    if (header->is_control()) {
      open.erase({header->producer_id, header->base_offset});
      return true;
    }
    const auto of_producer = open.lower_bound({header->producer_id, header->base_offset});
    return header->is_transactional() && of_producer != open.end() &&
           of_producer->first == header->producer_id;
  });
  return batches;
}

}  // namespace tarn::broker
