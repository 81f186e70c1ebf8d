// <data>/endpoints.json: how other processes find a running instance.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/wiring.h"
#include "base/error.h"
#include "platform/os/file_system.h"

namespace tarn::app {

struct Endpoints {
  int64_t pid = 0;
  std::vector<KafkaPort> kafka;
  std::optional<Address> http;
};

// {"pid":1,"kafka":"127.0.0.1:9092","http":"http://127.0.0.1:8080",
//  "listeners":[{"address":"127.0.0.1:9092","protocol":"PLAINTEXT"}]}
// kafka: the first of the listeners.
std::string endpoints_json(const Endpoints& endpoints);

// At once or not at all: readers never see half of it.
Status write_endpoints(os::FileSystem& files, const std::string& data_directory,
                       const Endpoints& endpoints);
void remove_endpoints(os::FileSystem& files, const std::string& data_directory);
// The URL of the HTTP port, as the file has it; not_found when no instance has left one.
Result<std::string> read_http_url(os::FileSystem& files, const std::string& data_directory);

}  // namespace tarn::app
