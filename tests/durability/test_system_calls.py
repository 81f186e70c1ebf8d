"""The judge itself: it must see a missing, a late and a failed fdatasync."""

import re
import struct

from system_calls import judge

MARKER = re.compile(rb"mark-\d+")
SOCKET = "9<TCP:[127.0.0.1:9092->127.0.0.1:5]>"


def hexed(data):
    return "".join(f"\\x{byte:02x}" for byte in data)


JOURNAL = f"7<{hexed(b'/data/journal/1')}>"


def frame(body):
    return struct.pack(">i", len(body)) + body


REQUEST = hexed(frame(struct.pack(">hhi", 0, 9, 41) + b"..mark-1.."))
ANSWER = hexed(frame(struct.pack(">i", 41) + b"...."))
RECEIVED = f'10 recvmsg({SOCKET}, {{msg_iov=[{{iov_base="{REQUEST}", iov_len=99}}]}}, 0) = 22'
WRITTEN = f'11 pwritev({JOURNAL}, [{{iov_base="{hexed(b"mark-1")}", iov_len=6}}], 1, 0) = 6'
SYNCED = f"11 fdatasync({JOURNAL}) = 0"
SENT = f'10 sendmsg({SOCKET}, {{msg_iov=[{{iov_base="{ANSWER}", iov_len=12}}]}}, 0) = 12'


def test_an_answer_after_the_sync_is_covered():
    judgement = judge([RECEIVED, WRITTEN, SYNCED, SENT], MARKER)
    assert judgement.covered == {b"mark-1"} and not judgement.violations


def test_a_missing_sync_is_seen():
    assert judge([RECEIVED, WRITTEN, SENT], MARKER).violations


def test_a_sync_that_began_before_the_write_ended_does_not_count():
    assert judge([RECEIVED, SYNCED, WRITTEN, SENT], MARKER).violations


def test_a_sync_of_another_file_does_not_count():
    other = SYNCED.replace(hexed(b"journal/1"), hexed(b"journal/2"))
    assert judge([RECEIVED, WRITTEN, other, SENT], MARKER).violations


def test_a_sync_that_failed_does_not_count():
    failed = SYNCED.replace("= 0", "= -1 EIO (Input/output error)")
    assert judge([RECEIVED, WRITTEN, failed, SENT], MARKER).violations


def test_a_sync_that_returns_after_the_answer_left_does_not_count():
    begun = f"11 fdatasync({JOURNAL} <unfinished ...>"
    ended = "11 <... fdatasync resumed>) = 0"
    assert judge([RECEIVED, WRITTEN, begun, SENT, ended], MARKER).violations
    assert not judge([RECEIVED, WRITTEN, begun, ended, SENT], MARKER).violations


def test_a_second_request_on_the_connection_is_judged_by_its_own_lines():
    second = [line.replace(hexed(b"mark-1"), hexed(b"mark-2")).replace(
        hexed(struct.pack(">i", 41)), hexed(struct.pack(">i", 42)))
        for line in (RECEIVED, WRITTEN, SYNCED, SENT)]
    judgement = judge([RECEIVED, WRITTEN, SYNCED, SENT, *second], MARKER)
    assert judgement.covered == {b"mark-1", b"mark-2"} and not judgement.violations


def test_a_request_in_pieces_is_put_together():
    raw = frame(struct.pack(">hhi", 0, 9, 41) + b"..mark-1..")
    pieces = [f'10 recvmsg({SOCKET}, {{msg_iov=[{{iov_base="{hexed(part)}", iov_len=9}}]}}, 0) '
              f'= {len(part)}' for part in (raw[:3], raw[3:9], raw[9:])]
    assert judge([*pieces, WRITTEN, SYNCED, SENT], MARKER).covered == {b"mark-1"}
