// Where a source stands, as it is kept in the state store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace tarn::sources {

// Secrets are sealed (redactor.h) in all texts.
struct Checkpoint {
  std::string shape;     // a hash of what is asked; a position of another question is worth nothing
  std::string next_url;  // the page to ask for next; empty: the first
  int64_t page = 0;      // pages of the poll under way that are done; 0: between polls
  int64_t calls_of_poll = 0;
  int64_t calls_of_last_poll = 0;
  std::optional<Timestamp> begun;  // the poll under way, or the last one
  bool single_page = false;        // the last poll was one page: it may be asked for conditionally
  std::string etag;
  std::string last_modified;
  std::string pagination;  // how pages were found
  int64_t polls = 0;
  int64_t calls = 0;
  int64_t records = 0;
  int64_t log_lines = 0;  // ever written

  [[nodiscard]] std::string to_json() const;
  // corrupt when it is not such a text.
  static Result<Checkpoint> parse(std::string_view json);
};

}  // namespace tarn::sources
