// What Go's TLS client makes of a server's certificate, for tests/chart/test_certificates.py.
module connected-registry/hack/tools/oracle-tls

go 1.26.0

tool connected-registry/hack/tools/oracle-tls
