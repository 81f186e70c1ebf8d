#include "engines/storage/testing/workload.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace tarn::storage::testing {
namespace {

constexpr LogId kOrders(1);
constexpr LogId kPayments(2);
constexpr LogId kOrdersAgain(3);
constexpr ProducerId kProducer(77);

WorkStep commit(std::function<Transaction(StorageWorld&)> make) {
  return [make = std::move(make)](StorageWorld& world) {
    return world.commit(make(world)).has_value();
  };
}

WorkStep create(LogId log, std::string name) {
  return commit([=](StorageWorld& world) {
    check(world.engine->allocate_log_id() <= log, "ids are given in order");
    return transaction(CreateLog{log, name, StorageWorld::tiny_config()});
  });
}

WorkStep append(LogId log, uint8_t fill, size_t bytes) {
  return commit([=](StorageWorld& world) {
    return transaction(StorageWorld::step(
        log, {.records = 2, .payload_bytes = bytes, .fill = fill, .at = world.clock.now()}));
  });
}

WorkStep append_in_sequence(LogId log, int32_t sequence) {
  return commit([=](StorageWorld& world) {
    return transaction(StorageWorld::step(log, {.fill = static_cast<uint8_t>(sequence),
                                                .at = world.clock.now(),
                                                .producer = kProducer,
                                                .epoch = 0,
                                                .sequence = sequence}));
  });
}

constexpr ProducerId kTransactional(78);

WorkStep append_in_transaction(LogId log, int32_t sequence) {
  return commit([=](StorageWorld& world) {
    return transaction(StorageWorld::step(log, {.fill = static_cast<uint8_t>(sequence),
                                                .at = world.clock.now(),
                                                .producer = kTransactional,
                                                .epoch = 0,
                                                .sequence = sequence,
                                                .is_transactional = true}));
  });
}

// In both logs at once.
WorkStep end_transaction(record::TransactionEnd end) {
  return commit([=](StorageWorld& world) {
    const Timestamp at = world.clock.now();
    return transaction(StorageWorld::marker(kOrders, kTransactional, 0, end, at),
                       StorageWorld::marker(kPayments, kTransactional, 0, end, at));
  });
}

WorkStep append_to_both(uint8_t fill) {
  return commit([=](StorageWorld&) {
    return transaction(StorageWorld::step(kOrders, {.fill = fill}),
                       StorageWorld::step(kPayments, {.records = 3, .fill = fill}),
                       PutMetadata{"position", Bytes{std::byte{fill}}});
  });
}

WorkStep later(Millis by) {
  return [by](StorageWorld& world) {
    world.clock.advance(by);
    return true;
  };
}

WorkStep retention() {
  return [](StorageWorld& world) { return world.engine->apply_retention().has_value(); };
}

WorkStep compact() {
  return [](StorageWorld& world) { return world.engine->compact().has_value(); };
}

WorkStep checkpoint() {
  return [](StorageWorld& world) { return world.engine->checkpoint().has_value(); };
}

WorkStep put(std::string key, std::optional<std::string> value) {
  return commit([=](StorageWorld&) {
    std::optional<Bytes> bytes;
    if (value) bytes = Bytes(as_bytes(*value).begin(), as_bytes(*value).end());
    return transaction(PutMetadata{key, bytes});
  });
}

WorkStep only(Step step) {
  return commit([step = std::make_shared<Step>(std::move(step))](StorageWorld&) {
    return std::visit(
        [](const auto& kind) {
          if constexpr (std::is_same_v<std::decay_t<decltype(kind)>, Append>) {
            return Transaction();
          } else {
            return transaction(kind);
          }
        },
        *step);
  });
}

void add(std::vector<WorkStep>& steps, std::vector<WorkStep> more) {
  std::ranges::move(more, std::back_inserter(steps));
}

}  // namespace

namespace {

WorkStep create_table(uint64_t segment_bytes) {
  return commit([=](StorageWorld& world) {
    check(world.engine->allocate_log_id() <= kTable, "ids are given in order");
    LogConfig config = StorageWorld::compacted_config();
    config.segment_bytes = segment_bytes;
    return transaction(CreateLog{kTable, "table-0", config});
  });
}

// With a small limit segments roll; with a large one compaction makes one of them all.
WorkStep limit_segments(uint64_t bytes) {
  LogConfig config = StorageWorld::compacted_config();
  config.segment_bytes = bytes;
  return only(ConfigureLog{kTable, config});
}

WorkStep write(std::vector<KeyedRecord> records, ProducerId producer = ProducerId(-1),
               int32_t sequence = -1) {
  return commit([=](StorageWorld& world) {
    const bool is_transactional = producer == kTransactional;
    return transaction(Append{
        kTable, MutableBytes(make_keyed_batch(records, {.at = world.clock.now(),
                                                        .producer = producer,
                                                        .epoch = int16_t(sequence < 0 ? -1 : 0),
                                                        .sequence = sequence,
                                                        .is_transactional = is_transactional}))});
  });
}

WorkStep write(const std::string& key, std::optional<std::string> value) {
  return write(std::vector<KeyedRecord>{{key, std::move(value)}});
}

WorkStep end_in_table(record::TransactionEnd end) {
  return commit([=](StorageWorld& world) {
    return transaction(StorageWorld::marker(kTable, kTransactional, 0, end, world.clock.now()));
  });
}

}  // namespace

