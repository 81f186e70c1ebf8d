#include "edges/sources/redactor.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/utf8.h"
#include "engines/http/url.h"

namespace tarn::sources {
namespace {

constexpr size_t kSecretCharactersMin = 4;
constexpr size_t kExcerptCharactersMax = 200;

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
  return text;
}

}  // namespace

Redactor::Redactor(std::vector<std::string> secrets) {
  for (size_t i = 0; i < secrets.size(); ++i) {
    if (secrets[i].size() < kSecretCharactersMin) continue;
    const std::string encoded = http::percent_encode(secrets[i]);
    forms_.push_back({secrets[i], fmt::format("${{secret:{}}}", i)});
    if (encoded != secrets[i]) forms_.push_back({encoded, fmt::format("${{encoded:{}}}", i)});
  }
  std::ranges::sort(forms_, std::ranges::greater(),
                    [](const Form& form) { return form.text.size(); });
}

std::string Redactor::hide(std::string_view text) const {
  std::string hidden(text);
  for (const Form& form : forms_) hidden = replace_all(std::move(hidden), form.text, "***");
  return hidden;
}

std::string Redactor::seal(std::string_view text) const {
  std::string sealed(text);
  for (const Form& form : forms_) {
    sealed = replace_all(std::move(sealed), form.text, form.placeholder);
  }
  return sealed;
}

std::string Redactor::reveal(std::string_view sealed) const {
  std::string text(sealed);
  for (const Form& form : forms_) text = replace_all(std::move(text), form.placeholder, form.text);
  return text;
}

std::string excerpt(std::string_view body) {
  // The newline that ends many bodies says nothing.
  body = body.substr(0, body.find_last_not_of(" \t\r\n") + 1);
  std::string shown;
  for (size_t characters = 0; !body.empty(); ++characters) {
    if (characters == kExcerptCharactersMax) return shown + "…";
    const size_t length = utf8_length(body);
    const auto first = static_cast<unsigned char>(body[0]);
    if (length == 0) {
      shown += "\xef\xbf\xbd";
    } else if (first < 0x20 || first == 0x7f) {
      shown += fmt::format("\\x{:02x}", first);
    } else {
      shown += body.substr(0, length);
    }
    body.remove_prefix(std::max<size_t>(length, 1));
  }
  return shown;
}

}  // namespace tarn::sources
