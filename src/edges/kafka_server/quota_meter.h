// What clients use, measured against their quotas.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "platform/os/clock.h"
#include "services/access/caller.h"
#include "services/access/quota_store.h"
#include "services/access/token_bucket.h"

namespace tarn::kafka_server {

// One allowance for each kind of quota and all who share it. Buckets that are full are as good as
// none and are dropped when there are many, so memory is bound by what is owed. I/O thread.
class QuotaMeter {
 public:
  QuotaMeter(access::QuotaStore& quotas, const os::Clock& clock) : quotas_(quotas), clock_(clock) {}

  // Without any quota nothing is measured.
  [[nodiscard]] bool is_on() const { return !quotas_.table().is_empty(); }
  access::QuotaStore& quotas() { return quotas_; }

  // How long the client has to wait for what it has used now and before.
  Millis charge(access::QuotaKind kind, const access::Caller& caller, const std::string& client_id,
                double amount);
  // How long it has to wait before it may use any at all.
  Millis debt(access::QuotaKind kind, const access::Caller& caller, const std::string& client_id);
  // One more connection from the address; false: too many of late.
  bool admit_connection(const std::string& ip);
  [[nodiscard]] size_t size() const { return allowances_.size(); }

 private:
  using Key = std::pair<access::QuotaKind, access::QuotaScope>;
  struct Allowance {
    access::TokenBucket bucket;
    double rate = 0;
  };
  Allowance& allowance(access::QuotaKind kind, const access::QuotaLimit& limit);
  void sweep();

  static constexpr size_t kSweepFrom = 1024;

  access::QuotaStore& quotas_;
  const os::Clock& clock_;
  std::map<Key, Allowance> allowances_;
  size_t sweep_at_ = kSweepFrom;
};

// Of one request: what it uses is charged here, and the connection waits for what is owed after
// the answer (KIP-219).
class Throttle {
 public:
  Throttle(QuotaMeter& meter, std::shared_ptr<const access::Caller> caller, std::string client_id)
      : meter_(meter), caller_(std::move(caller)), client_id_(std::move(client_id)) {}

  void charge(access::QuotaKind kind, double amount) {
    owed_ = std::max(owed_, meter_.charge(kind, *caller_, client_id_, amount));
  }
  // Time of the I/O thread.
  void charge_time(std::chrono::duration<double> seconds) {
    charge(access::QuotaKind::request_percentage, 100 * seconds.count());
  }
  // Charged, but waited for by later requests only.
  void use(access::QuotaKind kind, double amount) {
    meter_.charge(kind, *caller_, client_id_, amount);
  }
  // For what must not be done while something is owed (KIP-599).
  [[nodiscard]] Millis debt(access::QuotaKind kind) const {
    return meter_.debt(kind, *caller_, client_id_);
  }
  void owe(Millis wait) { owed_ = std::max(owed_, wait); }
  [[nodiscard]] Millis owed() const { return owed_; }

 private:
  QuotaMeter& meter_;
  std::shared_ptr<const access::Caller> caller_;
  std::string client_id_;
  Millis owed_{0};
};

}  // namespace tarn::kafka_server
