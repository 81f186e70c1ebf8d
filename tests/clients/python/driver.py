"""What the Python drivers share: settings in, lines of JSON out, the records of the tests."""

import json
import logging
import sys
import threading

FIRST_TIME = 1_700_000_000_000


def tell(**line):
    print(json.dumps(line), flush=True)


def value(number, size):
    text = f"record {number} "
    return (text * (size // len(text) + 1))[:size].encode()


def record(number, settings):
    """What is the number-th record of the tests, by the names that both clients take."""
    return {"partition": number % settings["partitions"], "key": f"key-{number}".encode(),
            "value": value(number, settings["bytes"]), "headers": [("number", b"%d" % number)],
            "timestamp_ms": FIRST_TIME + 1000 * number}


def tell_record(message):
    headers = dict(message.headers)
    tell(partition=message.partition, offset=message.offset, key=message.key.decode(),
         value=message.value.decode(), number=headers["number"].decode(),
         timestamp=message.timestamp)


def rounds():
    """The three transactions: the first word of their records, and whether they are committed."""
    return (("kept", True), ("gone", False), ("last", True))


def security(settings):
    """Both clients' words for how to log in; the context of TLS is made by each itself."""
    given = settings.get("security")
    if not given:
        return {}
    words = {"security_protocol": given["protocol"]}
    if "mechanism" in given:
        words |= {"sasl_mechanism": given["mechanism"],
                  "sasl_plain_username": given["username"],
                  "sasl_plain_password": given["password"]}
    return words


def input_closed():
    """An event that is set when standard input is closed."""
    closed = threading.Event()

    def wait():
        sys.stdin.read()
        closed.set()

    threading.Thread(target=wait, daemon=True).start()
    return closed


def main(commands):
    logging.basicConfig()  # warnings and errors, on standard error
    words = sys.argv[1:]
    for command, path in zip(words[::2], words[1::2]):
        with open(path) as file:
            settings = json.load(file)
        commands[command](settings)
