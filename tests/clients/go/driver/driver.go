// Package driver is what the Go drivers share: settings in, lines of JSON out, the records of the
// tests. See tests/clients/README.md.
package driver

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

type Security struct {
	Protocol, Mechanism, Username, Password, CA, Certificate, Key string
}

type Settings struct {
	Bootstrap, Topic, Codec, ID, Source, Group, Assignor, Existing, Isolation string
	Partitions                                                                int32
	Count, Bytes                                                              int
	Idempotent                                                                bool
	Timestamp                                                                 int64
	Security                                                                  Security
}

// Main runs the commands of the command line, each with its settings.
func Main(commands map[string]func(Settings) error) {
	for words := os.Args[1:]; len(words) > 1; words = words[2:] {
		if err := run(commands[words[0]], words[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func run(command func(Settings) error, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var settings Settings
	if err := json.Unmarshal(text, &settings); err != nil {
		return err
	}
	return command(settings)
}

// TLS is nil when the connection is plain.
func (s Settings) TLS() (*tls.Config, error) {
	if !strings.HasSuffix(s.Security.Protocol, "SSL") {
		return nil, nil
	}
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	pem, err := os.ReadFile(s.Security.CA)
	if err != nil {
		return nil, err
	}
	config.RootCAs.AppendCertsFromPEM(pem)
	if s.Security.Certificate != "" {
		own, err := tls.LoadX509KeyPair(s.Security.Certificate, s.Security.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{own}
	}
	return config, nil
}

// Line is one line of JSON on standard output.
type Line map[string]any

func Tell(line Line) {
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

func Step(name string, value any) { Tell(Line{"step": name, "value": value}) }

func Key(number int) string { return fmt.Sprintf("key-%d", number) }

func Value(number, size int) string {
	text := fmt.Sprintf("record %d ", number)
	return strings.Repeat(text, size/len(text)+1)[:size]
}

func Time(number int) time.Time { return time.UnixMilli(1_700_000_000_000 + 1000*int64(number)) }

// Rounds are the three transactions: the first word of their records, and whether they are kept.
var Rounds = []struct {
	Word string
	Kept bool
}{{"kept", true}, {"gone", false}, {"last", true}}

// InputClosed is closed when standard input is.
func InputClosed() <-chan struct{} {
	closed := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(closed)
	}()
	return closed
}
