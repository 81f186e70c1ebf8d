#include "formats/pipeline/description.h"
#include "formats/pipeline/object_shape.h"

namespace tarn::pipeline {
namespace {

Typed<AccessOperation> operation() {
  using enum AccessOperation;
  return choice<AccessOperation>({{"all", all},
                                  {"read", read},
                                  {"write", write},
                                  {"create", create},
                                  {"delete", remove},
                                  {"alter", alter},
                                  {"describe", describe},
                                  {"cluster-action", cluster_action},
                                  {"describe-configs", describe_configs},
                                  {"alter-configs", alter_configs},
                                  {"idempotent-write", idempotent_write}});
}

Typed<std::string> name(const std::string& what) {
  auto parse = [](const std::string& given) -> Result<std::string> {
    if (!given.empty()) return given;
    return Error(ErrorCode::invalid_argument, "the name is empty");
  };
  return text_form<std::string>(what, "", parse, [](const std::string& given) { return given; });
}

Status check_address(const std::string& address) {
  if (!address.empty()) return {};
  return Error(ErrorCode::invalid_argument, "the address is empty");
}

}  // namespace

Typed<Authorization> describe_authorization() {
  return choice<Authorization>({{"off", Authorization::off}, {"acls", Authorization::acls}});
}

Typed<Unlisted> describe_unlisted() {
  return choice<Unlisted>({{"denied", Unlisted::denied}, {"allowed", Unlisted::allowed}});
}

Typed<AccessLine> describe_access_line() {
  return object<AccessLine>("a line such as {allow: alice, to: read, topic: orders}")
      .field("allow", &AccessLine::allow, name("the name of a user, or *"), "Who may.")
      .field("deny", &AccessLine::deny, name("the name of a user, or *"),
             "Who may not, whatever else is allowed.")
      .field("to", &AccessLine::to, list_of(operation()),
             "What may be done; to read, write, delete or alter includes to describe.")
      .required()
      .field("topic", &AccessLine::topic, name("the name of a topic, or its beginning and *"),
             "The topic; 'pay-*' is every topic that begins so.")
      .field("group", &AccessLine::group, name("the name of a group, or its beginning and *"),
             "The consumer group.")
      .field("transactional_id", &AccessLine::transactional_id,
             name("a transactional id, or its beginning and *"), "The transactional id.")
      .field("cluster", &AccessLine::cluster, boolean(), "true: the cluster as a whole.")
      .field("from", &AccessLine::from, name("an address, or *"), "The address of the client.")
      .done();
}

Typed<ConnectionBounds> describe_connections() {
  return object<ConnectionBounds>("connections: max, per_address, addresses")
      .field("max", &ConnectionBounds::max, integer(1, 1'000'000),
             "How many connections of Kafka clients are taken in all.")
      .field("per_address", &ConnectionBounds::per_address, integer(1, 1'000'000),
             "How many of one address; unless given, as many as in all.")
      .field("addresses", &ConnectionBounds::addresses,
             map_of(integer(0, 1'000'000), check_address, "numbers by addresses"),
             "Addresses with a limit of their own, such as 10.0.0.9: 500.")
      .done();
}

}  // namespace tarn::pipeline
