// The keys of tarn.yaml: every one with its type, default, range and a sentence.
#pragma once

#include "formats/pipeline/pipeline.h"
#include "formats/pipeline/shape.h"

namespace tarn::pipeline {

Typed<Pipeline> describe_pipeline();

// The sections, each in a file of its own.
Typed<Source> describe_source();
Typed<Topic> describe_topic();
Typed<Table> describe_table();
Typed<Endpoint> describe_endpoint();
Typed<Deploy> describe_deploy();
Typed<KafkaListener> describe_kafka_listener();
Typed<Listeners> describe_listeners();
Typed<Security> describe_security();
Typed<Authorization> describe_authorization();
Typed<Unlisted> describe_unlisted();
Typed<AccessLine> describe_access_line();
Typed<ConnectionBounds> describe_connections();
Typed<SecretPlace> describe_secret_place();

}  // namespace tarn::pipeline
