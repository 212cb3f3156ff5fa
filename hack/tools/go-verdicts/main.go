// Says what Go's own libraries make of texts: the consumers of our settings are Go programs, which read them so.
//
//	go-verdicts
//
// Standard input holds a JSON object a line, {"kind": …, "value": text}; standard output gets one a line, in the same
// order. Kinds, and what is asked:
//
//	schedule    robfig/cron, as regsync and Kubernetes' CronJobs use it; "after": times, as Unix seconds.
//	            {"accepted": bool, "next": the next time after each, 0 for none within its five years}
//	duration    time.ParseDuration: {"accepted": bool}
//	address     netip.ParseAddr without a zone: {"accepted": bool}
//	expression  regexp.Compile of ^TEXT$, as regsync compiles tag filters: {"accepted": bool}
//	manifest    sigs.k8s.io/yaml and encoding/json, as kubectl reads a document of a manifest with them:
//	            {"accepted": bool, "document": its JSON}
//	no_proxy    httpproxy; "hosts": HOST:PORT: {"accepted": true, "exempt": whether each host is left to a direct connection}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/net/http/httpproxy"
)

const longestLine = 16 << 20

type question struct {
	Kind  string   `json:"kind"`
	Value string   `json:"value"`
	After []int64  `json:"after"`
	Hosts []string `json:"hosts"`
}

type verdict struct {
	Accepted bool    `json:"accepted"`
	Next     []int64 `json:"next,omitempty"`
	Exempt   []bool  `json:"exempt,omitempty"`

	Document json.RawMessage `json:"document,omitempty"`
}

func judgeSchedule(asked question) verdict {
	schedule, err := cron.ParseStandard(asked.Value)
	if err != nil {
		return verdict{}
	}
	answer := verdict{Accepted: true}
	for _, after := range asked.After {
		next := schedule.Next(time.Unix(after, 0).UTC())
		if next.IsZero() {
			answer.Next = append(answer.Next, 0)
		} else {
			answer.Next = append(answer.Next, next.Unix())
		}
	}
	return answer
}

func judgeNoProxy(asked question) (verdict, error) {
	proxy := (&httpproxy.Config{HTTPSProxy: "http://proxy.example:3128", NoProxy: asked.Value}).ProxyFunc()
	answer := verdict{Accepted: true}
	for _, host := range asked.Hosts {
		used, err := proxy(&url.URL{Scheme: "https", Host: host})
		if err != nil {
			return answer, err
		}
		answer.Exempt = append(answer.Exempt, used == nil)
	}
	return answer, nil
}

func judge(asked question) (verdict, error) {
	switch asked.Kind {
	case "schedule":
		return judgeSchedule(asked), nil
	case "duration":
		_, err := time.ParseDuration(asked.Value)
		return verdict{Accepted: err == nil}, nil
	case "address":
		address, err := netip.ParseAddr(asked.Value)
		return verdict{Accepted: err == nil && address.Zone() == ""}, nil
	case "expression":
		_, err := regexp.Compile("^" + asked.Value + "$")
		return verdict{Accepted: err == nil}, nil
	case "manifest":
		return judgeManifest(asked), nil
	case "no_proxy":
		return judgeNoProxy(asked)
	}
	return verdict{}, fmt.Errorf("unknown kind %q", asked.Kind)
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
		answer, err := judge(asked)
		if err != nil {
			return err
		}
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

func main() {
	if len(os.Args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: go-verdicts")
		os.Exit(2)
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "go-verdicts:", err)
		os.Exit(1)
	}
}
