// Quotas as Kafka has them (KIP-13, KIP-55, KIP-546, KIP-599, KIP-612): who may use how much.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace tarn::access {

enum class QuotaKind {
  producer_byte_rate,        // bytes of Produce requests a second
  consumer_byte_rate,        // bytes of Fetch answers a second
  request_percentage,        // of the one I/O thread
  controller_mutation_rate,  // partitions created or deleted a second
  connection_creation_rate,  // connections a second from an address
};
inline constexpr QuotaKind kLastQuotaKind = QuotaKind::connection_creation_rate;

// Kafka's key: "producer_byte_rate".
std::string_view to_string(QuotaKind kind);
Result<QuotaKind> parse_quota_kind(std::string_view key);

// A user, client id or address; none: the default of all that have no quota of their own.
struct QuotaName {
  std::optional<std::string> text;
  auto operator<=>(const QuotaName&) const = default;
};

// Whom a quota is for: a user, a client id, both together, or an address.
struct QuotaEntity {
  std::optional<QuotaName> user;  // without "User:"
  std::optional<QuotaName> client_id;
  std::optional<QuotaName> ip;
  auto operator<=>(const QuotaEntity&) const = default;
};

// "user alice, any client-id"
std::string to_string(const QuotaEntity& entity);
// Errors: invalid_argument with a sentence.
Status check_entity(const QuotaEntity& entity);
Status check_quota(const QuotaEntity& entity, QuotaKind kind, double value);

using QuotaValues = std::map<QuotaKind, double>;

// What one client shares with whom: all with the same scope have one allowance together.
struct QuotaScope {
  std::optional<std::string> user;
  std::optional<std::string> client_id;
  std::optional<std::string> ip;
  auto operator<=>(const QuotaScope&) const = default;
};
struct QuotaLimit {
  double rate = 0;  // a second
  QuotaScope scope;
};

// A value without I/O; what changes it is durable before.
class QuotaTable {
 public:
  // Without values the entity has no quota any more.
  void set(const QuotaEntity& entity, QuotaValues values);
  [[nodiscard]] QuotaValues values(const QuotaEntity& entity) const;
  [[nodiscard]] const std::map<QuotaEntity, QuotaValues>& all() const { return all_; }
  [[nodiscard]] bool is_empty() const { return all_.empty(); }

  // The first of Kafka's eight levels that has a quota of the kind: the user with the client id,
  // the user with any client id, the user; the same for any user; the client id; any client id.
  [[nodiscard]] std::optional<QuotaLimit> find(QuotaKind kind, const std::string& user,
                                               const std::string& client_id) const;
  [[nodiscard]] std::optional<QuotaLimit> find_address(QuotaKind kind, const std::string& ip) const;

 private:
  [[nodiscard]] std::optional<double> value(const QuotaEntity& entity, QuotaKind kind) const;

  std::map<QuotaEntity, QuotaValues> all_;
};

// docs/formats/broker-metadata.md. Errors: corrupt.
struct StoredQuota {
  QuotaEntity entity;
  QuotaValues values;
};
Bytes encode_entity(const QuotaEntity& entity);
Bytes encode_quota(const StoredQuota& quota);
Result<StoredQuota> decode_quota(BytesView bytes);

}  // namespace tarn::access
