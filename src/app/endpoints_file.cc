#include "app/endpoints_file.h"

#include <boost/json.hpp>

#include "app/addresses.h"
#include "formats/pipeline/security_check.h"

namespace tarn::app {
namespace {

std::string path_of(const std::string& data_directory) {
  return data_directory + "/endpoints.json";
}

}  // namespace

std::string endpoints_json(const Endpoints& endpoints) {
  boost::json::object object{{"pid", endpoints.pid}};
  boost::json::array listeners;
  for (const KafkaPort& port : endpoints.kafka) {
    listeners.push_back({{"address", to_string(port.advertised.value_or(port.address))},
                         {"protocol", pipeline::to_string(port.protocol)}});
  }
  if (!listeners.empty()) object["kafka"] = listeners.front().at("address");
  if (endpoints.http) object["http"] = "http://" + to_string(*endpoints.http);
  object["listeners"] = std::move(listeners);
  return boost::json::serialize(object);
}

Status write_endpoints(os::FileSystem& files, const std::string& data_directory,
                       const Endpoints& endpoints) {
  return os::replace_file(files, path_of(data_directory),
                          as_bytes(endpoints_json(endpoints) + "\n"));
}

void remove_endpoints(os::FileSystem& files, const std::string& data_directory) {
  // Whoever finds it left behind finds nobody who answers.
  static_cast<void>(files.remove(path_of(data_directory)));
}

Result<std::string> read_http_url(os::FileSystem& files, const std::string& data_directory) {
  Bytes content = TRY(os::read_file(files, path_of(data_directory)));
  boost::system::error_code error;
  auto value = boost::json::parse(as_text(content), error);
  const auto* http = error || !value.is_object() ? nullptr : value.as_object().if_contains("http");
  if (http == nullptr || !http->is_string()) {
    return Error(ErrorCode::not_found, "no instance with an HTTP port");
  }
  return std::string(http->as_string());
}

}  // namespace tarn::app
