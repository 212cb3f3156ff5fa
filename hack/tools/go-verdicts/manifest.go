package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"sigs.k8s.io/yaml"
)

// judgeManifest reads one document. As in kubectl, a document that begins with { is JSON if it can be.
func judgeManifest(asked question) verdict {
	if strings.HasPrefix(strings.TrimLeft(asked.Value, " \t\r\n"), "{") {
		decoder := json.NewDecoder(strings.NewReader(asked.Value))
		decoder.UseNumber()
		var document any
		// kubectl reads on after the first object.
		if decoder.Decode(&document) == nil && !decoder.More() {
			if text, err := json.Marshal(document); err == nil {
				return verdict{Accepted: true, Document: text}
			}
		}
	}
	text, err := yaml.YAMLToJSON([]byte(asked.Value))
	if err != nil {
		return verdict{}
	}
	return verdict{Accepted: true, Document: bytes.TrimSpace(text)}
}
