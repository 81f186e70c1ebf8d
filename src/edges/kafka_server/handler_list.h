// One function for each API, in a file of its own; handlers.cc has the table.
#pragma once

#include "edges/kafka_server/handlers.h"

namespace tarn::kafka_server {

Result<PendingAnswer> add_offsets_to_txn(const Services& services, RequestContext context);
Result<PendingAnswer> add_partitions_to_txn(const Services& services, RequestContext context);
Result<PendingAnswer> alter_client_quotas(const Services& services, RequestContext context);
Result<PendingAnswer> alter_configs(const Services& services, RequestContext context);
Result<PendingAnswer> alter_partition_reassignments(const Services& services,
                                                    RequestContext context);
Result<PendingAnswer> alter_replica_log_dirs(const Services& services, RequestContext context);
Result<PendingAnswer> alter_user_scram_credentials(const Services& services,
                                                   RequestContext context);
Result<PendingAnswer> api_versions(const Services& services, RequestContext context);
Result<PendingAnswer> consumer_group_describe(const Services& services, RequestContext context);
Result<PendingAnswer> consumer_group_heartbeat(const Services& services, RequestContext context);
Result<PendingAnswer> create_acls(const Services& services, RequestContext context);
Result<PendingAnswer> create_partitions(const Services& services, RequestContext context);
Result<PendingAnswer> create_topics(const Services& services, RequestContext context);
Result<PendingAnswer> delete_acls(const Services& services, RequestContext context);
Result<PendingAnswer> delete_groups(const Services& services, RequestContext context);
Result<PendingAnswer> delete_records(const Services& services, RequestContext context);
Result<PendingAnswer> delete_topics(const Services& services, RequestContext context);
Result<PendingAnswer> describe_acls(const Services& services, RequestContext context);
Result<PendingAnswer> describe_client_quotas(const Services& services, RequestContext context);
Result<PendingAnswer> describe_cluster(const Services& services, RequestContext context);
Result<PendingAnswer> describe_configs(const Services& services, RequestContext context);
Result<PendingAnswer> describe_groups(const Services& services, RequestContext context);
Result<PendingAnswer> describe_log_dirs(const Services& services, RequestContext context);
Result<PendingAnswer> describe_producers(const Services& services, RequestContext context);
Result<PendingAnswer> describe_quorum(const Services& services, RequestContext context);
Result<PendingAnswer> describe_topic_partitions(const Services& services, RequestContext context);
Result<PendingAnswer> describe_transactions(const Services& services, RequestContext context);
Result<PendingAnswer> describe_user_scram_credentials(const Services& services,
                                                      RequestContext context);
Result<PendingAnswer> elect_leaders(const Services& services, RequestContext context);
Result<PendingAnswer> end_txn(const Services& services, RequestContext context);
Result<PendingAnswer> fetch(const Services& services, RequestContext context);
Result<PendingAnswer> find_coordinator(const Services& services, RequestContext context);
Result<PendingAnswer> heartbeat(const Services& services, RequestContext context);
Result<PendingAnswer> incremental_alter_configs(const Services& services, RequestContext context);
Result<PendingAnswer> init_producer_id(const Services& services, RequestContext context);
Result<PendingAnswer> join_group(const Services& services, RequestContext context);
Result<PendingAnswer> leave_group(const Services& services, RequestContext context);
Result<PendingAnswer> list_config_resources(const Services& services, RequestContext context);
Result<PendingAnswer> list_groups(const Services& services, RequestContext context);
Result<PendingAnswer> list_offsets(const Services& services, RequestContext context);
Result<PendingAnswer> list_partition_reassignments(const Services& services,
                                                   RequestContext context);
Result<PendingAnswer> list_transactions(const Services& services, RequestContext context);
Result<PendingAnswer> metadata(const Services& services, RequestContext context);
Result<PendingAnswer> offset_commit(const Services& services, RequestContext context);
Result<PendingAnswer> offset_delete(const Services& services, RequestContext context);
Result<PendingAnswer> offset_fetch(const Services& services, RequestContext context);
Result<PendingAnswer> offset_for_leader_epoch(const Services& services, RequestContext context);
Result<PendingAnswer> produce(const Services& services, RequestContext context);
Result<PendingAnswer> sasl_authenticate(const Services& services, RequestContext context);
Result<PendingAnswer> sasl_handshake(const Services& services, RequestContext context);
Result<PendingAnswer> sync_group(const Services& services, RequestContext context);
Result<PendingAnswer> txn_offset_commit(const Services& services, RequestContext context);
Result<PendingAnswer> update_features(const Services& services, RequestContext context);
Result<PendingAnswer> write_txn_markers(const Services& services, RequestContext context);

}  // namespace tarn::kafka_server
