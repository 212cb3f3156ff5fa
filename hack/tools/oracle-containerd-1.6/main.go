// Says what a release of containerd reads from its files, with the functions of that release. Its directory has the
// name of the release; containerd.go holds what differs between the releases.
//
// Standard input holds a JSON object a line; standard output gets one a line, in the same order. Kinds of questions:
//
//	{"kind": "hosts", "files": {path: content}, "hosts": [host of an image reference, …]}
//	    A directory like certs.d; {ROOT} in the contents stands for its path. The answer has "hosts": for each host
//	    the "tries" in their order, {"scheme", "host", "capabilities", "authorities": the common names of the CAs that
//	    are not the system's, "skip_verify"}, or "error", which containerd logs or returns.
//	{"kind": "config", "text": a config.toml}
//	    The answer has "error" if containerd would not start with it, else "config_path" of CRI, and "authorities":
//	    host -> tls.ca_file in CRI's registry.configs.
//	{"kind": "toml", "text": TOML}
//	    The answer has "error" if the parser refuses the text, else "value": tables, arrays, and scalars as texts, a
//	    letter for the type before each, "?" for a date or time.
package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/containerd/log"
	"github.com/sirupsen/logrus"
)

const longestLine = 16 << 20

type question struct {
	Kind  string            `json:"kind"`
	Files map[string]string `json:"files"`
	Hosts []string          `json:"hosts"`
	Text  string            `json:"text"`
}

type try struct {
	Scheme       string   `json:"scheme"`
	Host         string   `json:"host"`
	Capabilities string   `json:"capabilities"`
	Authorities  []string `json:"authorities"`
	SkipVerify   bool     `json:"skip_verify"`
}

type hostAnswer struct {
	Error string `json:"error,omitempty"`
	Tries []try  `json:"tries,omitempty"`
}

type answer struct {
	Error       string                `json:"error,omitempty"`
	Hosts       map[string]hostAnswer `json:"hosts,omitempty"`
	ConfigPath  string                `json:"config_path,omitempty"`
	Authorities map[string]string     `json:"authorities,omitempty"`
	Value       any                   `json:"value,omitempty"`
}

// CRI's registry settings, as its plugin decodes them.
type criConfig struct {
	Registry struct {
		ConfigPath string `toml:"config_path"`
		Mirrors    map[string]struct {
			Endpoints []string `toml:"endpoint"`
		} `toml:"mirrors"`
		Configs map[string]struct {
			TLS *struct {
				CAFile string `toml:"ca_file"`
			} `toml:"tls"`
		} `toml:"configs"`
	} `toml:"registry"`
}

// Errors that containerd logs and then goes on: a hosts.toml that it cannot read is one.
type errorsLogged struct{ texts []string }

func (*errorsLogged) Levels() []logrus.Level {
	return []logrus.Level{logrus.ErrorLevel}
}

func (logged *errorsLogged) Fire(entry *logrus.Entry) error {
	logged.texts = append(logged.texts, fmt.Sprint(entry.Message, ": ", entry.Data[logrus.ErrorKey]))
	return nil
}

