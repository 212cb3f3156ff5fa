// Prints the files of TOML's test suite, a JSON object a line: {"name": …, "text": …}.
//
//	toml-test
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"strings"

	tomltest "github.com/toml-lang/toml-test/v2"
)

type file struct {
	Name string `json:"name"`
	Text []byte `json:"text"` // base64: some files are not UTF-8
}

func work() error {
	encoder := json.NewEncoder(os.Stdout)
	files := tomltest.TestCases()
	return fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".toml") {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		return encoder.Encode(file{Name: strings.TrimSuffix(path, ".toml"), Text: text})
	})
}

func main() {
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "toml-test:", err)
		os.Exit(1)
	}
}
