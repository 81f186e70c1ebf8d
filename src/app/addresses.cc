#include "app/addresses.h"

#include <charconv>

namespace tarn::app {
namespace {

constexpr uint16_t kKafkaPort = 9092;
constexpr uint16_t kHttpPort = 8080;

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<Address> choose_one(const std::optional<std::string>& bind, uint16_t usual_port,
                           const Arguments& arguments, const std::string& port_option) {
  Address address{.port = usual_port};
  if (bind) address = TRY(parse_address(*bind));
  if (auto host = arguments.find("--host")) address.host = *host;
  if (auto port = TRY(arguments.find_integer(port_option))) {
    if (*port < 0 || *port > 65'535) {
      return Error(ErrorCode::invalid_argument, port_option + " is a number from 0 to 65535");
    }
    address.port = static_cast<uint16_t>(*port);
  }
  return address;
}

Error open_to_all(const Address& address, const std::string& what_to_set) {
  return {ErrorCode::failed_precondition,
          "the address " + address.host +
              " can be reached from other machines, and it asks nobody who calls: " + what_to_set +
              ", bind to 127.0.0.1, or say listeners.open: true in tarn.yaml (or --set "
              "listeners.open=true) when everyone who reaches it may read and write"};
}

// Does the listener know who calls?
bool asks_who_calls(const pipeline::Security& security, pipeline::Protocol protocol) {
  if (pipeline::wants_login(protocol)) return true;
  return protocol == pipeline::Protocol::ssl && security.tls &&
         security.tls->client_auth == pipeline::ClientAuth::required;
}

// The options of the command line are for the first listener.
Result<KafkaPort> choose_kafka(const pipeline::Pipeline& pipeline,
                               const pipeline::KafkaListener& listener,
                               const Arguments& arguments) {
  const auto protocol = listener.protocol.value_or(pipeline::Protocol::plaintext);
  KafkaPort port{.address = TRY(choose_one(listener.bind, kKafkaPort, arguments, "--kafka-port")),
                 .protocol = protocol};
  if (listener.advertise) port.advertised = TRY(parse_address(*listener.advertise));
  if (is_loopback(port.address.host) || pipeline.listeners.open) return port;
  if (asks_who_calls(pipeline.security, protocol)) return port;
  return open_to_all(port.address,
                     "say security: with users: and tls: in tarn.yaml, so that clients log in");
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
  static const std::vector<pipeline::KafkaListener> kUsual(1);
  const Arguments none;
  options.kafka.clear();
  for (const auto& listener : listeners.kafka.empty() ? kUsual : listeners.kafka) {
    const bool is_first = options.kafka.empty();
    options.kafka.push_back(TRY(choose_kafka(pipeline, listener, is_first ? arguments : none)));
  }
  options.http = TRY(choose_one(listeners.http.bind, kHttpPort, arguments, "--http-port"));
  if (listeners.http.advertise) {
    options.http_advertised = TRY(parse_address(*listeners.http.advertise));
  }
  if (is_loopback(options.http->host) || listeners.open) return {};
  return open_to_all(*options.http, "HTTP has no logins in this version: put a proxy before it");
}

}  // namespace tarn::app
