// What Go's libraries make of schedules, durations, addresses, NO_PROXY and regular expressions, for tests/chart.
module connected-registry/hack/tools/go-verdicts

go 1.26.0

tool connected-registry/hack/tools/go-verdicts

require (
	github.com/robfig/cron/v3 v3.0.1
	golang.org/x/net v0.62.0
	sigs.k8s.io/yaml v1.6.0
)

require (
	go.yaml.in/yaml/v2 v2.4.2 // indirect
	golang.org/x/text v0.43.0 // indirect
)
