#include "edges/kafka_server/connection.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "edges/kafka_server/quota_meter.h"
#include "edges/kafka_server/unsent.h"
#include "formats/kafka_protocol/api_versions.h"
#include "formats/kafka_protocol/error_code.h"
#include "formats/kafka_protocol/header.h"

namespace tarn::kafka_server {

namespace asio = boost::asio;
using asio::ip::tcp;
using runtime::Awaitable;
using runtime::Task;

namespace {

constexpr size_t kSizeBytes = 4;
constexpr size_t kUncountedBytes = 16 << 10;  // small requests pass also when memory is short
constexpr size_t kReadStepBytes = 256 << 10;
constexpr size_t kShownClientIdBytes = 100;

std::string to_text(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

std::string host_of(const tcp::socket& socket) {
  boost::system::error_code ignored;
  return to_text(socket.remote_endpoint(ignored).address());
}

std::string peer_of(const tcp::socket& socket) {
  boost::system::error_code ignored;
  return host_of(socket) + ":" + std::to_string(socket.remote_endpoint(ignored).port());
}

// A peer that speaks another protocol is told apart by its first bytes.
Error not_a_request(int32_t claimed, size_t bytes_max) {
  if (claimed == 0x47455420 || claimed == 0x504f5354) {
    return {ErrorCode::corrupt, "this is HTTP, and the port is for Kafka clients"};
  }
  if ((static_cast<uint32_t>(claimed) >> 16) == 0x1603) {
    return {ErrorCode::corrupt, "this is TLS, and the port speaks plain text"};
  }
  return {ErrorCode::corrupt, "a request of " + std::to_string(claimed) + " bytes; at most " +
                                  std::to_string(bytes_max) + " are taken"};
}

std::string shown(const std::optional<std::string_view>& client_id) {
  return std::string(client_id.value_or("").substr(0, kShownClientIdBytes));
}

// The protocol has no answer in a version that one side does not know; Kafka closes as well.
Error not_served(BytesView frame, const kafka_protocol::RequestHeader& head, const ApiRow* row) {
  const auto request = kafka_protocol::read_request(frame, false);
  std::string why =
      row == nullptr ? "API " + std::to_string(head.api_key) : std::string(row->api.name);
  why += " version " + std::to_string(head.api_version) + " from client '" +
         (request ? shown(request->header.client_id) : "") + "' is not served";
  if (row != nullptr) {
    why += ", versions " + std::to_string(row->first) + " to " + std::to_string(row->last) + " are";
  }
  return {ErrorCode::unimplemented, why};
}

// An ApiVersions request of a version from the future is answered in version 0 (KIP-511).
PendingAnswer refuse_api_versions(int32_t correlation_id) {
  const auto* row = find_api_row(kafka_protocol::kApiVersions.key);
  kafka_protocol::ApiVersionsResponse response{
      .error_code = code(kafka_protocol::KafkaError::unsupported_version),
      .api_keys = {{.api_key = row->api.key, .min_version = row->first, .max_version = row->last}},
  };
  co_return kafka_protocol::encode_response(response, 0, correlation_id);
}

std::string describe(const kafka_protocol::RequestHeader& header, const ApiRow& row,
                     const Error& error) {
  return std::string(row.api.name) + " version " + std::to_string(header.api_version) +
         " from client '" + shown(header.client_id) + "': " + error.message();
}

}  // namespace

std::string address_of(const tcp::socket& socket) {
  boost::system::error_code ignored;
  return to_text(socket.remote_endpoint(ignored).address());
}

Connection::Connection(tcp::socket socket, const ListenerOptions& listener,
                       Surroundings& surroundings)
    : transport_(std::move(socket),
                 speaks_tls(listener.protocol) ? surroundings.options.identity.get() : nullptr),
      listener_(listener),
      surroundings_(surroundings),
      peer_(peer_of(transport_.socket())),
      client_host_("/" + host_of(transport_.socket())),
      session_(surroundings.sessions,
               wants_login(listener.protocol) ? Session::Start::login : Session::Start::open, peer_,
               host_of(transport_.socket())),
      self_(endpoint_for_client()),
      changed_(transport_.socket().get_executor()),
      opened_(surroundings.clock.monotonic()),
      last_active_(opened_),
      last_received_(opened_) {
  boost::system::error_code ignored;
  transport_.socket().set_option(tcp::no_delay(true), ignored);
}

Endpoint Connection::endpoint_for_client() const {
  boost::system::error_code ignored;
  const auto local = transport_.socket().local_endpoint(ignored);
  Endpoint endpoint{.host = listener_.advertised_host, .port = listener_.advertised_port};
  if (endpoint.host.empty()) endpoint.host = to_text(local.address());
  if (endpoint.port == 0) endpoint.port = local.port();
  return endpoint;
}

Task<void> Connection::read_requests() {
  const auto self = shared_from_this();
  const Status status = co_await serve();
  if (!status && !closed_) {
    surroundings_.complaints.complain("connection closed", peer_, status.error().message());
  }
  reading_done_ = true;
  changed_.notify_all();
  co_return Status();
}

Task<void> Connection::serve() {
  if (transport_.is_tls()) CO_TRY(co_await shake_hands());
  while (!closed_) {
    auto received = CO_TRY(co_await read_frame());
    if (!received) break;
    if (session_.expects_bare_message()) {
      co_await enqueue_bare(*std::move(received));
    } else {
      CO_TRY(co_await enqueue(*std::move(received)));
    }
    // What comes next depends on how a login ends.
    if (!session_.is_open()) co_await wait_until_answered();
    if (session_.is_over()) break;
  }
  co_return Status();
}

Task<void> Connection::shake_hands() {
  reading_ = Reading::handshake;
  CO_TRY(co_await transport_.shake_hands());
  reading_ = Reading::nothing;
  last_active_ = surroundings_.clock.monotonic();
  if (const auto subject = transport_.peer_subject()) session_.use_certificate(*subject);
  co_return Status();
}

Task<std::optional<Connection::Received>> Connection::read_frame() {
  std::array<std::byte, kSizeBytes> prefix;
  reading_ = Reading::nothing;
  auto [failed, count] = co_await transport_.read(asio::buffer(prefix));
  if (failed && count == 0) co_return std::nullopt;
  if (failed) co_return Error(ErrorCode::corrupt, "the stream ends inside a request");
  co_await wait_until_unmuted();
  const int32_t claimed = ByteReader(prefix).read_i32();
  const auto& options = surroundings_.options;
  const size_t bytes_max = session_.is_known() ? options.frame_bytes_max : options.login_bytes_max;
  const size_t bytes_min = session_.expects_bare_message() ? 0 : kafka_protocol::kRequestHeadBytes;
  if (claimed < static_cast<int32_t>(bytes_min) || static_cast<size_t>(claimed) > bytes_max) {
    co_return not_a_request(claimed, bytes_max);
  }
  Received received{.frame = ReceivedFrame(static_cast<size_t>(claimed)),
                    .lease = ByteLease(surroundings_.budget)};
  reading_ = Reading::frame;
  last_received_ = surroundings_.clock.monotonic();
  CO_TRY(co_await read_body(received));
  reading_ = Reading::nothing;
  surroundings_.received_bytes.add(kSizeBytes + static_cast<size_t>(claimed));
  co_return received;
}

// In steps, so that only what has arrived counts against the budget.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): awaited at once
Task<void> Connection::read_body(Received& into) {
  auto rest = into.frame.space();
  size_t step_bytes = kUncountedBytes;
  while (!rest.empty()) {
    const auto step = rest.first(std::min(rest.size(), step_bytes));
    if (step_bytes != kUncountedBytes) co_await wait_for_budget(into.lease, step.size());
    step_bytes = kReadStepBytes;
    auto [failed, count] = co_await transport_.read(asio::buffer(step.data(), step.size()));
    if (failed) co_return Error(ErrorCode::corrupt, "the stream ends inside a request");
    rest = rest.subspan(count);
    last_received_ = surroundings_.clock.monotonic();
  }
  co_return Status();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): awaited at once
Awaitable<void> Connection::wait_for_budget(ByteLease& lease, size_t bytes) {
  reading_ = Reading::held_up;
  while (!closed_ && !lease.try_take(bytes)) co_await surroundings_.budget.freed().wait();
  reading_ = Reading::frame;
  last_received_ = surroundings_.clock.monotonic();
}

Task<void> Connection::enqueue(Received received) {
  const auto arrived = surroundings_.clock.monotonic();
  const auto head = CO_TRY(kafka_protocol::read_request_head(received.frame.view()));
  const auto* row = find_api_row(head.api_key);
  if (row == nullptr) co_return not_served(received.frame.view(), head, row);
  if (!row->serves(head.api_version)) {
    if (row->api.key != kafka_protocol::kApiVersions.key) {
      co_return not_served(received.frame.view(), head, row);
    }
    co_await wait_for_room(Start::deferred, 0);
    queue_.push_back({refuse_api_versions(head.correlation_id), row, 0, {}, arrived, nullptr});
    changed_.notify_all();
    co_return Status();
  }
  if (const auto why = session_.refuse(head.api_key)) {
    co_return Error(ErrorCode::permission_denied, std::string(*why));
  }
  const auto request = CO_TRY(
      kafka_protocol::read_request(received.frame.view(), row->api.is_flexible(head.api_version)));
  const size_t bytes = received.frame.view().size();
  co_await wait_for_room(row->start, bytes);
  const auto begun = surroundings_.clock.monotonic();
  auto context = context_of(*row, received, request);
  const auto throttle = context.throttle;
  if (throttle && row->api.key == kafka_protocol::kProduce.key) {
    throttle->charge(access::QuotaKind::producer_byte_rate, static_cast<double>(bytes));
  }
  auto answer = row->handle(surroundings_.services, std::move(context));
  if (!answer) {
    co_return Error(ErrorCode::corrupt, describe(request.header, *row, answer.error()));
  }
  if (throttle) {
    throttle->charge_time(surroundings_.clock.monotonic() - begun);
    if (row->start == Start::eager) mute(throttle);  // others once they are answered
  }
  queued_bytes_ += bytes;
  queue_.push_back({*std::move(answer), row, bytes, std::move(received.lease), arrived, throttle});
  changed_.notify_all();
  co_return Status();
}

// A message of a login in its own frame, with neither a header before it nor one before its answer.
Awaitable<void> Connection::enqueue_bare(Received received) {
  auto answer = [](Session* session, Bytes message) -> PendingAnswer {
    auto answered = co_await session->take_bare_message(std::move(message));
    if (!answered) co_return std::nullopt;
    ByteWriter out;
    out.write_u32(static_cast<uint32_t>(answered->size()));
    out.write_bytes(*answered);
    kafka_protocol::Frame frame;
    frame.bytes = out.size();
    frame.pieces.emplace_back(std::move(out).take());
    co_return frame;
  };
  const BytesView bytes = received.frame.view();
  const auto* row = find_api_row(kafka_protocol::kSaslAuthenticate.key);
  queue_.push_back({answer(&session_, {bytes.begin(), bytes.end()}), row, 0,
                    std::move(received.lease), surroundings_.clock.monotonic(), nullptr});
  changed_.notify_all();
  co_return;
}

Awaitable<void> Connection::wait_until_answered() {
  while (!closed_ && !queue_.empty()) co_await changed_.wait();
}

RequestContext Connection::context_of(const ApiRow& row, const Received& received,
                                      const kafka_protocol::Request& request) {
  std::string client_id(request.header.client_id.value_or(""));
  std::shared_ptr<Throttle> throttle;
  if (QuotaMeter& meter = surroundings_.services.quotas; meter.is_on()) {
    throttle = std::make_shared<Throttle>(meter, session_.caller(), client_id);
  }
  return {.row = &row,
          .frame = received.frame,
          .body = request.body,
          .version = request.header.api_version,
          .correlation_id = request.header.correlation_id,
          .client_id = std::move(client_id),
          .client_host = client_host_,
          .caller = session_.caller(),
          .throttle = std::move(throttle),
          .self = self_,
          .session = &session_};
}

Awaitable<void> Connection::wait_for_room(Start start, size_t bytes) {
  const auto& options = surroundings_.options;
  auto fits = [&] {
    if (queue_.empty()) return true;
    if (start == Start::eager && queue_.back().row->start != Start::eager) return false;
    return queue_.size() < options.pipelined_requests_max &&
           queued_bytes_ + bytes <= options.pipelined_bytes_max;
  };
  while (!closed_ && !fits()) co_await changed_.wait();
}

void Connection::mute(const std::shared_ptr<Throttle>& throttle) {
  if (!throttle || throttle->owed() == Millis(0)) return;
  muted_until_ = std::max(muted_until_, surroundings_.clock.monotonic() + throttle->owed());
}

Awaitable<void> Connection::wait_until_unmuted() {
  while (!closed_ && !finishes_ && surroundings_.clock.monotonic() < muted_until_) {
    co_await changed_.wait_until(muted_until_);
  }
}

Task<void> Connection::write_answers() {
  const auto self = shared_from_this();
  while (!closed_) {
    if (queue_.empty()) {
      if (reading_done_) break;
      co_await changed_.wait();
      continue;
    }
    auto& next = queue_.front();  // the reader only adds behind it
    if (next.row->start == Start::deferred) co_await wait_until_unmuted();
    auto answer = co_await std::move(next.answer);
    mute(next.throttle);
    if (answer && !closed_ && !co_await send(*std::move(answer))) break;
    if (session_.is_over()) break;
    last_active_ = surroundings_.clock.monotonic();
    const auto row = static_cast<size_t>(next.row - api_rows().data());
    surroundings_.seconds[row]->observe(
        std::chrono::duration<double>(last_active_ - next.arrived).count());
    queued_bytes_ -= next.bytes;
    queue_.pop_front();
    changed_.notify_all();
  }
  close();
  co_return Status();
}

Awaitable<bool> Connection::send(kafka_protocol::Frame frame) {
  Unsent unsent(frame);
  boost::system::error_code failed;
  surroundings_.answers.take(frame.bytes);
  for (auto step = unsent.step(); !step.empty() && !failed; step = unsent.step()) {
    last_sent_ = surroundings_.clock.monotonic();
    size_t count = 0;
    std::tie(failed, count) = co_await transport_.write_some(step);
    unsent.advance(count);
    surroundings_.sent_bytes.add(count);
  }
  surroundings_.answers.give_back(frame.bytes);
  last_sent_.reset();
  co_return !failed;
}

void Connection::finish() {
  finishes_ = true;
  changed_.notify_all();
  boost::system::error_code ignored;
  transport_.socket().shutdown(tcp::socket::shutdown_receive, ignored);
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  boost::system::error_code ignored;
  transport_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  transport_.socket().close(ignored);
  changed_.notify_all();
  surroundings_.budget.freed().notify_all();
}

std::optional<std::string_view> Connection::overdue(os::MonotonicTime now) const {
  const auto& options = surroundings_.options;
  if (reading_ == Reading::handshake && now - last_active_ > options.handshake_max) {
    return "the TLS handshake does not come to its end";
  }
  if (!session_.is_known() && now - opened_ > options.login_max) {
    return "it does not log in";
  }
  if (last_sent_ && now - *last_sent_ > options.stall_max) return "it does not read its answers";
  if (reading_ == Reading::frame && now - last_received_ > options.stall_max) {
    return "the rest of a request does not come";
  }
  // All who wait may hold what the others wait for.
  if (reading_ == Reading::held_up && now - last_received_ > 2 * options.stall_max) {
    return "there is no memory for the rest of a request";
  }
  if (reading_ == Reading::nothing && queue_.empty() && now - last_active_ > options.idle_max) {
    return "";
  }
  return std::nullopt;
}

}  // namespace tarn::kafka_server
