#!/usr/bin/env python3
"""Runs examples/flights with a release binary and shows what a person wants to see.

Usage: tools/demo.py BINARY [SECONDS USED BEFORE]
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOPIC = "flight-kafka-topic"
KEY = "a-key-of-the-demo"
WAIT_SECONDS = 180
QUESTION = ("select origin, count(*) as flights, round(avg(delay), 1) as mean_delay from flights "
            "group by origin having count(*) >= 100 order by mean_delay desc, origin limit 5")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    def __init__(self, binary):
        self.binary = ROOT / binary
        self.folder = ROOT / "build" / "demo"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.data, self.lake = self.folder / "data", self.folder / "lake"
        self.flights = self.folder / "flights.jsonl"
        self._processes = []

    def start(self, name, *command, environment=None):
        log = (self.folder / f"{name}.log").open("w")
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, **(environment or {})})
        self._processes.append((name, process))
        return process

    def stop(self):
        for _, process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def until(self, condition, what):
        """The first true value; ends the demo when a program ends or the time is up."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            value = condition()
            if value:
                return value
            for name, process in self._processes:
                if process.poll() is not None:
                    log = (self.folder / f"{name}.log").read_text()[-2000:]
                    raise SystemExit(f"demo: {name} ended with {process.returncode}:\n{log}")
            if time.monotonic() > deadline:
                raise SystemExit(f"demo: after {WAIT_SECONDS} s still no {what}; counts: "
                                 f"{self.counts()}; logs in {self.folder}")
            time.sleep(0.2)

    def run(self):
        served = self.serve()
        began = time.monotonic()
        self.start("tarn", self.binary, "run", ROOT / "examples/flights", "--data", self.data,
                   "--lake", self.lake, "--kafka-port", "0", "--http-port", "0", "--set",
                   f"sources.flights.http.url={self.url}", environment={"RAPIDAPI_KEY": KEY})
        endpoints = self.until(self.endpoints, "answer from tarn run")
        print(f"tarn run: ready after {time.monotonic() - began:.2f} s", flush=True)
        self.until(lambda: self.progress(served), "equal counts")
        self.show(served, endpoints, time.monotonic() - began)
        return 0 if set(self.counts().values()) == {served} else 1

    def serve(self):
        subprocess.run([ROOT / "scripts/flights-data", self.flights], check=True)
        served = sum(1 for _ in self.flights.open())
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/v1/flights"
        self.start("emulator", self.binary, "emulate", "api", "--from", self.flights, "--page",
                   "100", "--key", KEY, "--quota", "500/month", "--port", str(port))
        self.until(lambda: answers(port), "answer from tarn emulate api")
        print(f"an API with {served} flights answers at {self.url}", flush=True)
        return served

    def endpoints(self):
        file = self.data / "endpoints.json"
        return json.loads(file.read_text()) if file.exists() else None

    def sql(self, statement):
        done = subprocess.run([self.binary, "sql", "--dir", ROOT / "examples/flights", "--data",
                               self.data, "--format", "json", statement],
                              capture_output=True, text=True, timeout=60,
                              env={**os.environ, "RAPIDAPI_KEY": KEY})
        if done.returncode != 0:
            raise SystemExit(f"demo: tarn sql: {done.stderr}")
        return rows_of(done.stdout)

    def counts(self):
        topic = 0
        try:
            topic = self.sql(f'select count(*) as n from log."{TOPIC}"')[0]["n"]
        except (SystemExit, IndexError, KeyError):
            pass
        return {f"topic {TOPIC}": topic,
                "Delta table flights": rows_in_table(self.lake / "flights"),
                "JSON objects flights_json": lines_in_objects(self.lake / "flights_json")}

    def progress(self, served):
        counts = self.counts()
        print("  " + ", ".join(f"{name}: {count}" for name, count in counts.items()), flush=True)
        return all(count >= served for count in counts.values()) or time.sleep(0.8)

    def show(self, served, endpoints, seconds):
        print(f"\nRecords in each stage, {seconds:.1f} s after the start of tarn run:")
        print(f"  {'served by the API':32}{served:>8}")
        for name, count in self.counts().items():
            print(f"  {name:32}{count:>8}")
        print(f"\nSQL: {QUESTION}")
        for row in self.sql(QUESTION):
            print(f"  {row['origin']}  {row['flights']:>6}  {row['mean_delay']:>6}")
        url = f"{endpoints['http']}/delays?limit=5"
        print(f"\nThe same from the API: curl '{url}'")
        with urllib.request.urlopen(url, timeout=30) as answer:
            print("  " + answer.read().decode().strip().replace("\n", "\n  "))
        print(f"\nWhile it runs, any Kafka client reads the topic:\n  kcat -C -b "
              f"{endpoints['kafka']} -t {TOPIC} -o beginning -c 3")
        self.show_files()
        print("\nTo look around yourself (data and tables are kept until the next demo):\n"
              f"  RAPIDAPI_KEY=x {os.path.relpath(self.binary, ROOT)} run examples/flights --data "
              f"{self.data.relative_to(ROOT)} --lake {self.lake.relative_to(ROOT)}")

    def show_files(self):
        print("\nFiles:")
        for name, folder in (("log", self.data), ("table", self.lake / "flights"),
                             ("objects", self.lake / "flights_json")):
            files = [file for file in folder.rglob("*") if file.is_file()]
            size = sum(file.stat().st_size for file in files)
            where = folder.relative_to(ROOT)
            print(f"  {name:8} {where}  ({len(files)} files, {size / 1e6:.1f} MB)")


def rows_of(text):
    """JSON Lines or one array."""
    text = text.strip()
    return json.loads(text) if text.startswith("[") else [json.loads(x) for x in text.splitlines()]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def rows_in_table(table):
    """By the statistics in the table's log: committed files only."""
    rows = {}
    for entry in sorted((table / "_delta_log").glob("*.json")):
        for line in entry.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                rows[action["add"]["path"]] = json.loads(action["add"]["stats"])["numRecords"]
            elif "remove" in action:
                rows.pop(action["remove"]["path"], None)
    return sum(rows.values())


def lines_in_objects(folder):
    return sum(file.read_bytes().count(b"\n") for file in folder.rglob("data_*.json"))


def main(arguments):
    demo = Demo(arguments[0])
    before = float(arguments[1]) if len(arguments) > 1 else 0
    began = time.monotonic()
    try:
        status = demo.run()
    finally:
        demo.stop()
    seconds = time.monotonic() - began
    print(f"\n{'All stages hold the same records' if status == 0 else 'THE COUNTS DIFFER'}; "
          f"the demo took {seconds:.0f} s, and {before:.0f} s for setting up and building")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
