// Who may do what: the part of the section security: that is about rights and limits.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tarn::pipeline {

enum class Authorization { off, acls };
enum class Unlisted { denied, allowed };

enum class AccessOperation {
  all,
  read,
  write,
  create,
  remove,
  alter,
  describe,
  cluster_action,
  describe_configs,
  alter_configs,
  idempotent_write,
};

// One entry of security.acls. Names that end in '*' are beginnings of names; '*' alone is all.
struct AccessLine {
  std::optional<std::string> allow;  // exactly one of allow and deny: a user, or *
  std::optional<std::string> deny;
  std::vector<AccessOperation> to;
  std::optional<std::string> topic;  // exactly one of these four
  std::optional<std::string> group;
  std::optional<std::string> transactional_id;
  bool cluster = false;
  std::string from = "*";  // an address
};

struct ConnectionBounds {
  int64_t max = 4000;
  std::optional<int64_t> per_address;
  std::map<std::string, int64_t> addresses;  // those with a limit of their own
};

}  // namespace tarn::pipeline
