// Renders a chart many times in one process, as `helm template` does once: the same code of helm reads the values,
// judges them by the schema and executes the templates.
//
//	chart-renderer CHART
//
// Standard input holds a JSON object a line: {"values": the text of a values file, "schema": whether to judge by it}.
// Standard output gets one a line, in the same order: {"error": what helm says, "" where it takes the values,
// "manifest": the objects, "" where it does not}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	release "helm.sh/helm/v4/pkg/release/v1"
)

const longestLine = 64 << 20

type request struct {
	Values string `json:"values"`
	Schema bool   `json:"schema"`
}

type answer struct {
	Error    string `json:"error"`
	Manifest string `json:"manifest"`
}

func render(folder string, asked request) (manifest string, err error) {
	// Text from outside must not end the process.
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("helm panics: %v", reason)
		}
	}()
	// Rendering changes a chart, so each gets its own.
	chart, err := loader.LoadDir(folder)
	if err != nil {
		return "", err
	}
	values, err := loader.LoadValues(strings.NewReader(asked.Values))
	if err != nil {
		return "", err
	}
	install := action.NewInstall(new(action.Configuration))
	install.DryRunStrategy = action.DryRunClient
	install.Replace = true
	install.ReleaseName = "connected-registry"
	install.Namespace = "registry"
	install.SkipSchemaValidation = !asked.Schema
	made, err := install.Run(chart, values)
	if err != nil {
		return "", err
	}
	whole, ok := made.(*release.Release)
	if !ok {
		return "", fmt.Errorf("helm made a %T", made)
	}
	return whole.Manifest, nil
}

func work(folder string) error {
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	encoder := json.NewEncoder(output)
	// As many at once as there are processors; a queue of channels keeps the order.
	queue := make(chan chan answer, runtime.GOMAXPROCS(0))
	finished := make(chan error, 1)
	go func() {
		for one := range queue {
			if err := encoder.Encode(<-one); err != nil {
				finished <- err
				return
			}
		}
		finished <- nil
	}()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		one := make(chan answer, 1)
		queue <- one
		go func() {
			manifest, err := render(folder, asked)
			said := answer{Manifest: manifest}
			if err != nil {
				said.Error = err.Error()
			}
			one <- said
		}()
	}
	close(queue)
	if err := lines.Err(); err != nil {
		return err
	}
	return <-finished
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: chart-renderer CHART")
		os.Exit(2)
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err := work(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "chart-renderer:", err)
		os.Exit(1)
	}
}
