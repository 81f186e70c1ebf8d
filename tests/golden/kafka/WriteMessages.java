// Writes one request and one response of each version of each API, with Apache Kafka's own classes:
// what the golden test of formats/kafka_protocol must read and write alike. README.md says how it is
// run.
//
// Usage: java -cp JARS WriteMessages.java src/formats/kafka_protocol/all_messages.h FOLDER
//
// APIs and versions are those of all_messages.h. FOLDER/<key>.txt gets a line for each message:
// "version request|response variant hexadecimal digits" (what stands in the frame after its size).
// What the file has already is left as it is, so that older jars can add what newer ones have
// dropped.

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.utils.AppInfoParser;

public class WriteMessages {
  // set: every field has a value of its own. none: what may be null is null, numbers are -1. zero:
  // numbers are 0 and texts empty. empty: there are no elements.
  enum Variant { set, none, zero, empty }

  // A batch of one record: key k, value v.
  static final String BATCH =
      "0000000000000000" // first offset
      + "0000003b" // bytes that follow
      + "00000000" // leader epoch
      + "02" // format
      + "%08x" // CRC-32C of what follows
      + "0000" // attributes
      + "00000000" // last offset delta
      + "0000019000000000" // first time
      + "0000019000000000" // last time
      + "ffffffffffffffff" // producer
      + "ffff" // its epoch
      + "ffffffff" // first sequence number
      + "00000001" // records
      + "12000000026b027600"; // size, attributes, time, offset, key, value, headers

  // Fills a message by the schema that Kafka has for the version.
  static class Filler {
    final Variant variant;
    int number = 0;

    Filler(Variant variant) {
      this.variant = variant;
    }

    void fill(Message message, Schema schema) throws Exception {
      for (BoundField field : schema.fields()) {
        if (field.def.type instanceof TaggedFields tagged) {
          for (var each : fieldsOf(tagged).entrySet()) {
            fillOne(message, each.getValue().name, each.getValue().type);
          }
        } else {
          fillOne(message, field.def.name, field.def.type);
        }
      }
    }

    void fillOne(Message message, String name, Type type) throws Exception {
      Field field = member(message.getClass(), name);
      boolean structOrNull = type instanceof Schema && field.get(message) == null;
      if (variant == Variant.none && (type.isNullable() || structOrNull)) {
        field.set(message, null);
      } else if (elementType(type) != null) {
        field.set(message, array(field, elementType(type)));
      } else {
        field.set(message, value(field.getType(), type));
      }
    }

    Collection<Object> array(Field field, Type elements) throws Exception {
      @SuppressWarnings("unchecked")
      Collection<Object> all = field.getType() == List.class
          ? new ArrayList<>()
          : (Collection<Object>) field.getType().getConstructor().newInstance();
      var generic = field.getType() == List.class
          ? field.getGenericType() : field.getType().getGenericSuperclass();
      Class<?> kind = (Class<?>) ((ParameterizedType) generic).getActualTypeArguments()[0];
      int count = switch (variant) { case set -> 2; case none, zero -> 1; case empty -> 0; };
      for (int i = 0; i < count; ++i) all.add(value(kind, elements));
      return all;
    }

    Object value(Class<?> kind, Type type) throws Exception {
      if (type instanceof Schema schema) {
        Message message = (Message) kind.getDeclaredConstructor().newInstance();
        fill(message, schema);
        return message;
      }
      if (kind == String.class) return variant == Variant.zero ? "" : "s" + ++number;
      if (kind == byte[].class) return bytes();
      if (kind == ByteBuffer.class) return ByteBuffer.wrap(bytes());
      if (kind == boolean.class || kind == Boolean.class) return variant != Variant.zero;
      if (kind == Uuid.class) return new Uuid(number(8), number(8));
      if (kind == double.class || kind == Double.class) return number(2) / 8.0;
      if (kind == long.class || kind == Long.class) return number(8);
      if (type.toString().equals("UINT16")) return (int) number(2) & 0xffff;
      if (kind == int.class || kind == Integer.class) return (int) number(4);
      if (kind == short.class || kind == Short.class) return (short) number(2);
      if (kind == byte.class || kind == Byte.class) return (byte) number(1);
      if (type.toString().endsWith("RECORDS")) return MemoryRecords.readableRecords(batch());
      throw new IllegalStateException("no value for " + type + " in " + kind);
    }

    // Its bytes differ from one another and from those of the number before.
    long number(int bytes) {
      if (variant == Variant.zero) return 0;
      if (variant == Variant.none) return -1;
      ++number;
      long value = 0;
      for (int i = 1; i < bytes; ++i) value |= (long) (0x10 * i + bytes) << (8 * i);
      return value | number % 0x7f + 1;
    }

    byte[] bytes() {
      return variant == Variant.zero ? new byte[0] : new byte[] {(byte) ++number, 0, -1};
    }

