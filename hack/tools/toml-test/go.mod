// The files of TOML's test suite, for tests/chart.
module connected-registry/hack/tools/toml-test

go 1.26.0

tool connected-registry/hack/tools/toml-test

require github.com/toml-lang/toml-test/v2 v2.2.0

require github.com/BurntSushi/toml v1.6.0 // indirect
