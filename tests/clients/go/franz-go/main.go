// Command franz-go drives github.com/twmb/franz-go; see tests/clients/README.md.
package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"tarn.test/clients/driver"
)

var ctx = context.Background()

// A client that is not let in tries again for ever, unless it is asked to ping.
func client(s driver.Settings, more ...kgo.Opt) (*kgo.Client, error) {
	options, err := connection(s)
	if err != nil {
		return nil, err
	}
	cl, err := kgo.NewClient(append(options, more...)...)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return cl, cl.Ping(limited)
}

func connection(s driver.Settings) ([]kgo.Opt, error) {
	options := []kgo.Opt{kgo.SeedBrokers(s.Bootstrap)}
	config, err := s.TLS()
	if err != nil {
		return nil, err
	}
	if config != nil {
		options = append(options, kgo.DialTLSConfig(config))
	}
	user, password := s.Security.Username, s.Security.Password
	salted := scram.Auth{User: user, Pass: password}
	switch s.Security.Mechanism {
	case "PLAIN":
		options = append(options, kgo.SASL(plain.Auth{User: user, Pass: password}.AsMechanism()))
	case "SCRAM-SHA-256":
		options = append(options, kgo.SASL(salted.AsSha256Mechanism()))
	case "SCRAM-SHA-512":
		options = append(options, kgo.SASL(salted.AsSha512Mechanism()))
	}
	return options, nil
}

var codecs = map[string]kgo.CompressionCodec{"none": kgo.NoCompression(),
	"gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}

func produce(s driver.Settings) error {
	options := []kgo.Opt{kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(codecs[s.Codec]), kgo.ProducerLinger(5 * time.Millisecond)}
	if !s.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	cl, err := client(s, options...)
	if err != nil {
		return err
	}
	defer cl.Close()
	var records []*kgo.Record
	for number := range s.Count {
		records = append(records, &kgo.Record{Topic: s.Topic, Partition: int32(number) % s.Partitions,
			Key: []byte(driver.Key(number)), Value: []byte(driver.Value(number, s.Bytes)),
			Timestamp: driver.Time(number),
			Headers:   []kgo.RecordHeader{{Key: "number", Value: fmt.Append(nil, number)}}})
	}
	if err := cl.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return err
	}
	driver.Tell(driver.Line{"sent": s.Count})
	return nil
}

func consume(s driver.Settings) error {
	offsets := map[int32]kgo.Offset{}
	for partition := range s.Partitions {
		offsets[partition] = kgo.NewOffset().AtStart()
	}
	isolation := kgo.ReadUncommitted()
	if s.Isolation == "read_committed" {
		isolation = kgo.ReadCommitted()
	}
	cl, err := client(s, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{s.Topic: offsets}),
		kgo.FetchIsolationLevel(isolation))
	if err != nil {
		return err
	}
	defer cl.Close()
	for left := s.Count; left > 0; {
		fetched := cl.PollFetches(ctx)
		if err := fetched.Err(); err != nil {
			return err
		}
		left -= fetched.NumRecords()
		fetched.EachRecord(tell)
	}
	return nil
}

func tell(r *kgo.Record) {
	driver.Tell(driver.Line{"partition": r.Partition, "offset": r.Offset, "key": string(r.Key),
		"value": string(r.Value), "number": string(r.Headers[0].Value),
		"timestamp": r.Timestamp.UnixMilli()})
}

func transactions(s driver.Settings) error {
	cl, err := client(s, kgo.TransactionalID(s.ID), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		return err
	}
	defer cl.Close()
	for _, round := range driver.Rounds[:2] {
		if err := transaction(cl, s, round.Word, kgo.TransactionEndTry(round.Kept)); err != nil {
			return err
		}
	}
	cl.Close()
	return lastWithOffsets(s)
}

func transaction(cl *kgo.Client, s driver.Settings, word string, end kgo.TransactionEndTry) error {
	if err := cl.BeginTransaction(); err != nil {
		return err
	}
	if err := send(cl, s, word); err != nil {
		return err
	}
	return cl.EndTransaction(ctx, end)
}

