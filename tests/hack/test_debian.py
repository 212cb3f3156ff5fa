"""The Debian packages that an image's programs consist of."""

from lib import debian

URIS = """\
'http://deb.example/pool/main/c/curl/curl_7.88.1_amd64.deb' curl_7.88.1-10+deb12u15_amd64.deb 315764 SHA256:0
'http://deb.example/pool/main/c/curl/libcurl4_7.88.1_amd64.deb' libcurl4_7.88.1_amd64.deb 392184 SHA256:1
'http://deb.example/pool/main/z/zlib/zlib1g_1.2.13_amd64.deb' zlib1g_1%3a1.2.13.dfsg-1_amd64.deb 86684 SHA256:2
'http://deb.example/pool/main/p/perl/perl_5.36.0_amd64.deb' perl_5.36.0-7_amd64.deb 239392 SHA256:3
'http://deb.example/pool/main/n/node-acorn/node-acorn_8.8.1_all.deb' node-acorn_8.8.1+ds_all.deb 128252 SHA256:4
"""


def test_programs_come_with_libraries_and_not_with_what_configures_a_system() -> None:
    assert debian.needed(URIS, ["curl"]) == ["curl", "libcurl4", "node-acorn", "zlib1g"]


def test_what_is_asked_for_comes_whatever_it_is() -> None:
    assert "perl" in debian.needed(URIS, ["perl"])
