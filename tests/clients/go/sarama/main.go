// Command sarama drives github.com/IBM/sarama; see tests/clients/README.md.
package main

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/IBM/sarama"
	"github.com/xdg-go/scram"

	"tarn.test/clients/driver"
)

func configured(s driver.Settings) (*sarama.Config, error) {
	config := sarama.NewConfig()
	config.Version = sarama.MaxVersion
	config.Producer.Return.Successes = true
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Interval = 100 * time.Millisecond
	if s.Isolation == "read_committed" {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	tls, err := s.TLS()
	config.Net.TLS.Enable, config.Net.TLS.Config = tls != nil, tls
	if s.Security.Mechanism != "" {
		config.Net.SASL.Enable = true
		config.Net.SASL.Mechanism = sarama.SASLMechanism(s.Security.Mechanism)
		config.Net.SASL.User, config.Net.SASL.Password = s.Security.Username, s.Security.Password
		config.Net.SASL.SCRAMClientGeneratorFunc = func() sarama.SCRAMClient {
			return &scramClient{sha512: s.Security.Mechanism == "SCRAM-SHA-512"}
		}
	}
	return config, err
}

// Sarama leaves SCRAM to others.
type scramClient struct {
	sha512       bool
	conversation *scram.ClientConversation
}

func (c *scramClient) Begin(user, password, authorization string) error {
	var generator scram.HashGeneratorFcn = sha256.New
	if c.sha512 {
		generator = sha512.New
	}
	client, err := generator.NewClient(user, password, authorization)
	if err == nil {
		c.conversation = client.NewConversation()
	}
	return err
}
func (c *scramClient) Step(challenge string) (string, error) {
	return c.conversation.Step(challenge)
}
func (c *scramClient) Done() bool { return c.conversation.Done() }

func codec(name string) sarama.CompressionCodec {
	return map[string]sarama.CompressionCodec{"none": sarama.CompressionNone,
		"gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
		"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD}[name]
}

func produce(s driver.Settings) error {
	config, err := configured(s)
	if err != nil {
		return err
	}
	config.Producer.Compression = codec(s.Codec)
	config.Producer.Idempotent = s.Idempotent
	if s.Idempotent {
		config.Net.MaxOpenRequests = 1
	}
	producer, err := sarama.NewSyncProducer([]string{s.Bootstrap}, config)
	if err != nil {
		return err
	}
	defer producer.Close()
	var messages []*sarama.ProducerMessage
	for number := range s.Count {
		messages = append(messages, &sarama.ProducerMessage{Topic: s.Topic,
			Partition: int32(number) % s.Partitions, Key: sarama.StringEncoder(driver.Key(number)),
			Value:     sarama.StringEncoder(driver.Value(number, s.Bytes)),
			Timestamp: driver.Time(number),
			Headers: []sarama.RecordHeader{
				{Key: []byte("number"), Value: fmt.Append(nil, number)}}})
	}
	if err := producer.SendMessages(messages); err != nil {
		return err
	}
	driver.Tell(driver.Line{"sent": s.Count})
	return nil
}

func consume(s driver.Settings) error {
	config, err := configured(s)
	if err != nil {
		return err
	}
	consumer, err := sarama.NewConsumer([]string{s.Bootstrap}, config)
	if err != nil {
		return err
	}
	defer consumer.Close()
	messages := make(chan *sarama.ConsumerMessage)
	for partition := range s.Partitions {
		reader, err := consumer.ConsumePartition(s.Topic, partition, sarama.OffsetOldest)
		if err != nil {
			return err
		}
		defer reader.AsyncClose()
		go func() {
			for message := range reader.Messages() {
				messages <- message
			}
		}()
	}
	for range s.Count {
		m := <-messages
		driver.Tell(driver.Line{"partition": m.Partition, "offset": m.Offset, "key": string(m.Key),
			"value": string(m.Value), "number": string(m.Headers[0].Value),
			"timestamp": m.Timestamp.UnixMilli()})
	}
	return nil
}

func transactions(s driver.Settings) error {
	config, err := configured(s)
	if err != nil {
		return err
	}
	config.Producer.Idempotent, config.Net.MaxOpenRequests = true, 1
	config.Producer.Transaction.ID = s.ID
	producer, err := sarama.NewSyncProducer([]string{s.Bootstrap}, config)
	if err != nil {
		return err
	}
	defer producer.Close()
	for _, round := range driver.Rounds {
		if err := transaction(producer, s, round.Word, round.Kept); err != nil {
			return err
		}
	}
	driver.Tell(driver.Line{"done": true})
	return nil
}

func transaction(producer sarama.SyncProducer, s driver.Settings, word string, kept bool) error {
	if err := producer.BeginTxn(); err != nil {
		return err
	}
	for number := range 10 {
		text := fmt.Sprintf("%s %d", word, number)
		message := &sarama.ProducerMessage{Topic: s.Topic, Value: sarama.StringEncoder(text)}
		if _, _, err := producer.SendMessage(message); err != nil {
			return err
		}
	}
	if !kept {
		return producer.AbortTxn()
	}
	if word == "last" {
		offsets := map[string][]*sarama.PartitionOffsetMetadata{
			s.Source: {{Partition: 0, Offset: 7, LeaderEpoch: -1}}}
		if err := producer.AddOffsetsToTxn(offsets, s.Group); err != nil {
			return err
		}
	}
	return producer.CommitTxn()
}

// member tells what its sessions get.
type member struct{}

func (member) Setup(session sarama.ConsumerGroupSession) error {
	for _, partitions := range session.Claims() {
		slices.Sort(partitions)
		driver.Tell(driver.Line{"assigned": partitions})
	}
	return nil
}
func (member) Cleanup(session sarama.ConsumerGroupSession) error {
	session.Commit()
	return nil
}
func (member) ConsumeClaim(
	session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		driver.Tell(driver.Line{"read": string(message.Value)})
		session.MarkMessage(message, "")
	}
	return nil
}

func group(s driver.Settings) error {
	config, err := configured(s)
	if err != nil {
		return err
	}
	strategy := map[string]sarama.BalanceStrategy{
		"range":      sarama.NewBalanceStrategyRange(),
		"roundrobin": sarama.NewBalanceStrategyRoundRobin(),
		"sticky":     sarama.NewBalanceStrategySticky()}[s.Assignor]
	config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{strategy}
	config.Consumer.Group.Heartbeat.Interval = 500 * time.Millisecond
	members, err := sarama.NewConsumerGroup([]string{s.Bootstrap}, s.Group, config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	closed := driver.InputClosed()
	go func() {
		<-closed
		cancel()
	}()
	for ctx.Err() == nil {
		err := members.Consume(ctx, []string{s.Topic}, member{})
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return members.Close()
}

func seek(s driver.Settings) error {
	config, err := configured(s)
	if err != nil {
		return err
	}
	client, err := sarama.NewClient([]string{s.Bootstrap}, config)
	if err != nil {
		return err
	}
	defer client.Close()
	offsets := map[string]int64{}
	for partition := range s.Partitions {
		offset, err := client.GetOffset(s.Topic, partition, s.Timestamp)
		if err != nil {
			return err
		}
		offsets[fmt.Sprint(partition)] = offset
	}
	driver.Tell(driver.Line{"offsets": offsets})
	consumer, err := sarama.NewConsumerFromClient(client)
	if err != nil {
		return err
	}
	reader, err := consumer.ConsumePartition(s.Topic, 0, offsets["0"])
	if err != nil {
		return err
	}
	driver.Tell(driver.Line{"first": string((<-reader.Messages()).Value)})
	return reader.Close()
}

func main() {
	driver.Main(map[string]func(driver.Settings) error{"produce": produce, "consume": consume,
		"transactions": transactions, "group": group, "seek": seek, "admin": admin})
}
