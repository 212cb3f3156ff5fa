// Says what podman, skopeo, buildah and CRI-O read from registries.conf.d, with the functions of their library.
//
//	oracle-containers
//
// Standard input holds a JSON object a line, {"text": a drop-in file, "references": [image reference, …]}; standard
// output gets one a line, in the same order: {"error": if the file cannot be read, "registries": for each reference
// {"location", "insecure"}, empty if no entry of the file is about it}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/containers/image/v5/pkg/sysregistriesv2"
	"github.com/containers/image/v5/types"
)

const longestLine = 16 << 20

type question struct {
	Text       string   `json:"text"`
	References []string `json:"references"`
}

type registry struct {
	Location string `json:"location"`
	Insecure bool   `json:"insecure"`
}

type answer struct {
	Error      string              `json:"error,omitempty"`
	Registries map[string]registry `json:"registries,omitempty"`
}

func judge(asked question) (answer, error) {
	root, err := os.MkdirTemp("", "oracle-containers-")
	if err != nil {
		return answer{}, err
	}
	defer os.RemoveAll(root)
	drop := filepath.Join(root, "registries.conf.d")
	main := filepath.Join(root, "registries.conf")
	if err := os.Mkdir(drop, 0o755); err != nil {
		return answer{}, err
	}
	for path, text := range map[string]string{main: "", filepath.Join(drop, "ours.conf"): asked.Text} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return answer{}, err
		}
	}
	context := &types.SystemContext{SystemRegistriesConfPath: main, SystemRegistriesConfDirPath: drop}
	answered := answer{Registries: map[string]registry{}}
	for _, reference := range asked.References {
		found, err := sysregistriesv2.FindRegistry(context, reference)
		if err != nil {
			return answer{Error: err.Error()}, nil
		}
		if found != nil {
			answered.Registries[reference] = registry{Location: found.Location, Insecure: found.Insecure}
		}
	}
	return answered, nil
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
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "oracle-containers:", err)
		os.Exit(1)
	}
}
