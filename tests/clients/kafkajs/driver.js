// Drives KafkaJS; see tests/clients/README.md.
'use strict';

const fs = require('fs');
const {
  CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, logLevel,
  PartitionAssigners,
} = require('kafkajs');
const SnappyCodec = require('kafkajs-snappy');
const lz4 = require('lz4js');
const zstd = require('@mongodb-js/zstd');

// The codecs that are made for KafkaJS have to be compiled; these do not.
CompressionCodecs[CompressionTypes.Snappy] = SnappyCodec;
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: (encoder) => zstd.compress(encoder.buffer, 3),
  decompress: (buffer) => zstd.decompress(buffer),
});

const CODECS = {
  none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4, zstd: CompressionTypes.ZSTD,
};
const FIRST_TIME = 1700000000000;

const tell = (line) => fs.writeSync(1, JSON.stringify(line) + '\n');
const step = (name, value) => tell({step: name, value});

function value(number, size) {
  const text = `record ${number} `;
  return text.repeat(Math.floor(size / text.length) + 1).slice(0, size);
}

function connect(settings) {
  const given = settings.security || {};
  const options = {brokers: [settings.bootstrap], logLevel: logLevel.ERROR,
    retry: {initialRetryTime: 100, maxRetryTime: 1000, retries: 6}};
  if (given.protocol) {
    const read = (path) => path && fs.readFileSync(path);
    options.ssl = {ca: [read(given.ca)], cert: read(given.certificate), key: read(given.key)};
  }
  if (given.mechanism) {
    options.sasl = {mechanism: given.mechanism.toLowerCase(), username: given.username,
      password: given.password};
  }
  return new Kafka(options);
}

async function produce(kafka, settings) {
  const producer = kafka.producer({idempotent: settings.idempotent,
    maxInFlightRequests: settings.idempotent ? 1 : null});
  await producer.connect();
  const messages = [];
  for (let number = 0; number < settings.count; ++number) {
    messages.push({
      partition: number % settings.partitions, key: `key-${number}`,
      value: value(number, settings.bytes), headers: {number: `${number}`},
      timestamp: `${FIRST_TIME + 1000 * number}`,
    });
  }
  await producer.send({topic: settings.topic, compression: CODECS[settings.codec], acks: -1,
    messages});
  await producer.disconnect();
  tell({sent: settings.count});
}

// It reads in groups only.
function reader(kafka, settings, groupId, more = {}) {
  return kafka.consumer({groupId, sessionTimeout: 10000, heartbeatInterval: 500,
    rebalanceTimeout: 10000, readUncommitted: settings.isolation !== 'read_committed', ...more});
}

async function consume(kafka, settings) {
  const consumer = reader(kafka, settings, `${settings.topic}-reader`);
  await consumer.connect();
  await consumer.subscribe({topics: [settings.topic], fromBeginning: true});
  let left = settings.count;
  await new Promise((resolve) => consumer.run({
    eachMessage: async ({partition, message}) => {
      tell({partition, offset: Number(message.offset), key: message.key.toString(),
        value: message.value.toString(), number: message.headers.number.toString(),
        timestamp: Number(message.timestamp)});
      if (--left === 0) resolve();
    },
  }));
  await consumer.disconnect();
}

async function transactions(kafka, settings) {
  const producer = kafka.producer({idempotent: true, maxInFlightRequests: 1,
    transactionalId: settings.id});
  await producer.connect();
  for (const word of ['kept', 'gone', 'last']) {
    const transaction = await producer.transaction();
    const messages = [...Array(10).keys()].map(
      (number) => ({partition: 0, value: `${word} ${number}`}));
    await transaction.send({topic: settings.topic, messages});
    if (word === 'last') {
      await transaction.sendOffsets({consumerGroupId: settings.group,
        topics: [{topic: settings.source, partitions: [{partition: 0, offset: '7'}]}]});
    }
    await (word === 'gone' ? transaction.abort() : transaction.commit());
  }
  await producer.disconnect();
  tell({done: true});
}

