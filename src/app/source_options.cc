#include "app/source_options.h"

#include <set>

namespace tarn::app {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Result<Pairs> resolve_all(const std::map<std::string, pipeline::SecretText>& values,
                          const Secrets& secrets, std::set<std::string>& used) {
  auto lookup = [&](const std::string& name) -> Result<pipeline::Secret> {
    auto found = secrets.find(name);
    if (found == secrets.end()) return Error(ErrorCode::not_found, "the secret " + name);
    used.insert(found->second.reveal());
    return found->second;
  };
  Pairs pairs;
  for (const auto& [name, value] : values) {
    pairs.emplace_back(name, TRY(value.resolve(lookup)).reveal());
  }
  return pairs;
}

sources::PageStyle page_style(pipeline::PageStyle style) {
  switch (style) {
    case pipeline::PageStyle::automatic:
      return sources::PageStyle::automatic;
    case pipeline::PageStyle::none:
      return sources::PageStyle::none;
    case pipeline::PageStyle::link_header:
      return sources::PageStyle::link_header;
    case pipeline::PageStyle::next_url:
      return sources::PageStyle::next_url;
    case pipeline::PageStyle::cursor:
      return sources::PageStyle::cursor;
    case pipeline::PageStyle::page:
      return sources::PageStyle::page;
    case pipeline::PageStyle::offset:
      return sources::PageStyle::offset;
  }
  return sources::PageStyle::automatic;
}

sources::PageOptions page_options(const pipeline::Pages& pages) {
  sources::PageOptions options;
  options.style = page_style(pages.style);
  options.at = pages.at;
  options.parameter = pages.parameter;
  options.size_parameter = pages.size_parameter;
  options.size = pages.size.value_or(options.size);
  options.first = pages.first.value_or(options.first);
  options.pages_max = pages.max;
  return options;
}

}  // namespace

Result<sources::HttpSourceOptions> source_options(const pipeline::Source& source,
                                                  const Secrets& secrets) {
  const pipeline::HttpSource& http = *source.http;
  std::set<std::string> used;
  sources::HttpSourceOptions options;
  options.name = source.name;
  options.topic = TopicName(source.to);
  options.url = http.url;
  options.headers = TRY(resolve_all(http.headers, secrets, used));
  options.query = TRY(resolve_all(http.query, secrets, used));
  options.secrets.assign(used.begin(), used.end());
  options.records = http.records;
  options.key = source.key;
  options.pages = page_options(http.pages);
  if (source.every) options.schedule = *source.every;
  if (source.cron) options.schedule = *source.cron->cron;
  options.quota = source.quota;
  if (options.quota) options.quota->resets = static_cast<unsigned>(source.resets);
  if (http.unchanged) {
    options.unchanged = *http.unchanged == pipeline::Unchanged::skip ? sources::Unchanged::skip
                                                                     : sources::Unchanged::append;
  }
  options.timeout = http.timeout;
  options.body_bytes_max = http.body_max;
  return options;
}

}  // namespace tarn::app
