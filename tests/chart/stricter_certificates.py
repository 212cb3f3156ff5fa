"""What we refuse although OpenSSL and Go accept it: words of the reason, and why."""

STRICTER = {
    "SAN of type URI that clients may not be able to read": (
        "only URIs of a plain form are compared with Go's parser: no port, user, space or percent sign"
    ),
    "has an EC key of": "P-224: Go's TLS does not take a server's key of it, and a CA's only by luck of the order",
    "name constraint of type IP that is not a range": "address bits outside of the mask: Go may not find it",
    "name constraint of type email": "a single mailbox: a server's certificate has no use for it",
    "malformed extension subject alternative names": "bytes behind the names, which Go and OpenSSL ignore",
    "malformed extension CRL distribution points": "in a CA that Go only skips",
    "malformed extension policy constraints": "a negative number, which Go reads and then ignores",
}
