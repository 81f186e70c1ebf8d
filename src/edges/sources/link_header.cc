#include "edges/sources/link_header.h"

#include <algorithm>

#include "engines/http/headers.h"

namespace tarn::sources {
namespace {

void skip_space(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

std::string take_token(std::string_view& text) {
  const size_t end = std::min(text.find_first_of(" \t=;,"), text.size());
  std::string token(text.substr(0, end));
  text.remove_prefix(end);
  skip_space(text);
  return token;
}

std::string take_quoted(std::string_view& text) {
  std::string value;
  for (text.remove_prefix(1); !text.empty() && text[0] != '"'; text.remove_prefix(1)) {
    if (text[0] == '\\' && text.size() > 1) text.remove_prefix(1);
    value += text[0];
  }
  if (!text.empty()) text.remove_prefix(1);
  skip_space(text);
  return value;
}

// "; name=value" as often as it comes.
void take_parameters(std::string_view& text, Link& link) {
  bool has_relation = false;
  while (text.starts_with(';')) {
    text.remove_prefix(1);
    skip_space(text);
    const std::string name = take_token(text);
    std::string value;
    if (text.starts_with('=')) {
      text.remove_prefix(1);
      skip_space(text);
      value = text.starts_with('"') ? take_quoted(text) : take_token(text);
    }
    if (has_relation || !http::equals_ignoring_case(name, "rel")) continue;
    has_relation = true;
    link.relations = std::move(value);
  }
}

}  // namespace

bool Link::has_relation(std::string_view name) const {
  std::string_view rest = relations;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(' '), rest.size());
    if (http::equals_ignoring_case(rest.substr(0, end), name)) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::vector<Link> parse_links(std::string_view field) {
  std::vector<Link> links;
  while (true) {
    while (field.starts_with(',') || field.starts_with(' ') || field.starts_with('\t')) {
      field.remove_prefix(1);
    }
    const size_t end = field.find('>');
    if (!field.starts_with('<') || end == std::string_view::npos) return links;
    Link link{std::string(field.substr(1, end - 1)), ""};
    field.remove_prefix(end + 1);
    skip_space(field);
    take_parameters(field, link);
    links.push_back(std::move(link));
  }
}

}  // namespace tarn::sources