func send(cl interface {
	ProduceSync(context.Context, ...*kgo.Record) kgo.ProduceResults
}, s driver.Settings, word string) error {
	for number := range 10 {
		record := &kgo.Record{Topic: s.Topic, Value: fmt.Appendf(nil, "%s %d", word, number)}
		if err := cl.ProduceSync(ctx, record).FirstErr(); err != nil {
			return err
		}
	}
	return nil
}

// The client sends offsets of what its session has read: seven records, put there first.
func lastWithOffsets(s driver.Settings) error {
	cl, err := client(s)
	if err != nil {
		return err
	}
	for number := range 7 {
		record := &kgo.Record{Topic: s.Source, Value: fmt.Append(nil, number)}
		if err := cl.ProduceSync(ctx, record).FirstErr(); err != nil {
			return err
		}
	}
	cl.Close()
	options, err := connection(s)
	if err != nil {
		return err
	}
	session, err := kgo.NewGroupTransactSession(append(options,
		kgo.TransactionalID(s.ID), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ConsumerGroup(s.Group), kgo.ConsumeTopics(s.Source), kgo.RequireStableFetchOffsets(),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()))...)
	if err != nil {
		return err
	}
	defer session.Close()
	for read := 0; read < 7; {
		read += session.PollFetches(ctx).NumRecords()
	}
	if err := session.Begin(); err != nil {
		return err
	}
	if err := send(session, s, "last"); err != nil {
		return err
	}
	committed, err := session.End(ctx, kgo.TryCommit)
	if err == nil && !committed {
		err = fmt.Errorf("the last transaction was not committed")
	}
	driver.Tell(driver.Line{"done": true})
	return err
}

func group(s driver.Settings) error {
	closed := driver.InputClosed()
	balancer := map[string]kgo.GroupBalancer{"range": kgo.RangeBalancer(),
		"roundrobin": kgo.RoundRobinBalancer(), "sticky": kgo.StickyBalancer(),
		"cooperative-sticky": kgo.CooperativeStickyBalancer()}[s.Assignor]
	cl, err := client(s, kgo.ConsumerGroup(s.Group), kgo.ConsumeTopics(s.Topic),
		kgo.Balancers(balancer), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(10*time.Second), kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll())
	if err != nil {
		return err
	}
	var owned, told []int32
	for open := true; open; {
		polling, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		fetched := cl.PollFetches(polling)
		cancel()
		fetched.EachRecord(func(r *kgo.Record) { driver.Tell(driver.Line{"read": string(r.Value)}) })
		if err := cl.CommitRecords(ctx, fetched.Records()...); err != nil {
			return err
		}
		owned = assigned(cl, s.Topic)
		cl.AllowRebalance()
		if !slices.Equal(owned, told) {
			driver.Tell(driver.Line{"assigned": owned})
			told = owned
		}
		select {
		case <-closed:
			open = false
		default:
		}
	}
	cl.CloseAllowingRebalance()
	return nil
}

func assigned(cl *kgo.Client, topic string) []int32 {
	partitions := []int32{}
	for partition := range cl.UncommittedOffsets()[topic] {
		partitions = append(partitions, partition)
	}
	for partition := range cl.CommittedOffsets()[topic] {
		if !slices.Contains(partitions, partition) {
			partitions = append(partitions, partition)
		}
	}
	slices.Sort(partitions)
	return partitions
}

func seek(s driver.Settings) error {
	cl, err := client(s)
	if err != nil {
		return err
	}
	defer cl.Close()
	listed, err := kadm.NewClient(cl).ListOffsetsAfterMilli(ctx, s.Timestamp, s.Topic)
	if err != nil {
		return err
	}
	offsets := map[string]int64{}
	listed.Each(func(o kadm.ListedOffset) { offsets[fmt.Sprint(o.Partition)] = o.Offset })
	driver.Tell(driver.Line{"offsets": offsets})
	cl.AddConsumePartitions(map[string]map[int32]kgo.Offset{
		s.Topic: {0: kgo.NewOffset().At(offsets["0"])}})
	driver.Tell(driver.Line{"first": string(cl.PollRecords(ctx, 1).Records()[0].Value)})
	return nil
}

func main() {
	driver.Main(map[string]func(driver.Settings) error{"produce": produce, "consume": consume,
		"transactions": transactions, "group": group, "seek": seek, "admin": admin})
}