    ByteBuffer batch() {
      if (variant == Variant.zero) return ByteBuffer.allocate(0);
      byte[] bytes = HexFormat.of().parseHex(String.format(BATCH, 0));
      var crc = new java.util.zip.CRC32C();
      crc.update(bytes, 21, bytes.length - 21);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      buffer.putInt(17, (int) crc.getValue());
      return buffer;
    }
  }

  // null where type is no array.
  static Type elementType(Type type) {
    if (type instanceof ArrayOf array) return array.arrayElementType().get();
    if (type instanceof CompactArrayOf array) return array.arrayElementType().get();
    return null;
  }

  @SuppressWarnings("unchecked")
  static Map<Integer, org.apache.kafka.common.protocol.types.Field> fieldsOf(TaggedFields tagged)
      throws Exception {
    Field fields = TaggedFields.class.getDeclaredField("fields");
    fields.setAccessible(true);
    return new TreeMap<>((Map<Integer, org.apache.kafka.common.protocol.types.Field>)
        fields.get(tagged));
  }

  // throttle_time_ms of a schema is throttleTimeMs of its class.
  static Field member(Class<?> kind, String name) {
    for (Field field : kind.getDeclaredFields()) {
      if (field.getName().equalsIgnoreCase(name.replace("_", ""))) {
        field.setAccessible(true);
        return field;
      }
    }
    throw new IllegalStateException(kind + " has no " + name);
  }

  // null where this version of Kafka does not know the message's.
  static Schema schemaOf(ApiMessage message, short version) throws Exception {
    Schema[] schemas = (Schema[]) message.getClass().getField("SCHEMAS").get(null);
    if (version < message.lowestSupportedVersion() || version > message.highestSupportedVersion()) {
      return null;
    }
    return schemas[version];
  }

  static byte[] written(Message header, short headerVersion, Message body, short version) {
    var cache = new ObjectSerializationCache();
    int bytes = header.size(cache, headerVersion) + body.size(cache, version);
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    header.write(new ByteBufferAccessor(buffer), cache, headerVersion);
    body.write(new ByteBufferAccessor(buffer), cache, version);
    if (buffer.hasRemaining()) throw new IllegalStateException("shorter than its size");
    return buffer.array();
  }

  static byte[] request(ApiMessageType type, short version, Variant variant) throws Exception {
    ApiMessage body = type.newRequest();
    Schema schema = schemaOf(body, version);
    if (schema == null) return null;
    new Filler(variant).fill(body, schema);
    var header = new RequestHeaderData()
        .setRequestApiKey(type.apiKey()).setRequestApiVersion(version).setCorrelationId(0x01020304)
        .setClientId(variant == Variant.none ? null : variant == Variant.zero ? "" : "client");
    return written(header, type.requestHeaderVersion(version), body, version);
  }

  static byte[] response(ApiMessageType type, short version, Variant variant) throws Exception {
    ApiMessage body = type.newResponse();
    Schema schema = schemaOf(body, version);
    if (schema == null) return null;
    new Filler(variant).fill(body, schema);
    var header = new ResponseHeaderData().setCorrelationId(0x01020304);
    return written(header, type.responseHeaderVersion(version), body, version);
  }

  static void writeApi(ApiMessageType type, int first, int last, Path folder) throws Exception {
    Path file = folder.resolve(type.apiKey() + ".txt");
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : new ArrayList<>();
    Set<String> there = new HashSet<>();
    for (String line : lines) there.add(line.replaceAll(" \\p{XDigit}*$", ""));
    List<String> more = new ArrayList<>();
    for (short version = (short) first; version <= last; ++version) {
      for (Variant variant : Variant.values()) {
        add(more, there, version + " request " + variant, request(type, version, variant));
        add(more, there, version + " response " + variant, response(type, version, variant));
      }
    }
    if (more.isEmpty()) return;
    lines.add("# " + type + ", written by kafka-clients " + AppInfoParser.getVersion());
    lines.addAll(more);
    Files.write(file, lines);
  }

  static void add(List<String> lines, Set<String> there, String name, byte[] frame) {
    if (frame != null && !there.contains(name)) {
      lines.add(name + " " + HexFormat.of().formatHex(frame));
    }
  }

  public static void main(String[] arguments) throws Exception {
    String source = Files.readString(Path.of(arguments[0]), StandardCharsets.UTF_8);
    Path folder = Path.of(arguments[1]);
    Files.createDirectories(folder);
    var row = Pattern.compile(
        "operator\\(\\)<\\w+Request,\\s*(\\w+)Response>\\(\\s*(\\d+),\\s*(\\d+)\\s*\\)");
    for (var match = row.matcher(source); match.find();) {
      Class<?> message;
      try {
        message = Class.forName("org.apache.kafka.common.message." + match.group(1) + "RequestData");
      } catch (ClassNotFoundException unknown) {
        continue; // in this version of Kafka
      }
      short key = ((ApiMessage) message.getConstructor().newInstance()).apiKey();
      writeApi(ApiMessageType.fromApiKey(key), Integer.parseInt(match.group(2)),
          Integer.parseInt(match.group(3)), folder);
    }
  }
}
