//! The admin calls that the crate has.

use crate::{tell, Outcome, Settings, SECONDS};
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier,
    TopicReplication,
};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::{json, Value};
use std::error::Error;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The crate's admin calls are futures; this waits for one.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

fn step(name: &str, value: impl Into<Value>) {
    tell(json!({"step": name, "value": value.into()}));
}

struct Admin {
    client: AdminClient<DefaultClientContext>,
    consumer: BaseConsumer,
    options: AdminOptions,
    topic: String,
}

impl Admin {
    fn partitions(&self) -> Result<usize, Box<dyn Error>> {
        let found = self.consumer.fetch_metadata(None, SECONDS)?;
        let topic = found.topics().iter().find(|one| one.name() == self.topic);
        Ok(topic.map_or(0, |one| one.partitions().len()))
    }

    fn retention(&self) -> Result<Value, Box<dyn Error>> {
        let resource = ResourceSpecifier::Topic(&self.topic);
        let found = wait(self.client.describe_configs(&[resource], &self.options))?;
        let config = found.into_iter().next().ok_or("no answer")??;
        let entry = config.get("retention.ms").ok_or("no retention.ms")?;
        Ok(json!(entry.value))
    }
}

pub fn admin(settings: &Settings) -> Outcome {
    let admin = Admin {
        client: settings.config().create()?,
        consumer: settings.config().create()?,
        options: AdminOptions::new().operation_timeout(Some(SECONDS)),
        topic: settings.text("topic"),
    };
    topics(&admin)?;
    let existing = settings.text("existing");
    let mut before = TopicPartitionList::new();
    before.add_partition_offset(&existing, 0, Offset::Offset(4))?;
    wait(admin.client.delete_records(&before, &admin.options))?;
    step("low", admin.consumer.fetch_watermarks(&existing, 0, SECONDS)?.0);
    groups(&admin, settings)?;
    for deleted in wait(admin.client.delete_topics(&[&admin.topic], &admin.options))? {
        deleted.map_err(|(_, code)| code.to_string())?;
    }
    step("deleted", admin.partitions()? == 0);
    Ok(())
}

fn topics(admin: &Admin) -> Outcome {
    let topic = NewTopic::new(&admin.topic, 3, TopicReplication::Fixed(1));
    let topic = topic.set("retention.ms", "3600000");
    for made in wait(admin.client.create_topics(&[topic], &admin.options))? {
        made.map_err(|(_, code)| code.to_string())?;
    }
    step("listed", admin.partitions()? > 0);
    step("partitions", admin.partitions()?);
    step("retention", admin.retention()?);
    let longer = AlterConfig::new(ResourceSpecifier::Topic(&admin.topic));
    let longer = longer.set("retention.ms", "7200000");
    for altered in wait(admin.client.alter_configs(&[longer], &admin.options))? {
        altered.map_err(|(_, code)| code.to_string())?;
    }
    step("altered", admin.retention()?);
    let more = NewPartitions::new(&admin.topic, 5);
    for grown in wait(admin.client.create_partitions(&[more], &admin.options))? {
        grown.map_err(|(_, code)| code.to_string())?;
    }
    step("grown", admin.partitions()?);
    Ok(())
}

fn groups(admin: &Admin, settings: &Settings) -> Outcome {
    let group = settings.text("group");
    let listed = admin.consumer.fetch_group_list(None, SECONDS)?;
    let found = listed.groups().iter().find(|one| one.name() == group);
    step("group_listed", found.is_some());
    step("group_state", found.map_or("", |one| one.state()));
    let member: BaseConsumer = settings.config().set("group.id", &group).create()?;
    let mut asked = TopicPartitionList::new();
    asked.add_partition(&settings.text("existing"), 0);
    let committed = member.committed_offsets(asked, SECONDS)?;
    step("committed", committed.elements()[0].offset().to_raw());
    for deleted in wait(admin.client.delete_groups(&[&group], &admin.options))? {
        deleted.map_err(|(_, code)| code.to_string())?;
    }
    let listed = admin.consumer.fetch_group_list(None, SECONDS)?;
    step("group_deleted", !listed.groups().iter().any(|one| one.name() == group));
    Ok(())
}
