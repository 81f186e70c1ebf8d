"""kcat: metadata, and records with every codec there and back."""

import pytest

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def test_lists_the_broker_and_its_topics(tarn, topic, kcat):
    listed = kcat("-L", "-b", tarn.kafka)
    assert f"at {tarn.kafka}" in listed
    assert f'topic "{topic}" with 2 partitions' in listed


@pytest.mark.parametrize("codec", CODECS)
def test_what_is_produced_is_consumed(tarn, topic, kcat, codec):
    lines = [f"value {codec} {number} " + "x" * 100 for number in range(500)]
    kcat("-P", "-b", tarn.kafka, "-t", topic, "-p", "1", "-z", codec, "-X", "acks=all",
         stdin="\n".join(lines))
    consumed = kcat("-C", "-b", tarn.kafka, "-t", topic, "-p", "1", "-o", "beginning", "-e", "-q")
    assert consumed.splitlines() == lines


def test_keys_and_headers_are_kept(tarn, topic, kcat):
    kcat("-P", "-b", tarn.kafka, "-t", topic, "-K", "=", "-H", "origin=LHR", stdin="k=v")
    read = kcat("-C", "-b", tarn.kafka, "-t", topic, "-e", "-q", "-f", "%k %s %h\n")
    assert read == "k v origin=LHR\n"


def test_reads_from_a_timestamp_and_from_the_end(tarn, topic, kcat):
    kcat("-P", "-b", tarn.kafka, "-t", topic, "-p", "0", stdin="a\nb\nc")
    last = kcat("-C", "-b", tarn.kafka, "-t", topic, "-p", "0", "-o", "-1", "-e", "-q")
    assert last == "c\n"
    offsets = kcat("-Q", "-b", tarn.kafka, "-t", f"{topic}:0:-1")
    assert offsets.strip() == f"{topic} [0] offset 3"


def test_a_topic_that_is_not_there_is_said_to_be_so(tarn, kcat):
    with pytest.raises(AssertionError, match="(?i)unknown topic|unknown partition"):
        kcat("-C", "-b", tarn.kafka, "-t", "nowhere", "-p", "0", "-e", "-q",
             "-X", "allow.auto.create.topics=false")
