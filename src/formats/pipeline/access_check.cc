#include "formats/pipeline/access_check.h"

#include <string>

namespace tarn::pipeline {
namespace {

// Empty: nothing is wrong.
std::string wrong_with(const AccessLine& line) {
  if (line.allow.has_value() == line.deny.has_value()) return "it says either allow: or deny:";
  const int things = (line.topic ? 1 : 0) + (line.group ? 1 : 0) + (line.transactional_id ? 1 : 0) +
                     (line.cluster ? 1 : 0);
  if (things != 1) return "it is about one of topic:, group:, transactional_id: and cluster: true";
  return line.to.empty() ? "to: is empty" : "";
}

}  // namespace

void check_access(const Pipeline& pipeline, const Node& root, Problems& problems) {
  const Security& security = pipeline.security;
  const Position place = locate(root, {"security", "acls"});
  const Problems::Step in_security(problems, "security");
  const Problems::Step in_acls(problems, "acls");
  for (size_t i = 0; i < security.acls.size(); ++i) {
    const std::string what = wrong_with(security.acls[i]);
    if (!what.empty()) problems.add(place, "line " + std::to_string(i + 1) + ": " + what);
  }
  if (security.authorization == Authorization::off && !security.acls.empty()) {
    problems.add(place, "these lines hold with 'authorization: acls' only; say so beside them");
  }
}

}  // namespace tarn::pipeline