func writeFiles(root string, files map[string]string) error {
	for path, content := range files {
		full := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(full, []byte(strings.ReplaceAll(content, "{ROOT}", root)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func ownNames(pool, system *x509.CertPool) []string {
	names := []string{}
	if pool == nil {
		return names
	}
	known := map[string]bool{}
	for _, subject := range system.Subjects() {
		known[string(subject)] = true
	}
	for _, subject := range pool.Subjects() {
		var sequence pkix.RDNSequence
		if _, err := asn1.Unmarshal(subject, &sequence); err == nil && !known[string(subject)] {
			var name pkix.Name
			name.FillFromRDNSequence(&sequence)
			names = append(names, name.CommonName)
		}
	}
	return names
}

func triesOf(host string, root string, system *x509.CertPool) hostAnswer {
	logged := &errorsLogged{}
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	logger.AddHook(logged)
	found, err := registryHosts(log.WithLogger(context.Background(), logrus.NewEntry(logger)), root, host)
	if err != nil {
		return hostAnswer{Error: err.Error()}
	}
	if len(logged.texts) > 0 {
		return hostAnswer{Error: strings.Join(logged.texts, "; ")}
	}
	var all hostAnswer
	for _, each := range found {
		one := try{Scheme: each.Scheme, Host: each.Host, Authorities: []string{}, Capabilities: capabilities(each)}
		if transport, ok := each.Client.Transport.(*http.Transport); ok {
			one.Authorities = ownNames(transport.TLSClientConfig.RootCAs, system)
			one.SkipVerify = transport.TLSClientConfig.InsecureSkipVerify
		}
		all.Tries = append(all.Tries, one)
	}
	return all
}

func judgeHosts(asked question) (answer, error) {
	root, err := os.MkdirTemp("", "oracle-containerd-")
	if err != nil {
		return answer{}, err
	}
	defer os.RemoveAll(root)
	if err := writeFiles(root, asked.Files); err != nil {
		return answer{}, err
	}
	system, err := x509.SystemCertPool()
	if err != nil {
		return answer{}, err
	}
	answered := answer{Hosts: map[string]hostAnswer{}}
	for _, host := range asked.Hosts {
		answered.Hosts[host] = triesOf(host, root, system)
	}
	return answered, nil
}

func judgeConfig(asked question) (answer, error) {
	file, err := os.CreateTemp("", "oracle-containerd-*.toml")
	if err != nil {
		return answer{}, err
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString(asked.Text); err != nil {
		return answer{}, err
	}
	if err := file.Close(); err != nil {
		return answer{}, err
	}
	cri, err := loadOrPanic(file.Name())
	if err != nil {
		return answer{Error: err.Error()}, nil
	}
	answered := answer{ConfigPath: cri.Registry.ConfigPath, Authorities: map[string]string{}}
	for host, config := range cri.Registry.Configs {
		if config.TLS != nil {
			answered.Authorities[host] = config.TLS.CAFile
		}
	}
	return answered, nil
}

// loadOrPanic returns a panic of containerd as an error: it would not start either.
func loadOrPanic(path string) (cri criConfig, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	return loadConfig(path)
}

// texts returns a value as tables, arrays and texts; two readers that agree have the same.
func texts(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		table := map[string]any{}
		for key, each := range typed {
			table[key] = texts(each)
		}
		return table
	case []any:
		array := []any{}
		for _, each := range typed {
			array = append(array, texts(each))
		}
		return array
	case []map[string]any:
		array := []any{}
		for _, each := range typed {
			array = append(array, texts(each))
		}
		return array
	case string:
		return "s" + typed
	case bool:
		return fmt.Sprint("b", typed)
	case int64:
		return fmt.Sprint("i", typed)
	case uint64:
		return fmt.Sprint("i", typed)
	case float64:
		if math.IsNaN(typed) {
			return "fnan"
		}
		return fmt.Sprintf("f%016x", math.Float64bits(typed))
	}
	return "?"
}

func judge(asked question) (answer, error) {
	switch asked.Kind {
	case "hosts":
		return judgeHosts(asked)
	case "config":
		return judgeConfig(asked)
	case "toml":
		value, err := parse([]byte(asked.Text))
		if err != nil {
			return answer{Error: err.Error()}, nil
		}
		return answer{Value: texts(value)}, nil
	}
	return answer{}, fmt.Errorf("unknown kind %q", asked.Kind)
}

func work() error {
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	encoder := json.NewEncoder(output)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		answered, err := judge(asked)
		if err != nil {
			return err
		}
		if err := encoder.Encode(answered); err != nil {
			return err
		}
	}
	return lines.Err()
}

func main() {
	name := filepath.Base(os.Args[0])
	if len(os.Args) != 1 {
		fmt.Fprintln(os.Stderr, "usage:", name)
		os.Exit(2)
	}
	logrus.SetOutput(io.Discard)
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}

// sortedNames joins the names of the capabilities that a host has.
func sortedNames(has map[string]bool) string {
	names := []string{}
	for name, is := range has {
		if is {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}
