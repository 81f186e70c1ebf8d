// librdkafka, held and set up as the load generators need it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <librdkafka/rdkafka.h>

#include "arguments.h"

namespace tarn::bench {

class ClientSettings {
 public:
  // The broker, and every set.NAME=VALUE.
  explicit ClientSettings(const Arguments& arguments) : conf_(rd_kafka_conf_new()) {
    set("bootstrap.servers", arguments.text("broker"));
    for (const auto& [name, value] : arguments.with_prefix("set.")) set(name, value);
  }

  void set(const std::string& name, const std::string& value) {
    char error[256];
    if (rd_kafka_conf_set(conf_, name.c_str(), value.c_str(), error, sizeof error) !=
        RD_KAFKA_CONF_OK) {
      throw std::runtime_error(error);
    }
  }

  [[nodiscard]] rd_kafka_conf_t* get() const { return conf_; }

 private:
  rd_kafka_conf_t* conf_;  // goes to the client
};

struct CloseClient {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using Client = std::unique_ptr<rd_kafka_t, CloseClient>;

inline Client make_client(rd_kafka_type_t type, const ClientSettings& settings) {
  char error[256];
  Client client(rd_kafka_new(type, settings.get(), error, sizeof error));
  if (!client) throw std::runtime_error(error);
  return client;
}

// Reads these partitions from this offset on; one queue for all.
inline void assign(const Client& consumer, const std::string& topic, int partitions,
                   int64_t offset) {
  rd_kafka_poll_set_consumer(consumer.get());
  auto* const list = rd_kafka_topic_partition_list_new(partitions);
  for (int i = 0; i < partitions; ++i) {
    rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = offset;
  }
  const auto error = rd_kafka_assign(consumer.get(), list);
  rd_kafka_topic_partition_list_destroy(list);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
}

}  // namespace tarn::bench
