import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Drives Kafka's own Java client; see tests/clients/README.md. */
public final class JavaClient {
  private static final long FIRST_TIME = 1_700_000_000_000L;
  private final Settings settings;

  private JavaClient(Settings settings) {
    this.settings = settings;
  }

  public static void main(String[] words) throws Exception {
    for (int place = 0; place + 1 < words.length; place += 2) {
      run(words[place], new Settings(words[place + 1]));
    }
  }

  private static void run(String command, Settings settings) throws Exception {
    JavaClient client = new JavaClient(settings);
    switch (command) {
      case "produce" -> client.produce();
      case "consume" -> client.consume();
      case "transactions" -> client.transactions();
      case "group" -> client.group();
      case "seek" -> client.seek();
      case "admin" -> new JavaAdmin(settings).run();
      default -> throw new IllegalArgumentException(command);
    }
  }

  private void produce() throws Exception {
    Properties own = new Properties();
    own.put("compression.type", settings.text("codec"));
    own.put("enable.idempotence", settings.flag("idempotent"));
    own.put("linger.ms", "5");
    int count = settings.number("count");
    try (KafkaProducer<String, String> producer = producer(own)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int number = 0; number < count; ++number) {
        sent.add(producer.send(record(number)));
        if (sent.get(number).isDone()) sent.get(number).get(); // refused before it was sent
      }
      for (var future : sent) future.get();
    }
    Settings.tell(Map.of("sent", count));
  }

  private ProducerRecord<String, String> record(int number) {
    String text = "record " + number + " ";
    int size = settings.number("bytes");
    RecordHeaders headers = new RecordHeaders();
    headers.add("number", Integer.toString(number).getBytes(StandardCharsets.UTF_8));
    return new ProducerRecord<>(settings.text("topic"), number % settings.number("partitions"),
        FIRST_TIME + 1000L * number, "key-" + number,
        text.repeat(size / text.length() + 1).substring(0, size), headers);
  }

  private void consume() {
    try (KafkaConsumer<String, String> consumer = consumer(new Properties())) {
      consumer.assign(partitions());
      int left = settings.number("count");
      while (left > 0) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          --left;
          tell(record);
        }
      }
    }
  }

  private static void tell(ConsumerRecord<String, String> record) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("partition", record.partition());
    line.put("offset", record.offset());
    line.put("key", record.key());
    line.put("value", record.value());
    line.put("number",
        new String(record.headers().lastHeader("number").value(), StandardCharsets.UTF_8));
    line.put("timestamp", record.timestamp());
    Settings.tell(line);
  }

  private void transactions() {
    Properties own = new Properties();
    own.put("transactional.id", settings.text("id"));
    try (KafkaProducer<String, String> producer = producer(own)) {
      producer.initTransactions();
      for (String word : List.of("kept", "gone", "last")) {
        producer.beginTransaction();
        for (int number = 0; number < 10; ++number) {
          producer.send(new ProducerRecord<>(settings.text("topic"), 0, null, word + " " + number));
        }
        producer.flush();
        if (word.equals("last")) {
          producer.sendOffsetsToTransaction(
              Map.of(new TopicPartition(settings.text("source"), 0), new OffsetAndMetadata(7)),
              new ConsumerGroupMetadata(settings.text("group")));
        }
        if (word.equals("gone")) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }
    Settings.tell(Map.of("done", true));
  }

  private void group() {
    AtomicBoolean closed = whenInputCloses();
    Properties own = new Properties();
    own.put("group.id", settings.text("group"));
    own.put("session.timeout.ms", "10000");
    own.put("heartbeat.interval.ms", "500");
    own.put("partition.assignment.strategy",
        "org.apache.kafka.clients.consumer." + switch (settings.text("assignor")) {
          case "range" -> "RangeAssignor";
          case "roundrobin" -> "RoundRobinAssignor";
          case "sticky" -> "StickyAssignor";
          default -> "CooperativeStickyAssignor";
        });
    try (KafkaConsumer<String, String> consumer = consumer(own)) {
      consumer.subscribe(List.of(settings.text("topic")), new ConsumerRebalanceListener() {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
          Settings.tell(Map.of("assigned", consumer.assignment().stream()
              .map(TopicPartition::partition).sorted().toList()));
        }
      });
      while (!closed.get()) {
        consumer.poll(Duration.ofMillis(200))
            .forEach(record -> Settings.tell(Map.of("read", record.value())));
        commit(consumer);
      }
      commit(consumer);
    }
  }

  private static void commit(KafkaConsumer<String, String> consumer) {
    try {
      consumer.commitSync();
    } catch (RebalanceInProgressException later) {
      // After the next poll, which takes part in the rebalance.
    }
  }

  private static AtomicBoolean whenInputCloses() {
    AtomicBoolean closed = new AtomicBoolean();
    Thread reader = new Thread(() -> {
      try {
        System.in.readAllBytes();
      } catch (java.io.IOException ignored) {
        // Closed, too.
      }
      closed.set(true);
    });
    reader.setDaemon(true);
    reader.start();
    return closed;
  }

  private void seek() {
    try (KafkaConsumer<String, String> consumer = consumer(new Properties())) {
      var asked = partitions().stream().collect(
          Collectors.toMap(one -> one, one -> settings.longNumber("timestamp")));
      var found = consumer.offsetsForTimes(asked);
      Map<String, Long> offsets = new TreeMap<>();
      found.forEach((one, place) -> offsets.put("" + one.partition(), place.offset()));
      Settings.tell(Map.of("offsets", offsets));
      TopicPartition first = partitions().get(0);
      consumer.assign(List.of(first));
      consumer.seek(first, found.get(first).offset());
      var records = consumer.poll(Duration.ofSeconds(30));
      Settings.tell(Map.of("first", records.iterator().next().value()));
    }
  }

  private List<TopicPartition> partitions() {
    return IntStream.range(0, settings.number("partitions"))
        .mapToObj(number -> new TopicPartition(settings.text("topic"), number)).toList();
  }

  private KafkaProducer<String, String> producer(Properties own) {
    Properties all = settings.connection();
    all.putAll(own);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  private KafkaConsumer<String, String> consumer(Properties own) {
    Properties all = settings.connection();
    all.put("auto.offset.reset", "earliest");
    all.put("enable.auto.commit", "false");
    all.put("isolation.level", settings.text("isolation", "read_uncommitted"));
    all.putAll(own);
    return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
  }
}
