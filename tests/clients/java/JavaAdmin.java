import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** The admin calls of the Java client, step by step. */
final class JavaAdmin {
  private final Settings settings;
  private final String topic;
  private Admin admin;

  JavaAdmin(Settings settings) {
    this.settings = settings;
    topic = settings.text("topic");
  }

  void run() throws Exception {
    try (Admin opened = Admin.create(settings.connection())) {
      admin = opened;
      topics();
      records();
      groups();
      admin.deleteTopics(List.of(topic)).all().get();
      step("deleted", !admin.listTopics().names().get().contains(topic));
    }
  }

  private void topics() throws Exception {
    NewTopic made = new NewTopic(topic, Optional.of(3), Optional.empty());
    admin.createTopics(List.of(made.configs(Map.of("retention.ms", "3600000")))).all().get();
    step("listed", admin.listTopics().names().get().contains(topic));
    step("partitions", partitions());
    step("retention", retention());
    AlterConfigOp longer = new AlterConfigOp(new ConfigEntry("retention.ms", "7200000"),
        AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource(), List.of(longer))).all().get();
    step("altered", retention());
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
    step("grown", partitions());
  }

  private void records() throws Exception {
    TopicPartition first = new TopicPartition(settings.text("existing"), 0);
    var deleted = admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(4)));
    step("low", deleted.lowWatermarks().get(first).get().lowWatermark());
  }

  private void groups() throws Exception {
    String group = settings.text("group");
    step("group_listed", listed(group));
    step("group_state", admin.describeConsumerGroups(List.of(group)).all().get().get(group)
        .groupState().toString());
    var offsets = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    step("committed", offsets.get(new TopicPartition(settings.text("existing"), 0)).offset());
    admin.deleteConsumerGroups(List.of(group)).all().get();
    step("group_deleted", !listed(group));
  }

  private boolean listed(String group) throws Exception {
    return admin.listGroups().all().get().stream().anyMatch(one -> one.groupId().equals(group));
  }

  private int partitions() throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()
        .size();
  }

  private ConfigResource resource() {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private String retention() throws Exception {
    return admin.describeConfigs(List.of(resource())).all().get().get(resource())
        .get("retention.ms").value();
  }

  private static void step(String name, Object value) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", name);
    line.put("value", value);
    Settings.tell(line);
  }
}
