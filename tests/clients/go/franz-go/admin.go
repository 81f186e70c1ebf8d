package main

import (
	"github.com/twmb/franz-go/pkg/kadm"

	"tarn.test/clients/driver"
)

func admin(s driver.Settings) error {
	cl, err := client(s)
	if err != nil {
		return err
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	for _, part := range []func(*kadm.Client, driver.Settings) error{topics, records, groups} {
		if err := part(adm, s); err != nil {
			return err
		}
	}
	deleted, err := adm.DeleteTopics(ctx, s.Topic)
	if err == nil {
		err = deleted.Error()
	}
	if err != nil {
		return err
	}
	fresh, err := client(s) // without what this one remembers
	if err != nil {
		return err
	}
	defer fresh.Close()
	listed, err := kadm.NewClient(fresh).ListTopics(ctx)
	driver.Step("deleted", !listed.Has(s.Topic))
	return err
}

func topics(adm *kadm.Client, s driver.Settings) error {
	hour, two := "3600000", "7200000"
	configs := map[string]*string{"retention.ms": &hour}
	if _, err := adm.CreateTopic(ctx, 3, -1, configs, s.Topic); err != nil {
		return err
	}
	listed, err := adm.ListTopics(ctx)
	if err != nil {
		return err
	}
	driver.Step("listed", listed.Has(s.Topic))
	driver.Step("partitions", len(listed[s.Topic].Partitions))
	if err := tellRetention(adm, s, "retention"); err != nil {
		return err
	}
	longer := []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "retention.ms", Value: &two}}
	if _, err := adm.AlterTopicConfigs(ctx, longer, s.Topic); err != nil {
		return err
	}
	if err := tellRetention(adm, s, "altered"); err != nil {
		return err
	}
	if _, err := adm.UpdatePartitions(ctx, 5, s.Topic); err != nil {
		return err
	}
	// By its name: a list of all is made up from what the client remembers.
	listed, err = adm.ListTopics(ctx, s.Topic)
	driver.Step("grown", len(listed[s.Topic].Partitions))
	return err
}

func tellRetention(adm *kadm.Client, s driver.Settings, step string) error {
	described, err := adm.DescribeTopicConfigs(ctx, s.Topic)
	if err != nil {
		return err
	}
	for _, config := range described[0].Configs {
		if config.Key == "retention.ms" {
			driver.Step(step, config.MaybeValue())
		}
	}
	return nil
}

func records(adm *kadm.Client, s driver.Settings) error {
	before := kadm.Offsets{}
	before.AddOffset(s.Existing, 0, 4, -1)
	deleted, err := adm.DeleteRecords(ctx, before)
	if err == nil {
		driver.Step("low", deleted[s.Existing][0].LowWatermark)
	}
	return err
}

func groups(adm *kadm.Client, s driver.Settings) error {
	listed, err := adm.ListGroups(ctx)
	if err != nil {
		return err
	}
	_, there := listed[s.Group]
	driver.Step("group_listed", there)
	described, err := adm.DescribeGroups(ctx, s.Group)
	if err != nil {
		return err
	}
	driver.Step("group_state", described[s.Group].State)
	offsets, err := adm.FetchOffsets(ctx, s.Group)
	if err != nil {
		return err
	}
	driver.Step("committed", offsets[s.Existing][0].At)
	if _, err := adm.DeleteGroups(ctx, s.Group); err != nil {
		return err
	}
	listed, err = adm.ListGroups(ctx)
	_, there = listed[s.Group]
	driver.Step("group_deleted", !there)
	return err
}