std::vector<WorkStep> compaction_workload() {
  using record::TransactionEnd;
  const std::string large(130, 'x');
  std::vector<WorkStep> steps;
  add(steps,
      {create_table(300), write("a", "1"), write({{"b", "1"}, {"c", large}, {"a", "2"}}),
       write({{"a", "3"}}, kProducer, 0), write("c", large), write({{"d", "1"}}, kTransactional, 0),
       write("b", std::nullopt), end_in_table(TransactionEnd::abort), checkpoint(),
       write({{"e", "1"}, {"a", "4"}}, kTransactional, 1), write({{"a", "5"}}, kProducer, 1),
       end_in_table(TransactionEnd::commit), write("f", large), write("g", large)});
  add(steps, {limit_segments(9000), compact(), limit_segments(300), write("a", "6"),
              write("c", std::nullopt), write("h", large), write("h", large), checkpoint(),
              limit_segments(9000), compact(), checkpoint(), compact()});
  add(steps, {later(std::chrono::minutes(61)), limit_segments(300), write("a", "7"),
              write("f", large), write("f", large), limit_segments(9000), compact(),
              only(SetLogStart{kTable, Offset(9)}), limit_segments(300),
              write({{"i", "1"}}, kTransactional, 3), write("g", large), write("g", large),
              end_in_table(TransactionEnd::commit), write("j", large), limit_segments(9000),
              later(std::chrono::minutes(61)), compact(), write({{"a", "8"}}, kProducer, 2)});
  return steps;
}

std::vector<WorkStep> table_workload() {
  std::vector<WorkStep> steps{create_table(220)};
  for (int i = 0; i < 24; ++i) {
    const std::string key = "key" + std::to_string(i * 7 % 5);
    const bool removes = i % 6 == 4;
    steps.push_back(write(
        key, removes ? std::nullopt : std::optional(std::string(60, 'v') + std::to_string(i))));
    if (i % 8 == 7) add(steps, {compact(), later(std::chrono::minutes(40))});
    if (i == 11) steps.push_back(checkpoint());
  }
  return steps;
}

std::vector<WorkStep> whole_workload() {
  std::vector<WorkStep> steps;
  add(steps, {create(kOrders, "orders-0"), append(kOrders, 1, 30), put("topic/orders", "one"),
              create(kPayments, "payments-0"), append_to_both(2), append_in_sequence(kOrders, 0),
              append_in_sequence(kOrders, 1), append(kPayments, 3, 200)});
  add(steps, {append(kOrders, 4, 300), append(kOrders, 5, 300), checkpoint(), append_to_both(6),
              append_in_sequence(kOrders, 2), only(SetLogStart{kOrders, Offset(3)}),
              append(kPayments, 7, 350), append(kPayments, 8, 350), put("topic/orders", "two")});
  add(steps,
      {append_in_transaction(kOrders, 0), append_in_transaction(kPayments, 0),
       append(kOrders, 14, 20), end_transaction(record::TransactionEnd::abort),
       append_in_transaction(kPayments, 1), checkpoint(), append_in_transaction(kOrders, 1),
       end_transaction(record::TransactionEnd::commit), append_in_transaction(kPayments, 2)});
  LogConfig short_lived = StorageWorld::tiny_config();
  short_lived.retention_bytes = 600;
  add(steps, {only(ConfigureLog{kPayments, short_lived}), retention(), append_to_both(9),
              later(std::chrono::minutes(90)), append_to_both(10), later(std::chrono::minutes(90)),
              retention(), append_in_sequence(kOrders, 3)});
  add(steps, {only(DeleteLog{kOrders}), put("topic/orders", std::nullopt),
              create(kOrdersAgain, "orders-0"), append(kOrdersAgain, 11, 40), checkpoint(),
              append(kOrdersAgain, 12, 450), append(kPayments, 13, 20)});
  // Around the ring of the journal, more than once.
  for (uint8_t i = 0; i < 8; ++i) steps.push_back(append(kPayments, uint8_t(20 + i), 250));
  add(steps, {append_in_sequence(kOrdersAgain, 0), append_in_sequence(kOrdersAgain, 1)});
  return steps;
}

}  // namespace tarn::storage::testing
