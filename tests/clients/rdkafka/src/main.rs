//! Drives the crate rdkafka (librdkafka in the version that it brings along); see
//! tests/clients/README.md.

mod admin;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use rdkafka::util::Timeout;
use rdkafka::{ClientConfig, ClientContext, Offset, TopicPartitionList};
use serde_json::{json, Value};
use std::error::Error;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

pub type Outcome = Result<(), Box<dyn Error>>;
pub const SECONDS: Duration = Duration::from_secs(60);
const FIRST_TIME: i64 = 1_700_000_000_000;

pub struct Settings(Value);

impl Settings {
    pub fn text(&self, name: &str) -> String {
        self.0[name].as_str().unwrap_or_default().to_string()
    }

    fn number(&self, name: &str) -> i64 {
        self.0[name].as_i64().unwrap_or_default()
    }

    pub fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.text("bootstrap"));
        let words = [
            ("protocol", "security.protocol"),
            ("ca", "ssl.ca.location"),
            ("certificate", "ssl.certificate.location"),
            ("key", "ssl.key.location"),
            ("mechanism", "sasl.mechanism"),
            ("username", "sasl.username"),
            ("password", "sasl.password"),
        ];
        for (name, key) in words {
            if let Some(value) = self.0["security"][name].as_str() {
                config.set(key, value);
            }
        }
        config
    }

    fn producer(&self, more: &[(&str, &str)]) -> Result<BaseProducer<Careful>, Box<dyn Error>> {
        let mut config = self.config();
        for (key, value) in more {
            config.set(*key, *value);
        }
        Ok(config.create_with_context(Careful)?)
    }

    fn consumer_config(&self, group: &str) -> ClientConfig {
        let mut config = self.config();
        let isolation = self.0["isolation"].as_str().unwrap_or("read_uncommitted");
        config
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("isolation.level", isolation);
        config
    }

    fn partitions(&self, offset: Offset) -> Result<TopicPartitionList, Box<dyn Error>> {
        let mut list = TopicPartitionList::new();
        for partition in 0..self.number("partitions") {
            list.add_partition_offset(&self.text("topic"), partition as i32, offset)?;
        }
        Ok(list)
    }
}

/// Ends when it is not let in; librdkafka by itself tries again until its records are too old.
struct Careful;

impl ClientContext for Careful {
    fn error(&self, error: KafkaError, reason: &str) {
        eprintln!("{error}: {reason}");
        let code = error.rdkafka_error_code();
        if matches!(code, Some(RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SSL)) {
            std::process::exit(1);
        }
    }
}

