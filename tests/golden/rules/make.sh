#!/bin/sh
# Makes expired.crt and expired.key anew: a self-signed certificate for 192.100.100.1 whose time has passed.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=expired -keyout expired.key \
  -out "$scratch/request.csr"
touch "$scratch/index.txt"
cat > "$scratch/ca.cnf" <<EOF
[ca]
default_ca = default
[default]
database = $scratch/index.txt
new_certs_dir = $scratch
rand_serial = yes
default_md = sha256
policy = policy
x509_extensions = extensions
[policy]
commonName = supplied
[extensions]
basicConstraints = critical, CA:TRUE
subjectKeyIdentifier = hash
subjectAltName = IP:192.100.100.1
EOF
openssl ca -batch -selfsign -notext -config "$scratch/ca.cnf" -keyfile expired.key -in "$scratch/request.csr" \
  -startdate 20200101000000Z -enddate 20210101000000Z -out expired.crt
chmod 644 expired.key
