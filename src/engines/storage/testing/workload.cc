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
