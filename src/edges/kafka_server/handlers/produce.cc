// Produce has its effect in two steps: the batches of all partitions are handed to the broker when
// the request is read, so that requests of one connection need not wait for each other's fsync; the
// answer waits until they are durable. With acks 1 it waits exactly as with acks all.
#include "formats/kafka_protocol/produce.h"

#include <algorithm>

#include <fmt/format.h>

#include "edges/kafka_server/handler.h"
#include "edges/kafka_server/session.h"
#include "formats/record/batch_header.h"

namespace tarn::kafka_server {
namespace {

using namespace kafka_protocol;
using Produced = broker::Answer<broker::Produced>;

// One partition: refused at once, or under way.
struct Slot {
  size_t topic = 0;
  int32_t index = 0;
  std::optional<runtime::Awaitable<Produced>> pending;
  std::optional<Produced> known;
};

struct Submission {
  ProduceResponse response;  // the topics, still without partitions
  ProduceResponse refused;   // those that may not be written to, whole
  std::vector<Slot> slots;
};

constexpr int16_t kJoinsByRecordFrom = 12;  // KIP-890
constexpr size_t kShownBytes = 100;

bool acks_are_known(int16_t acks) {
  return acks >= -1 && acks <= 1;
}

Slot submit(const Services& services, const RequestContext& context,
            const ProduceRequest::Partition& partition, const broker::Topic* topic) {
  Slot slot{.index = partition.index};
  if (topic == nullptr) return slot;
  if (!partition.records || partition.records->empty()) {
    slot.known = broker::refuse(broker::Reason::invalid_record, "a partition without records");
    return slot;
  }
  slot.pending = services.broker.produce({topic->name, PartitionId(partition.index)},
                                         context.frame.part(*partition.records),
                                         transactions_of(kJoinsByRecordFrom, context));
  return slot;
}

Submission submit_all(const Services& services, const RequestContext& context,
                      const ProduceRequest& request) {
  Submission submission;
  for (const auto& topic : request.topics) {
    submission.response.topics.push_back(
        {.name = std::string(topic.name), .topic_id = topic.topic_id});
    const auto* found = find_topic(services, topic.name, topic.topic_id);
    for (const auto& partition : topic.partitions) {
      Slot slot = submit(services, context, partition, found);
      slot.topic = submission.response.topics.size() - 1;
      submission.slots.push_back(std::move(slot));
    }
  }
  return submission;
}

ProduceResponse refuse_all(const ProduceRequest& request, KafkaError error) {
  ProduceResponse response;
  for (const auto& topic : request.topics) {
    auto& refused = response.topics.emplace_back();
    refused.name = topic.name;
    refused.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      refused.partitions.push_back({.index = partition.index, .error_code = code(error)});
    }
  }
  return response;
}

ProduceResponse::Partition describe(int32_t index, const Produced& produced) {
  if (!produced) {
    ProduceResponse::Partition refused{.index = index,
                                       .error_code = code_of(produced.error()),
                                       .error_message = produced.error().message};
    for (const int32_t record : produced.error().records) {
      refused.record_errors.push_back({.batch_index = record, .message = std::nullopt});
    }
    return refused;
  }
  return {.index = index,
          .base_offset = produced->base.value(),
          .log_append_time_ms = produced->append_time ? unix_millis(*produced->append_time) : -1,
          .log_start_offset = produced->log_start.value()};
}

bool has_transactional_batch(const ProduceRequest& request) {
  const auto is_transactional = [](const ProduceRequest::Partition& partition) {
    const auto header = record::read_batch_header(partition.records.value_or(BytesView()));
    return header && header->is_transactional();
  };
  return std::ranges::any_of(request.topics, [&](const ProduceRequest::Topic& topic) {
    return std::ranges::any_of(topic.partitions, is_transactional);
  });
}

// A transaction is written to by who may use its id, whatever topics it is about.
bool may_write_transaction(const Guard& guard, const ProduceRequest& request) {
  if (!guard.is_on() || !has_transactional_batch(request)) return true;
  return request.transactional_id &&
         guard.may(ResourceType::transactional_id, *request.transactional_id);
}

std::optional<std::string> first_error(const ProduceResponse& response) {
  for (const auto& topic : response.topics) {
    for (const auto& partition : topic.partitions) {
      if (partition.error_code == 0) continue;
      return fmt::format("partition {} of '{}': error {} {}", partition.index,
                         topic.name.substr(0, kShownBytes), partition.error_code,
                         partition.error_message.value_or(""));
    }
  }
  return std::nullopt;
}

// Without acks there is no answer; what failed is told by the end of the connection, at which
// clients ask for the metadata anew.
std::optional<Frame> answer(const RequestContext& context, int16_t acks, ProduceResponse response) {
  if (acks != 0) {
    return encode_answer(context.throttle, response, context.version, context.correlation_id);
  }
  if (const auto error = first_error(response)) context.session->end(*error);
  return std::nullopt;
}

PendingAnswer finish(RequestContext context, int16_t acks, Submission submission) {
  for (auto& slot : submission.slots) {
    auto& topic = submission.response.topics[slot.topic];
    if (slot.pending) slot.known = co_await std::move(*slot.pending);
    if (slot.known) {
      topic.partitions.push_back(describe(slot.index, *slot.known));
    } else {
      topic.partitions.push_back(
          {.index = slot.index, .error_code = code_of_unknown(topic.topic_id)});
    }
  }
  add_refused(submission.response, std::move(submission.refused));
  // Awaited also without acks, so that such a client is slowed down by the disk like others.
  co_return answer(context, acks, std::move(submission.response));
}

PendingAnswer finish_refused(RequestContext context, int16_t acks, ProduceResponse response) {
  co_return answer(context, acks, std::move(response));
}

}  // namespace

Result<PendingAnswer> produce(const Services& services, RequestContext context) {
  auto request = TRY(decode<ProduceRequest>(context.body, context.version));
  if (!acks_are_known(request.acks)) {
    auto refused = refuse_all(request, KafkaError::invalid_required_acks);
    return finish_refused(std::move(context), request.acks, std::move(refused));
  }
  const Guard guard(services, context);
  if (!may_write_transaction(guard, request)) {
    auto refused = refuse_all(request, KafkaError::transactional_id_authorization_failed);
    return finish_refused(std::move(context), request.acks, std::move(refused));
  }
  ProduceResponse refused;
  if (guard.is_on()) permits::kTopics(services, guard, request, refused);
  auto submission = submit_all(services, context, request);
  submission.refused = std::move(refused);
  return finish(std::move(context), request.acks, std::move(submission));
}

}  // namespace tarn::kafka_server
