package main

import (
	"github.com/IBM/sarama"

	"tarn.test/clients/driver"
)

func admin(s driver.Settings) error {
	config, err := configured(s)
	if err != nil {
		return err
	}
	adm, err := sarama.NewClusterAdmin([]string{s.Bootstrap}, config)
	if err != nil {
		return err
	}
	defer adm.Close()
	for _, part := range []func(sarama.ClusterAdmin, driver.Settings) error{topics, records, groups} {
		if err := part(adm, s); err != nil {
			return err
		}
	}
	if err := adm.DeleteTopic(s.Topic); err != nil {
		return err
	}
	listed, err := adm.ListTopics()
	_, there := listed[s.Topic]
	driver.Step("deleted", !there)
	return err
}

func topics(adm sarama.ClusterAdmin, s driver.Settings) error {
	hour, two := "3600000", "7200000"
	detail := &sarama.TopicDetail{NumPartitions: 3, ReplicationFactor: 1,
		ConfigEntries: map[string]*string{"retention.ms": &hour}}
	if err := adm.CreateTopic(s.Topic, detail, false); err != nil {
		return err
	}
	listed, err := adm.ListTopics()
	if err != nil {
		return err
	}
	_, there := listed[s.Topic]
	driver.Step("listed", there)
	driver.Step("partitions", listed[s.Topic].NumPartitions)
	if err := tellRetention(adm, s, "retention"); err != nil {
		return err
	}
	longer := map[string]sarama.IncrementalAlterConfigsEntry{
		"retention.ms": {Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &two}}
	if err := adm.IncrementalAlterConfig(sarama.TopicResource, s.Topic, longer, false); err != nil {
		return err
	}
	if err := tellRetention(adm, s, "altered"); err != nil {
		return err
	}
	if err := adm.CreatePartitions(s.Topic, 5, nil, false); err != nil {
		return err
	}
	described, err := adm.DescribeTopics([]string{s.Topic})
	if err == nil {
		driver.Step("grown", len(described[0].Partitions))
	}
	return err
}

func tellRetention(adm sarama.ClusterAdmin, s driver.Settings, step string) error {
	entries, err := adm.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource,
		Name: s.Topic, ConfigNames: []string{"retention.ms"}})
	if err == nil {
		driver.Step(step, entries[0].Value)
	}
	return err
}

// It does not tell the low watermark that is answered; the first offset is asked for.
func records(adm sarama.ClusterAdmin, s driver.Settings) error {
	if err := adm.DeleteRecords(s.Existing, map[int32]int64{0: 4}); err != nil {
		return err
	}
	config, err := configured(s)
	if err != nil {
		return err
	}
	client, err := sarama.NewClient([]string{s.Bootstrap}, config)
	if err != nil {
		return err
	}
	defer client.Close()
	low, err := client.GetOffset(s.Existing, 0, sarama.OffsetOldest)
	driver.Step("low", low)
	return err
}

func groups(adm sarama.ClusterAdmin, s driver.Settings) error {
	listed, err := adm.ListConsumerGroups()
	if err != nil {
		return err
	}
	_, there := listed[s.Group]
	driver.Step("group_listed", there)
	described, err := adm.DescribeConsumerGroups([]string{s.Group})
	if err != nil {
		return err
	}
	driver.Step("group_state", described[0].State)
	offsets, err := adm.ListConsumerGroupOffsets(s.Group, nil)
	if err != nil {
		return err
	}
	driver.Step("committed", offsets.GetBlock(s.Existing, 0).Offset)
	if err := adm.DeleteConsumerGroup(s.Group); err != nil {
		return err
	}
	listed, err = adm.ListConsumerGroups()
	_, there = listed[s.Group]
	driver.Step("group_deleted", !there)
	return err
}