impl ProducerContext for Careful {
    type DeliveryOpaque = ();
    fn delivery(&self, _: &DeliveryResult<'_>, _: ()) {}
}

pub fn tell(line: Value) {
    println!("{line}");
}

fn value(number: i64, size: usize) -> String {
    let text = format!("record {number} ");
    let mut all = text.repeat(size / text.len() + 1);
    all.truncate(size);
    all
}

fn produce(settings: &Settings) -> Outcome {
    let idempotent = settings.0["idempotent"].as_bool().unwrap_or(false).to_string();
    let producer = settings.producer(&[
        ("compression.type", &settings.text("codec")),
        ("enable.idempotence", &idempotent),
        ("linger.ms", "5"),
    ])?;
    let (topic, count) = (settings.text("topic"), settings.number("count"));
    for number in 0..count {
        let key = format!("key-{number}");
        let text = value(number, settings.number("bytes") as usize);
        let mark = number.to_string();
        let headers = OwnedHeaders::new().insert(Header { key: "number", value: Some(&mark) });
        let record = BaseRecord::to(&topic)
            .partition((number % settings.number("partitions")) as i32)
            .key(&key)
            .payload(&text)
            .headers(headers)
            .timestamp(FIRST_TIME + 1000 * number);
        producer.send(record).map_err(|(error, _)| error)?;
    }
    producer.flush(SECONDS)?;
    tell(json!({"sent": count}));
    Ok(())
}

fn consume(settings: &Settings) -> Outcome {
    let consumer: BaseConsumer = settings.consumer_config("reader").create()?;
    consumer.assign(&settings.partitions(Offset::Beginning)?)?;
    for _ in 0..settings.number("count") {
        let message = consumer.poll(SECONDS).ok_or("nothing more came")??;
        let mark = message.headers().ok_or("no headers")?.get(0);
        tell(json!({
            "partition": message.partition(), "offset": message.offset(),
            "key": message.key_view::<str>().ok_or("no key")??,
            "value": message.payload_view::<str>().ok_or("no value")??,
            "number": std::str::from_utf8(mark.value.unwrap_or_default())?,
            "timestamp": message.timestamp().to_millis(),
        }));
    }
    Ok(())
}

fn transactions(settings: &Settings) -> Outcome {
    let producer = settings.producer(&[("transactional.id", &settings.text("id"))])?;
    let topic = settings.text("topic");
    producer.init_transactions(SECONDS)?;
    for word in ["kept", "gone", "last"] {
        producer.begin_transaction()?;
        for number in 0..10 {
            let text = format!("{word} {number}");
            let record = BaseRecord::<(), String>::to(&topic).partition(0).payload(&text);
            producer.send(record).map_err(|(error, _)| error)?;
        }
        producer.flush(SECONDS)?;
        match word {
            "gone" => producer.abort_transaction(SECONDS)?,
            "last" => {
                send_offsets(settings, &producer)?;
                producer.commit_transaction(SECONDS)?
            }
            _ => producer.commit_transaction(SECONDS)?,
        }
    }
    tell(json!({"done": true}));
    Ok(())
}

fn send_offsets(settings: &Settings, producer: &BaseProducer<Careful>) -> Outcome {
    let mut config = settings.consumer_config(&settings.text("group"));
    let consumer: BaseConsumer = config.set("session.timeout.ms", "6000").create()?;
    let group = consumer.group_metadata().ok_or("no group")?;
    let mut offsets = TopicPartitionList::new();
    offsets.add_partition_offset(&settings.text("source"), 0, Offset::Offset(7))?;
    producer.send_offsets_to_transaction(&offsets, &group, Timeout::After(SECONDS))?;
    Ok(())
}

/// Tells the assignment at each change of it.
struct Member;

impl ClientContext for Member {}

impl ConsumerContext for Member {
    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let (Rebalance::Assign(_), Ok(list)) = (rebalance, consumer.assignment()) {
            let mut own: Vec<i32> = list.elements().iter().map(|one| one.partition()).collect();
            own.sort_unstable();
            tell(json!({"assigned": own}));
        }
    }
}

fn group(settings: &Settings) -> Outcome {
    let closed = input_closed();
    let consumer: BaseConsumer<Member> = settings
        .consumer_config(&settings.text("group"))
        .set("partition.assignment.strategy", settings.text("assignor"))
        .set("session.timeout.ms", "10000")
        .set("heartbeat.interval.ms", "500")
        .create_with_context(Member)?;
    consumer.subscribe(&[&settings.text("topic")])?;
    while !closed.load(Ordering::Relaxed) {
        if let Some(message) = consumer.poll(Duration::from_millis(200)) {
            let message = message?;
            tell(json!({"read": message.payload_view::<str>().ok_or("no value")??}));
            consumer.commit_message(&message, CommitMode::Async)?;
        }
    }
    Ok(())
}

fn input_closed() -> Arc<AtomicBool> {
    let closed = Arc::new(AtomicBool::new(false));
    let other = closed.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        other.store(true, Ordering::Relaxed);
    });
    closed
}

fn seek(settings: &Settings) -> Outcome {
    let consumer: BaseConsumer = settings.consumer_config("seeker").create()?;
    let asked = settings.partitions(Offset::Offset(settings.number("timestamp")))?;
    let mut offsets = serde_json::Map::new();
    let mut first = TopicPartitionList::new();
    for found in consumer.offsets_for_times(asked, SECONDS)?.elements() {
        offsets.insert(found.partition().to_string(), json!(found.offset().to_raw()));
        if found.partition() == 0 {
            first.add_partition_offset(found.topic(), 0, found.offset())?;
        }
    }
    tell(json!({ "offsets": offsets }));
    consumer.assign(&first)?;
    let message = consumer.poll(SECONDS).ok_or("nothing came")??;
    tell(json!({"first": message.payload_view::<str>().ok_or("no value")??}));
    Ok(())
}

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().skip(1).collect();
    words.chunks_exact(2).try_for_each(|pair| run(&pair[0], &pair[1]))
}

fn run(command: &str, path: &str) -> Outcome {
    let settings = Settings(serde_json::from_str(&std::fs::read_to_string(path)?)?);
    match command {
        "produce" => produce(&settings),
        "consume" => consume(&settings),
        "transactions" => transactions(&settings),
        "group" => group(&settings),
        "seek" => seek(&settings),
        "admin" => admin::admin(&settings),
        other => Err(format!("no command {other}").into()),
    }
}
