#include "services/access/quota.h"

#include <array>
#include <bit>
#include <cmath>

namespace tarn::access {
namespace {

constexpr int8_t kVersion = 1;

constexpr std::array<std::string_view, 5> kKeys{"producer_byte_rate", "consumer_byte_rate",
                                                "request_percentage", "controller_mutation_rate",
                                                "connection_creation_rate"};

Error invalid(std::string what) {
  return {ErrorCode::invalid_argument, std::move(what)};
}

std::string part(std::string_view type, const std::optional<QuotaName>& name) {
  if (!name) return "";
  if (!name->text) return "any " + std::string(type);
  return std::string(type) + " " + *name->text;
}

enum class Stored : int8_t { absent = 0, standard = 1, named = 2 };

void write_name(ByteWriter& writer, const std::optional<QuotaName>& name) {
  const auto stored = !name ? Stored::absent : name->text ? Stored::named : Stored::standard;
  writer.write_i8(static_cast<int8_t>(stored));
  if (stored != Stored::named) return;
  writer.write_u32(static_cast<uint32_t>(name->text->size()));
  writer.write_text(*name->text);
}

std::optional<QuotaName> read_name(ByteReader& reader) {
  const int8_t stored = reader.read_i8();
  if (stored == static_cast<int8_t>(Stored::standard)) return QuotaName{};
  if (stored == static_cast<int8_t>(Stored::named)) {
    return QuotaName{std::string(as_text(reader.read_bytes(reader.read_u32())))};
  }
  if (stored != static_cast<int8_t>(Stored::absent)) reader.fail();
  return std::nullopt;
}

void write_entity(ByteWriter& writer, const QuotaEntity& entity) {
  write_name(writer, entity.user);
  write_name(writer, entity.client_id);
  write_name(writer, entity.ip);
}

bool counts_whole(QuotaKind kind) {
  return kind != QuotaKind::request_percentage && kind != QuotaKind::controller_mutation_rate;
}

}  // namespace

std::string_view to_string(QuotaKind kind) {
  return kKeys.at(static_cast<size_t>(kind));
}

Result<QuotaKind> parse_quota_kind(std::string_view key) {
  std::string known;
  for (size_t i = 0; i < kKeys.size(); ++i) {
    if (kKeys.at(i) == key) return static_cast<QuotaKind>(i);
    known += (known.empty() ? "" : ", ") + std::string(kKeys.at(i));
  }
  return invalid("'" + std::string(key) + "' is no quota; there are " + known);
}

std::string to_string(const QuotaEntity& entity) {
  std::string text = part("user", entity.user);
  for (const auto& more : {part("client-id", entity.client_id), part("ip", entity.ip)}) {
    if (more.empty()) continue;
    text += (text.empty() ? "" : ", ") + more;
  }
  return text;
}

Status check_entity(const QuotaEntity& entity) {
  if (!entity.user && !entity.client_id && !entity.ip) {
    return invalid("a quota is for a user, a client-id, both together, or an ip");
  }
  if (entity.ip && (entity.user || entity.client_id)) {
    return invalid("a quota of an ip is for all users and clients there");
  }
  for (const auto& name : {entity.user, entity.client_id, entity.ip}) {
    if (name && name->text && name->text->empty()) return invalid("a name is empty");
  }
  return {};
}

Status check_quota(const QuotaEntity& entity, QuotaKind kind, double value) {
  const std::string key(to_string(kind));
  if (entity.ip.has_value() != (kind == QuotaKind::connection_creation_rate)) {
    return invalid(key + " is no quota of " + to_string(entity));
  }
  if (!std::isfinite(value) || value <= 0) return invalid(key + " is a number above 0");
  if (counts_whole(kind) && value != std::floor(value)) return invalid(key + " is a whole number");
  return {};
}

void QuotaTable::set(const QuotaEntity& entity, QuotaValues values) {
  if (values.empty()) {
    all_.erase(entity);
  } else {
    all_[entity] = std::move(values);
  }
}

QuotaValues QuotaTable::values(const QuotaEntity& entity) const {
  const auto found = all_.find(entity);
  return found == all_.end() ? QuotaValues() : found->second;
}

std::optional<double> QuotaTable::value(const QuotaEntity& entity, QuotaKind kind) const {
  const auto found = all_.find(entity);
  if (found == all_.end()) return std::nullopt;
  const auto value = found->second.find(kind);
  if (value == found->second.end()) return std::nullopt;
  return value->second;
}

std::optional<QuotaLimit> QuotaTable::find(QuotaKind kind, const std::string& user,
                                           const std::string& client_id) const {
  const QuotaName this_user{user};
  const QuotaName this_client{client_id};
  const QuotaName any;
  struct Level {
    QuotaEntity entity;
    QuotaScope scope;
  };
  const QuotaScope both{.user = user, .client_id = client_id, .ip = {}};
  const QuotaScope user_alone{.user = user, .client_id = {}, .ip = {}};
  const QuotaScope client_alone{.user = {}, .client_id = client_id, .ip = {}};
  const std::array<Level, 8> levels{{
      {{.user = this_user, .client_id = this_client, .ip = {}}, both},
      {{.user = this_user, .client_id = any, .ip = {}}, both},
      {{.user = this_user, .client_id = {}, .ip = {}}, user_alone},
      {{.user = any, .client_id = this_client, .ip = {}}, both},
      {{.user = any, .client_id = any, .ip = {}}, both},
      {{.user = any, .client_id = {}, .ip = {}}, user_alone},
      {{.user = {}, .client_id = this_client, .ip = {}}, client_alone},
      {{.user = {}, .client_id = any, .ip = {}}, client_alone},
  }};
  for (const Level& level : levels) {
    if (const auto rate = value(level.entity, kind)) return QuotaLimit{*rate, level.scope};
  }
  return std::nullopt;
}

std::optional<QuotaLimit> QuotaTable::find_address(QuotaKind kind, const std::string& ip) const {
  for (const QuotaName& name : {QuotaName{ip}, QuotaName{}}) {
    const QuotaEntity entity{.user = {}, .client_id = {}, .ip = name};
    if (const auto rate = value(entity, kind)) {
      return QuotaLimit{*rate, {.user = {}, .client_id = {}, .ip = ip}};
    }
  }
  return std::nullopt;
}

Bytes encode_entity(const QuotaEntity& entity) {
  ByteWriter writer;
  write_entity(writer, entity);
  return std::move(writer).take();
}

Bytes encode_quota(const StoredQuota& quota) {
  ByteWriter writer;
  writer.write_i8(kVersion);
  write_entity(writer, quota.entity);
  writer.write_u32(static_cast<uint32_t>(quota.values.size()));
  for (const auto& [kind, value] : quota.values) {
    writer.write_i8(static_cast<int8_t>(kind));
    writer.write_i64(std::bit_cast<int64_t>(value));
  }
  return std::move(writer).take();
}

Result<StoredQuota> decode_quota(BytesView bytes) {
  ByteReader reader(bytes);
  if (reader.read_i8() != kVersion) {
    return Error(ErrorCode::corrupt, "a quota in a format of another version");
  }
  StoredQuota quota;
  quota.entity.user = read_name(reader);
  quota.entity.client_id = read_name(reader);
  quota.entity.ip = read_name(reader);
  const uint32_t count = reader.read_u32();
  for (uint32_t i = 0; i < count && !reader.failed(); ++i) {
    const int8_t kind = reader.read_i8();
    const auto value = std::bit_cast<double>(reader.read_i64());
    if (kind < 0 || kind > static_cast<int8_t>(kLastQuotaKind)) reader.fail();
    if (!reader.failed()) quota.values[static_cast<QuotaKind>(kind)] = value;
  }
  TRY(reader.status());
  Status fine = check_entity(quota.entity);
  for (const auto& [kind, value] : quota.values) {
    if (fine) fine = check_quota(quota.entity, kind, value);
  }
  if (!fine || reader.remaining() > 0) {
    return Error(ErrorCode::corrupt, "a stored quota cannot be" +
                                         (fine ? std::string() : ": " + fine.error().message()));
  }
  return quota;
}

}  // namespace tarn::access
