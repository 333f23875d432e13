# shellcheck shell=bash
# Certificates for the throw-away server; sourced by ../postgres.sh. All of it is made anew for each server and dies with it.
#
# make_certificates DIR writes:
#   ca.crt                           signs everything below unless said otherwise
#   server.crt, server.key           for localhost and 127.0.0.1, with the key's owner left to the caller
#   client.crt, client.key           common name pgcoro_cert, the user of the `cert` method
#   client.encrypted.key             the same key under the password in CLIENT_KEY_PASSWORD
#   unknown-ca.crt                   a CA that signed nothing here
#   empty.crl, revoked.crl           a CRL that revokes nothing, and one that revokes server.crt
#   wrong-host.crt, wrong-host.key   for db.example only, for tests that play a server themselves
#   expired.crt, expired.key         for localhost, valid on one day of 2020
#   ed25519.crt, ed25519.key         for localhost, its signature has no digest for channel binding

CLIENT_KEY_PASSWORD=client-key-password

make_certificates() (
  set -e
  cd "$1"
  umask 077

  new_ca ca "pgcoro test CA"
  new_ca unknown-ca "pgcoro unknown CA"
  new_key client
  sign client pgcoro_cert ""
  new_key server
  sign server localhost "DNS:localhost,IP:127.0.0.1"
  new_key wrong-host
  sign wrong-host db.example "DNS:db.example"
  new_key ed25519 ED25519
  sign ed25519 localhost "DNS:localhost,IP:127.0.0.1"
  new_key expired
  sign expired localhost "DNS:localhost,IP:127.0.0.1" 20200101000000Z 20200102000000Z
  openssl pkcs8 -topk8 -in client.key -out client.encrypted.key -passout "pass:$CLIENT_KEY_PASSWORD"

  openssl ca -config ca.cnf -gencrl -out empty.crl
  openssl ca -config ca.cnf -revoke server.crt
  openssl ca -config ca.cnf -gencrl -out revoked.crl
  chmod 644 ./*.crt ./*.crl
)

# new_key NAME [ALGORITHM]
new_key() {
  if [ -n "${2:-}" ]; then
    openssl genpkey -algorithm "$2" -out "$1.key"
  else
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
  fi
}

new_ca() {
  new_key "$1"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days 30 -out "$1.crt" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
  : >"$1.index"
  printf '%s\n' "[ca]" "default_ca=this" "[this]" "database=$1.index" "certificate=$1.crt" "private_key=$1.key" \
    "new_certs_dir=." "rand_serial=yes" "default_md=sha256" "default_days=30" "default_crl_days=30" \
    "unique_subject=no" "copy_extensions=copy" "policy=any" "[any]" "commonName=supplied" >"$1.cnf"
}

# sign NAME COMMON_NAME ALTERNATIVE_NAMES [NOT_BEFORE NOT_AFTER]
sign() {
  openssl req -new -key "$1.key" -subj "/CN=$2" ${3:+-addext "subjectAltName=$3"} -out "$1.csr"
  openssl ca -batch -config ca.cnf -notext -in "$1.csr" -out "$1.crt" ${4:+-startdate "$4" -enddate "$5"}
}
