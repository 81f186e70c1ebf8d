import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Counts words exactly once: lines of one topic, by way of a repartition topic and a state store
 * with its changelog, to word and count in another. Every count is written, none is cached, so that
 * what a reader of the output sees for a word is 1, 2, 3 and so on.
 */
public final class WordCount {
  public static void main(String[] words) throws Exception {
    Settings settings = new Settings(words[0]);
    KafkaStreams streams = new KafkaStreams(topology(settings), properties(settings));
    streams.setUncaughtExceptionHandler(error -> {
      Settings.tell(Map.of("failed", String.valueOf(error)));
      return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
    });
    streams.setStateListener((now, before) -> Settings.tell(Map.of("state", now.name())));
    streams.start();
    while (System.in.read() >= 0) {
      // Until standard input is closed.
    }
    streams.close(java.time.Duration.ofSeconds(30));
    Settings.tell(Map.of("closed", true));
  }

  private static Topology topology(Settings settings) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.<String, String>stream(settings.text("input"))
        .flatMapValues(line -> Arrays.asList(line.split(" ")))
        .groupBy((key, word) -> word, Grouped.as("words"))
        .count(Named.as("counting"), Materialized.as("counts"))
        .toStream()
        .mapValues(count -> Long.toString(count))
        .to(settings.text("output"), Produced.with(Serdes.String(), Serdes.String()));
    return builder.build();
  }

  private static Properties properties(Settings settings) {
    Properties properties = settings.connection();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.text("application"));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.text("state"));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    properties.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.String().getClass());
    properties.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.String().getClass());
    properties.put("auto.offset.reset", "earliest");
    properties.put("session.timeout.ms", 10_000);
    properties.put("reconnect.backoff.max.ms", 200);
    return properties;
  }
}
