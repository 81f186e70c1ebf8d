#include "app/addresses.h"

#include <charconv>

namespace tarn::app {
namespace {

constexpr uint16_t kKafkaPort = 9092;
constexpr uint16_t kHttpPort = 8080;

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<Address> choose_one(const pipeline::Listener& listener, uint16_t usual_port,
                           const Arguments& arguments, const std::string& port_option) {
  Address address{.port = usual_port};
  if (listener.bind) address = TRY(parse_address(*listener.bind));
  if (auto host = arguments.find("--host")) address.host = *host;
  if (auto port = TRY(arguments.find_integer(port_option))) {
    if (*port < 0 || *port > 65'535) {
      return Error(ErrorCode::invalid_argument, port_option + " is a number from 0 to 65535");
    }
    address.port = static_cast<uint16_t>(*port);
  }
  return address;
}

Status check_reach(const pipeline::Listeners& listeners, const Address& address) {
  if (is_loopback(address.host) || listeners.open) return {};
  return Error(ErrorCode::failed_precondition,
               "the address " + address.host +
                   " can be reached from other machines, and this version does not ask who calls: "
                   "bind to 127.0.0.1, or say listeners.open: true in tarn.yaml (or --set "
                   "listeners.open=true) when everyone who reaches it may read and write");
}

}  // namespace

Result<Address> parse_address(const std::string& text) {
  size_t colon = text.rfind(':');
  unsigned port = 0;
  const char* last = text.data() + text.size();
  if (colon != std::string::npos && colon > 0) {
    auto [end, error] = std::from_chars(text.data() + colon + 1, last, port);
    std::string host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (error == std::errc() && end == last && port <= 65'535) {
      return Address{.host = host, .port = static_cast<uint16_t>(port)};
    }
  }
  return Error(ErrorCode::invalid_argument, "'" + text +
                                                "' is not an address such as "
                                                "127.0.0.1:9092");
}

std::string to_string(const Address& address) {
  bool is_v6 = address.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Status choose_addresses(const pipeline::Pipeline& pipeline, const Arguments& arguments,
                        WiringOptions& options) {
  const auto& listeners = pipeline.listeners;
  options.kafka = TRY(choose_one(listeners.kafka, kKafkaPort, arguments, "--kafka-port"));
  options.http = TRY(choose_one(listeners.http, kHttpPort, arguments, "--http-port"));
  if (listeners.kafka.advertise) {
    options.kafka_advertised = TRY(parse_address(*listeners.kafka.advertise));
  }
  if (listeners.http.advertise) {
    options.http_advertised = TRY(parse_address(*listeners.http.advertise));
  }
  TRY(check_reach(listeners, *options.kafka));
  return check_reach(listeners, *options.http);
}

}  // namespace tarn::app