const inputClosed = () => new Promise((resolve) => process.stdin.on('end', resolve).resume());

async function group(kafka, settings) {
  const closed = inputClosed();
  const consumer = reader(kafka, settings, settings.group,
    {partitionAssigners: [PartitionAssigners.roundRobin]});
  consumer.on(consumer.events.GROUP_JOIN, ({payload}) => {
    const own = payload.memberAssignment[settings.topic] || [];
    tell({assigned: own.slice().sort((a, b) => a - b)});
  });
  await consumer.connect();
  await consumer.subscribe({topics: [settings.topic], fromBeginning: true});
  await consumer.run({autoCommitThreshold: 1,
    eachMessage: async ({message}) => tell({read: message.value.toString()})});
  await closed;
  await consumer.disconnect();
}

async function seek(kafka, settings) {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = {};
  for (const found of await admin.fetchTopicOffsetsByTimestamp(settings.topic,
    settings.timestamp)) {
    offsets[found.partition] = Number(found.offset);
  }
  tell({offsets});
  await admin.disconnect();
  const consumer = reader(kafka, settings, `${settings.topic}-seeker`);
  await consumer.connect();
  await consumer.subscribe({topics: [settings.topic], fromBeginning: true});
  let moved = false;
  const first = new Promise((resolve) => consumer.run({
    eachMessage: async ({partition, message}) => {
      if (moved && partition === 0 && Number(message.offset) === offsets[0]) resolve(message);
    },
  }));
  consumer.seek({topic: settings.topic, partition: 0, offset: `${offsets[0]}`});
  moved = true;
  tell({first: (await first).value.toString()});
  await consumer.disconnect();
}

async function admin(kafka, settings) {
  const client = kafka.admin();
  await client.connect();
  const {topic, existing} = settings;
  const listed = async () => (await client.listTopics()).includes(topic);
  const partitions = async () => (await client.fetchTopicMetadata({topics: [topic]})).topics[0]
    .partitions.length;
  const resource = {type: ConfigResourceTypes.TOPIC, name: topic};
  const retention = async () => (await client.describeConfigs(
    {resources: [{...resource, configNames: ['retention.ms']}]}))
    .resources[0].configEntries[0].configValue;
  const groups = async () => (await client.listGroups()).groups.map((one) => one.groupId);

  await client.createTopics({topics: [{topic, numPartitions: 3, replicationFactor: 1,
    configEntries: [{name: 'retention.ms', value: '3600000'}]}]});
  step('listed', await listed());
  step('partitions', await partitions());
  step('retention', await retention());
  await client.alterConfigs({resources: [{...resource,
    configEntries: [{name: 'retention.ms', value: '7200000'}]}]});
  step('altered', await retention());
  await client.createPartitions({topicPartitions: [{topic, count: 5}]});
  step('grown', await partitions());
  await client.fetchTopicOffsets(existing); // so that it knows the topic's leaders
  await client.deleteTopicRecords({topic: existing, partitions: [{partition: 0, offset: '4'}]});
  step('low', Number((await client.fetchTopicOffsets(existing))[0].low));
  step('group_listed', (await groups()).includes(settings.group));
  step('group_state', (await client.describeGroups([settings.group])).groups[0].state);
  const offsets = await client.fetchOffsets({groupId: settings.group, topics: [existing]});
  step('committed', Number(offsets[0].partitions[0].offset));
  await client.deleteGroups([settings.group]);
  step('group_deleted', !(await groups()).includes(settings.group));
  await client.deleteTopics({topics: [topic]});
  step('deleted', !await listed());
  await client.disconnect();
}

async function main(words) {
  const commands = {produce, consume, transactions, group, seek, admin};
  for (let place = 0; place + 1 < words.length; place += 2) {
    const settings = JSON.parse(fs.readFileSync(words[place + 1]));
    await commands[words[place]](connect(settings), settings);
  }
}

main(process.argv.slice(2)).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
