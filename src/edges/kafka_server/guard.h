// What the caller of one request may do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "edges/kafka_server/handlers.h"

namespace tarn::kafka_server {

// Asks the ACLs in the caller's name. Without an authorizer everybody may do everything, and a
// question costs one branch. Short-lived; I/O thread.
class Guard {
 public:
  Guard(const Services& services, const RequestContext& context);

  [[nodiscard]] bool is_on() const { return authorization_ != nullptr; }
  [[nodiscard]] int16_t version() const { return version_; }

  // What the API's row asks for resources of this type. A denial is counted and told.
  [[nodiscard]] bool may(access::ResourceType type, std::string_view name) const {
    return !is_on() || ask_row(type, name, Report::told);
  }
  [[nodiscard]] bool may_cluster() const {
    return may(access::ResourceType::cluster, access::kClusterName);
  }
  [[nodiscard]] bool may(Need need, std::string_view name) const {
    return !is_on() || ask(need, name, Report::told);
  }
  // The same, where what is denied is only left out, or where another right will do.
  [[nodiscard]] bool sees(access::ResourceType type, std::string_view name) const {
    return !is_on() || ask_row(type, name, Report::silent);
  }
  [[nodiscard]] bool sees(Need need, std::string_view name) const {
    return !is_on() || ask(need, name, Report::silent);
  }
  // Has the caller the right for any resource of the type? (KIP-679)
  [[nodiscard]] bool may_any(Need need) const;
  // Of a set of AclOperation bits those that the caller may do (KIP-430).
  [[nodiscard]] int32_t operations(int32_t possible, access::ResourceType type,
                                   std::string_view name) const;

 private:
  enum class Report { told, silent };
  [[nodiscard]] bool ask(Need need, std::string_view name, Report report) const;
  [[nodiscard]] bool ask_row(access::ResourceType type, std::string_view name, Report report) const;
  void tell(Need need, std::string_view name) const;

  const Authorization* authorization_;
  int16_t version_;
  const ApiRow* row_ = nullptr;
  std::shared_ptr<const access::Caller> caller_;
  std::string client_id_;
};

// The error of who has no right to a resource of the type.
kafka_protocol::KafkaError denial_of(access::ResourceType type);

// The error for a topic named by name or id, 0 when the caller may do what the API's row says. What
// exists and what does not is answered for alike to who may not know.
int16_t topic_denial(const Guard& guard, const Services& services, std::string_view name,
                     const Uuid& id);

}  // namespace tarn::kafka_server
