#!/bin/sh
# Makes the files of this directory anew, with the openssl command. They are what people bring along: made by other
# tools than ours, in forms that ours never writes. The keys protect nothing.
# The tests judge them at 2030-01-01, so their dates need no care until the year 2120.
# $curve is several words.
# shellcheck disable=SC2086
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
days=36500
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc"

# One certificate that is the leaf and its own CA, as tutorials make it.
openssl req -newkey rsa:2048 -noenc -sha256 -x509 -days $days -subj "/C=US/O=Tutorial/CN=registry" \
  -addext "subjectAltName = IP:192.100.100.1" -keyout self-signed.key -out self-signed.crt
openssl x509 -in self-signed.crt -text -out self-signed-with-text.crt

# The address stands in the common name only.
openssl req $curve -x509 -days $days -subj "/CN=192.100.100.1" -keyout common-name-only.key -out common-name-only.crt

# What `openssl x509 -days -1` makes, for want of one that has expired: it ends before it begins.
openssl req $curve -subj "/CN=registry" -addext "subjectAltName = IP:192.100.100.1" -keyout never-valid.key \
  -out "$scratch/never-valid.csr"
openssl x509 -req -in "$scratch/never-valid.csr" -signkey never-valid.key -copy_extensions copy -days -1 \
  -out never-valid.crt

# A root, an intermediate and a leaf; and a leaf that is for clients.
openssl req $curve -x509 -days $days -subj "/CN=Root" -keyout "$scratch/root.key" -out root.crt \
  -addext "keyUsage = critical, keyCertSign, cRLSign"
sign() { # name, subject, issuer's certificate, issuer's key, extensions
  openssl req $curve -subj "$2" -keyout "$scratch/$1.key" -out "$scratch/$1.csr"
  printf '%b' "$5" > "$scratch/$1.ext"
  openssl x509 -req -in "$scratch/$1.csr" -CA "$3" -CAkey "$4" -days $days -sha256 -extfile "$scratch/$1.ext" -out "$1.crt"
}
sign intermediate "/CN=Intermediate" root.crt "$scratch/root.key" \
  "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n"
sign leaf "/CN=Leaf" intermediate.crt "$scratch/intermediate.key" \
  "subjectAltName=IP:192.100.100.1,IP:fd00::1,DNS:registry.default.svc,DNS:*.example.com,email:a@example.com\nextendedKeyUsage=serverAuth\n"
sign client-leaf "/CN=Client" intermediate.crt "$scratch/intermediate.key" \
  "subjectAltName=IP:192.100.100.1\nextendedKeyUsage=clientAuth\n"
cp "$scratch/leaf.key" leaf.key
cp "$scratch/client-leaf.key" client-leaf.key

# One key in every form that is read, and the forms that are refused.
openssl ecparam -name prime256v1 -genkey -out ec-with-parameters.key
openssl pkey -in ec-with-parameters.key -out ec-pkcs8.key
openssl ec -in ec-with-parameters.key -out ec-sec1.key
openssl rsa -in self-signed.key -traditional -out rsa-pkcs1.key
openssl pkcs8 -topk8 -in ec-sec1.key -v2 aes-256-cbc -passout pass:test -out encrypted-pkcs8.key
openssl rsa -in self-signed.key -traditional -aes256 -passout pass:test -out encrypted-traditional.key
openssl pkey -in ec-pkcs8.key -pubout -out public.key
openssl genpkey -algorithm ed25519 -out ed25519.key
chmod 644 ./*.key
