// The Link header field (RFC 8288).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn::sources {

struct Link {
  std::string target;
  std::string relations;  // the value of rel; may name several, split by spaces

  [[nodiscard]] bool has_relation(std::string_view name) const;
};

// Of one field value; what is malformed ends the list.
std::vector<Link> parse_links(std::string_view field);

}  // namespace tarn::sources
