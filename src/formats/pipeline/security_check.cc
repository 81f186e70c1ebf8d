#include "formats/pipeline/security_check.h"

#include <algorithm>
#include <memory>
#include <set>

namespace tarn::pipeline {
namespace {

bool has(const Security& security, Mechanism mechanism) {
  return std::ranges::find(security.mechanisms, mechanism) != security.mechanisms.end();
}

bool takes_logins(const Security& security) {
  return !security.users.empty() || !security.aws.empty() || security.oauth ||
         !security.mechanisms.empty();
}

Protocol best_protocol(const Security& security) {
  if (takes_logins(security)) {
    return security.tls ? Protocol::sasl_ssl : Protocol::sasl_plaintext;
  }
  return security.tls ? Protocol::ssl : Protocol::plaintext;
}

// Without any keys it is users that log in: they can be made while the instance runs.
std::vector<Mechanism> possible_mechanisms(const Security& security) {
  const bool has_keys = !security.aws.empty() || security.oauth;
  std::vector<Mechanism> possible;
  if (!security.users.empty() || !has_keys) {
    possible = {Mechanism::plain, Mechanism::scram_sha_256, Mechanism::scram_sha_512};
  }
  if (has_keys) possible.push_back(Mechanism::oauthbearer);
  if (!security.aws.empty()) possible.push_back(Mechanism::aws_msk_iam);
  return possible;
}

class SecurityCheck {
 public:
  SecurityCheck(const Pipeline& pipeline, const Node& root, Problems& problems)
      : pipeline_(pipeline), security_(pipeline.security), root_(root), problems_(problems) {}

  void run() {
    if (security_.tls) check_tls(*security_.tls);
    if (has(security_, Mechanism::oauthbearer) && !security_.oauth && security_.aws.empty()) {
      add({"security", "mechanisms"},
          "OAUTHBEARER takes tokens, and nobody's are known: say security.oauth with the keys that "
          "sign them, or security.aws");
    }
    if (has(security_, Mechanism::aws_msk_iam) && security_.aws.empty()) {
      add({"security", "mechanisms"},
          "AWS_MSK_IAM takes AWS keys, and none is known: say security.aws: {KEY_ID: "
          "\"${secret:NAME}\"}");
    }
    check_listeners();
  }

 private:
  void add(const std::vector<std::string>& path, const std::string& message) {
    std::vector<std::unique_ptr<Problems::Step>> steps;
    for (const std::string& step : path) {
      steps.push_back(std::make_unique<Problems::Step>(problems_, step));
    }
    problems_.add(locate(root_, path), message);
  }

  void check_tls(const Tls& tls) {
    if (*tls.client_auth != ClientAuth::none && !tls.client_ca) {
      add({"security", "tls", "client_auth"},
          "whose certificates are good? say client_ca: with those who sign them");
    }
  }

  void check_listeners() {
    std::set<std::string> binds;
    for (const KafkaListener& listener : pipeline_.listeners.kafka) {
      if (is_encrypted(*listener.protocol) && !security_.tls) {
        add({"listeners", "kafka"}, "the protocol " + to_string(*listener.protocol) +
                                        " needs security.tls with certificate: and key:");
      }
      const bool is_first = &listener == pipeline_.listeners.kafka.data();
      if (!listener.bind && !is_first) {
        add({"listeners", "kafka"}, "of several listeners each says bind:");
      }
      if (listener.bind && !listener.bind->ends_with(":0") &&
          !binds.insert(*listener.bind).second) {
        add({"listeners", "kafka"}, "two listeners want " + *listener.bind);
      }
    }
  }

  const Pipeline& pipeline_;
  const Security& security_;
  const Node& root_;
  Problems& problems_;
};

}  // namespace

void complete_security(Pipeline& pipeline) {
  Security& security = pipeline.security;
  const Protocol best = best_protocol(security);
  auto& listeners = pipeline.listeners.kafka;
  if (listeners.empty()) listeners.emplace_back();
  for (KafkaListener& listener : listeners) {
    if (!listener.protocol) listener.protocol = best;
  }
  if (security.mechanisms.empty()) security.mechanisms = possible_mechanisms(security);
  if (security.tls && !security.tls->client_auth) {
    security.tls->client_auth = security.tls->client_ca ? ClientAuth::required : ClientAuth::none;
  }
  for (auto& [id, key] : security.aws) {
    if (key.user.empty()) key.user = id;
  }
}

void check_security(const Pipeline& pipeline, const Node& root, Problems& problems) {
  SecurityCheck(pipeline, root, problems).run();
}

std::string to_string(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::plain:
      return "PLAIN";
    case Mechanism::scram_sha_256:
      return "SCRAM-SHA-256";
    case Mechanism::scram_sha_512:
      return "SCRAM-SHA-512";
    case Mechanism::oauthbearer:
      return "OAUTHBEARER";
    case Mechanism::aws_msk_iam:
      return "AWS_MSK_IAM";
  }
  return "";
}

std::string to_string(Protocol protocol) {
  switch (protocol) {
    case Protocol::plaintext:
      return "PLAINTEXT";
    case Protocol::ssl:
      return "SSL";
    case Protocol::sasl_plaintext:
      return "SASL_PLAINTEXT";
    case Protocol::sasl_ssl:
      return "SASL_SSL";
  }
  return "";
}

}  // namespace tarn::pipeline
