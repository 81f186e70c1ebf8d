// How clients of Amazon MSK log in with AWS keys: the mechanism AWS_MSK_IAM of the Java library
// (https://github.com/aws/aws-msk-iam-auth), and the tokens that the signer libraries of other
// languages hand to OAUTHBEARER. Both carry a presigned request for kafka-cluster:Connect.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/time.h"

namespace tarn::aws {

struct MskLogin {
  std::string access_key_id;
  Timestamp until;  // when the signature ends to hold
};

// The secret of an access key; none: nobody knows the key.
using SecretOfKey = std::function<std::optional<std::string>(const std::string& access_key_id)>;

// Errors of both: invalid_argument (it is none), permission_denied (unknown key, wrong secret, too
// late).
// The one message of AWS_MSK_IAM, a JSON object.
Result<MskLogin> verify_msk_payload(BytesView payload, const SecretOfKey& secrets, Timestamp now);
// The URL in Base64.
Result<MskLogin> verify_msk_token(std::string_view token, const SecretOfKey& secrets,
                                  Timestamp now);

// What the server of AWS_MSK_IAM answers.
std::string msk_answer(std::string_view request_id);

}  // namespace tarn::aws
