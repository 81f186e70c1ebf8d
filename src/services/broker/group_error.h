// Why a group coordinator refuses.
#pragma once

namespace tarn::broker {

enum class GroupError {
  none,
  invalid_group_id,
  coordinator_not_available,
  coordinator_load_in_progress,
  inconsistent_group_protocol,
  unknown_member_id,
  member_id_required,
  invalid_session_timeout,
  rebalance_in_progress,
  illegal_generation,
  fenced_instance_id,
  group_max_size_reached,
  non_empty_group,
  group_id_not_found,
  group_subscribed_to_topic,
  offset_metadata_too_large,
  fenced_member_epoch,
  stale_member_epoch,
  unreleased_instance_id,
  unsupported_assignor,
  invalid_regular_expression,
  invalid_request,
  unsupported_version,
  invalid_commit_offset_size,
  unknown_topic_or_partition,
  storage_failed,
};

}  // namespace tarn::broker
