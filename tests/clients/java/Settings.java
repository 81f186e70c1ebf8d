import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The file of settings that a driver is called with; see tests/clients/README.md. */
final class Settings {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final JsonNode root;

  Settings(String path) throws IOException {
    root = JSON.readTree(new File(path));
  }

  boolean has(String name) {
    return root.hasNonNull(name);
  }

  String text(String name) {
    if (!has(name)) throw new IllegalArgumentException("settings lack " + name);
    return root.get(name).asText();
  }

  String text(String name, String otherwise) {
    return has(name) ? root.get(name).asText() : otherwise;
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  long longNumber(String name) {
    return Long.parseLong(text(name));
  }

  boolean flag(String name) {
    return has(name) && root.get(name).asBoolean();
  }

  /** How to reach the broker: its address, and "java" settings as they are. */
  Properties connection() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", text("bootstrap"));
    JsonNode security = root.path("security");
    if (security.has("protocol")) {
      String protocol = security.get("protocol").asText();
      properties.put("security.protocol", protocol);
      if (protocol.startsWith("SASL")) login(security, properties);
      if (security.has("ca")) {
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.location", security.get("ca").asText());
      }
      if (security.has("certificate")) show(security, properties);
    }
    for (Map.Entry<String, JsonNode> own : root.path("java").properties()) {
      properties.put(own.getKey(), own.getValue().asText());
    }
    return properties;
  }

  private static void show(JsonNode security, Properties properties) {
    properties.put("ssl.keystore.type", "PEM");
    properties.put("ssl.keystore.certificate.chain", content(security.get("certificate")));
    properties.put("ssl.keystore.key", content(security.get("key")));
  }

  private static String content(JsonNode path) {
    try {
      return Files.readString(Path.of(path.asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void login(JsonNode security, Properties properties) {
    String mechanism = security.get("mechanism").asText();
    String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    properties.put("sasl.mechanism", mechanism);
    properties.put("sasl.jaas.config",
        "org.apache.kafka.common.security." + module + " required username=\""
            + escaped(security.get("username")) + "\" password=\""
            + escaped(security.get("password")) + "\";");
  }

  private static String escaped(JsonNode word) {
    return word.asText().replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** One line of JSON on standard output. */
  static synchronized void tell(Object what) {
    try {
      System.out.println(JSON.writeValueAsString(what));
      System.out.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
