#include "formats/pipeline/description.h"
#include "formats/pipeline/object_shape.h"
#include "formats/pipeline/text_forms.h"

namespace tarn::pipeline {
namespace {

Typed<Pages> describe_pages() {
  Choices<PageStyle> short_styles = {{"auto", PageStyle::automatic}, {"none", PageStyle::none}};
  Choices<PageStyle> styles = short_styles;
  styles.insert(styles.end(), {{"link_header", PageStyle::link_header},
                               {"next_url", PageStyle::next_url},
                               {"cursor", PageStyle::cursor},
                               {"page", PageStyle::page},
                               {"offset", PageStyle::offset}});
  return object<Pages>("how pages follow each other")
      .field("style", &Pages::style, choice(styles), "How the API names the next page.")
      .required()
      .field("at", &Pages::at, json_pointer(),
             "Where the next URL or the cursor stands in the body (styles next_url, cursor).")
      .field("parameter", &Pages::parameter, text("the name of a query parameter"),
             "The query parameter that takes the cursor, the page number or the offset; without it "
             "it is called after the style.")
      .field("size_parameter", &Pages::size_parameter, text("the name of a query parameter"),
             "The query parameter that takes the size of a page.")
      .field("size", &Pages::size, integer(1, 1'000'000), "Records to ask for in one page.")
      .field("first", &Pages::first, integer(0), "The number of the first page.")
      .field("max", &Pages::max, integer(1, 1'000'000), "Pages of one poll at most.")
      .short_form(&Pages::style, choice(short_styles))
      .done();
}

Typed<HttpSource> describe_http() {
  return object<HttpSource>("an HTTP API to poll")
      .field("url", &HttpSource::url, url(), "What is asked with GET.")
      .required()
      .field("headers", &HttpSource::headers, map_of(secret_text(), {}, "headers and their values"),
             "Headers of every call; a value may hold ${secret:NAME}.")
      .field("query", &HttpSource::query,
             map_of(secret_text(), {}, "query parameters and their values"),
             "Query parameters of every call; they are encoded as needed.")
      .field("records", &HttpSource::records, json_pointer(),
             "JSON Pointer to the array whose elements are the records; \"\" makes the whole body "
             "one record; without it the array is looked for.")
      .field("pages", &HttpSource::pages, describe_pages(),
             "auto finds link headers, next URLs, cursors, page numbers and offsets.")
      .field("unchanged", &HttpSource::unchanged,
             choice<Unchanged>({{"append", Unchanged::append}, {"skip", Unchanged::skip}}),
             "What a body means that is the same as the one before.")
      .field("timeout", &HttpSource::timeout, duration(Millis(10), std::chrono::hours(1)),
             "How long one call may take.")
      .field("body_max", &HttpSource::body_max, size(1), "The largest body that is read.")
      .done();
}

}  // namespace

Typed<Source> describe_source() {
  return object<Source>("a source: http, and every or cron")
      .field("http", &Source::http, describe_http(), "Polls a JSON API.")
      .field("every", &Source::every, duration(std::chrono::seconds(1), std::chrono::days(366)),
             "The time from the start of one poll to the next.")
      .field("cron", &Source::cron, cron(), "When to poll: minute hour day month weekday, in UTC.")
      .field("quota", &Source::quota, quota(),
             "Calls that may be made in a period, pages included; durable, spread over the period, "
             "shared by sources with the same key.")
      .field("resets", &Source::resets, integer(1, 28),
             "The day of the month on which a monthly quota starts anew.")
      .field("to", &Source::to, topic_name(), "The topic; without it the source's own name.")
      .field("key", &Source::key, json_pointer(),
             "JSON Pointer into a record to the value that becomes its key.")
      .later("mysql", "a source")
      .later("postgres", "a source")
      .later("mongodb", "a source")
      .later("files", "a source")
      .later("kafka", "a source")
      .later("kinesis", "a source")
      .later("webhook", "a source")
      .later("sample", "a source")
      .later("mode", "of database sources")
      .later("cursor", "of database sources")
      .done();
}

}  // namespace tarn::pipeline
