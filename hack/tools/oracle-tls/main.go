// Connects to TLS servers as containerd does, and says whether it accepts their certificates.
//
//	oracle-tls
//
// Standard input holds a JSON object a line, {"address": HOST:PORT, "name": the name or IP address that the certificate
// must contain, "ca": PEM with the trusted CAs}; standard output gets one a line, in the same order, each once its
// handshake has ended: {"accepted": bool, "reason": the error}.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"
)

const (
	longestLine = 16 << 20
	timeout     = 10 * time.Second
)

type question struct {
	Address string `json:"address"`
	Name    string `json:"name"`
	CA      string `json:"ca"`
}

type verdict struct {
	Accepted bool   `json:"accepted"`
	Reason   string `json:"reason,omitempty"`
}

func judge(asked question) verdict {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(asked.CA))
	dialer := &net.Dialer{Timeout: timeout}
	connection, err := tls.DialWithDialer(dialer, "tcp", asked.Address, &tls.Config{RootCAs: roots, ServerName: asked.Name})
	if err != nil {
		return verdict{Reason: err.Error()}
	}
	connection.Close()
	return verdict{Accepted: true}
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<16), longestLine)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		var asked question
		err := json.Unmarshal(input.Bytes(), &asked)
		if err == nil {
			err = output.Encode(judge(asked))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "oracle-tls:", err)
			os.Exit(1)
		}
	}
}
