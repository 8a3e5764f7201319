"""Where a request may go: web addresses in one plain form, and public networks by the registries of IANA."""

import ipaddress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loyaltykit import LoyaltyError
from loyaltykit.channels.networks import is_among, is_public, networks
from loyaltykit.channels.webaddress import web_address

# The blocks of IANA's registries that are no public web server: the registry's words, first and last address.
SPECIAL_V4 = [
    ("this network", "0.0.0.0", "0.255.255.255"),  # noqa: S104 - nothing is bound
    ("private use", "10.0.0.0", "10.255.255.255"),
    ("shared address space", "100.64.0.0", "100.127.255.255"),
    ("loopback", "127.0.0.0", "127.255.255.255"),
    ("link local", "169.254.0.0", "169.254.255.255"),
    ("private use", "172.16.0.0", "172.31.255.255"),
    ("ietf protocol assignments", "192.0.0.0", "192.0.0.255"),
    ("documentation", "192.0.2.0", "192.0.2.255"),
    ("as112-v4", "192.31.196.0", "192.31.196.255"),
    ("amt", "192.52.193.0", "192.52.193.255"),
    ("deprecated 6to4 relay", "192.88.99.0", "192.88.99.255"),
    ("private use", "192.168.0.0", "192.168.255.255"),
    ("direct delegation as112", "192.175.48.0", "192.175.48.255"),
    ("benchmarking", "198.18.0.0", "198.19.255.255"),
    ("documentation", "198.51.100.0", "198.51.100.255"),
    ("documentation", "203.0.113.0", "203.0.113.255"),
    ("multicast", "224.0.0.0", "239.255.255.255"),
    ("reserved, limited broadcast", "240.0.0.0", "255.255.255.255"),
]
SPECIAL_V6 = [
    ("unspecified, loopback, ipv4-compatible, ipv4-mapped, translation", "::", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("local-use translation", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
    ("discard-only", "100::", "100::ffff:ffff:ffff:ffff"),
    ("not given out", "100:0:0:2::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("teredo", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("benchmarking", "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff"),
    ("orchid", "2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("orchidv2", "2001:20::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("drone remote id", "2001:30::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("documentation", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("6to4", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("documentation", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("segment routing", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("unique-local", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("link-local", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("site-local", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("multicast", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
]
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "2a00:1450:4010::1", "2606:4700::1111", "2001:4860:4860::8888", "64:ff9b::808:808",
]  # fmt: skip


def numbers(first, last):
    return int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_host_is_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(("first", "last"), [block[1:] for block in SPECIAL_V4 + SPECIAL_V6])
def test_no_address_of_a_special_block_is_public(first, last):
    low, high = numbers(first, last)
    make, step = type(ipaddress.ip_address(first)), (high - low) // 97 or 1
    assert [number for number in (*range(low, high, step), high) if is_public(make(number))] == []


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
@example(0x7F000001)
@example(0x08080808)
def test_every_ipv4_address_is_public_exactly_outside_of_the_blocks_also_behind_nat64(number):
    special = any(low <= number <= high for low, high in (numbers(*block[1:]) for block in SPECIAL_V4))
    assert is_public(ipaddress.IPv4Address(number)) is not special
    assert is_public(ipaddress.IPv6Address(numbers("64:ff9b::", "64:ff9b::")[0] + number)) is not special


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
@example(0x7F000001)
def test_no_other_way_to_hide_an_ipv4_address_in_ipv6_leads_anywhere(number):
    v4 = ipaddress.IPv4Address(number)
    hex = f"{number >> 16:x}:{number & 0xFFFF:x}"
    for text in (f"::ffff:{v4}", f"::{v4}", f"::ffff:0:{v4}", f"64:ff9b:1::{v4}", f"2002:{hex}::1", f"2001::{hex}"):
        assert not is_public(ipaddress.ip_address(text)), text


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address) | st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address))
def test_nothing_is_public_that_python_knows_not_to_be(address):
    if is_public(address) and not str(address).startswith("64:ff9b:"):
        kinds = "private loopback link_local multicast reserved unspecified".split()
        assert [kind for kind in kinds if getattr(address, f"is_{kind}")] == []


def test_an_interface_makes_no_address_public_or_ones_own():
    assert not is_public(ipaddress.ip_address("2606:4700::1111%eth0"))
    assert not is_among(ipaddress.ip_address("fd00::1%eth0"), networks(["fd00::/8"]))


def test_own_networks_are_of_their_own_version():
    own = networks(["10.0.0.5/32", "fd00::/64"])
    asked = ("10.0.0.5", "10.0.0.6", "fd00::7", "::ffff:10.0.0.5")
    assert [is_among(ipaddress.ip_address(one), own) for one in asked] == [True, False, True, False]


@pytest.mark.parametrize("text", ["10.0.0.5/8", "localhost", "", "10.0.0.0/33"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(LoyaltyError, match="networks"):
        networks([text])


@pytest.mark.parametrize(
    "url",
    [
        # numbers that some reader takes for an address
        "https://127.1/", "https://0x7f.1/", "https://0x7f000001/", "https://2130706433/", "https://017700000001/",
        "https://0177.0.0.1/", "https://127.0.0.1.0x7f/", "https://127.000.000.001/", "https://1.2.3/", "https://1.2.3.4.5/",
        "https://256.1.1.1/", "https://１２７.0.0.1/", "https://①②⑦.0.0.1/", "https://٣.٣.٣.٣/", "https://0x/", "https://a.0x7f/",
        "https://127.0.0.1./", "https://school.example./",
        # brackets and zones
        "https://[::1/", "https://::1/", "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/", "https://[127.0.0.1]/",
        "https://[::1].example/", "https://[v1.a]/", "https://[]/",
        # another host than is read
        "https://good.example@evil.example/", "https://user:word@evil.example/", "https://good.example\\@evil.example/",
        "https://good.example\\evil", "https://good.example#@evil.example/", "https://good.example/#x",
        "https:/evil.example",
        "https:evil.example", "https:///evil.example", "//evil.example", "https://good.example%2eevil.example/",
        "https://gооd.exаmple:443:80/", "https://good.example:/", "https://good。example/", "https://good．example/",
        "https://ｇood.example/", "https://ⓖood.example/", "https://go\u00adod.example/", "https://go\u200bod.example/",
        "https://go\u202eod.example/", "https://straße.example/", "https://ﬁrst.example/", "https://-a.example/", "https://a..b/",
        "https:// school.example/", "https://school.example /", "https://school.example\t/", " https://school.example/",
        # other schemes and lines
        "http+unix://x/", "file:///etc/passwd", "gopher://x/", "ftp://x/", "javascript:x", "", "httpſ://school.example/",
        "https://school.example/\r\nX: y", "https://school.example/\n", "https://school.example/ HTTP/1.1", "https://s.example/\0",
        "https://school.example/%0", "https://school.example/я", "https://school.example/" + "a" * 2_048,
        "https://" + "a" * 64 + ".example/", "https://" + "a." * 127 + "ex/", "https://школа" * 30,
        # ports of others
        "https://school.example:22/", "https://school.example:25/", "https://school.example:0/", "https://school.example:65536/",
        "https://school.example:6000/", "https://school.example:6667/", "https://school.example:٤٤٣/", "https://school.example:-1/",
    ],
)  # fmt: skip
def test_an_address_that_may_be_read_in_two_ways_is_none(url):
    with pytest.raises(LoyaltyError) as caught:
        web_address(url)
    assert caught.value.code == "web/address"
    assert len(url) < 4 or url not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "host", "port", "target", "authority"),
    [
        ("https://school.example", "school.example", 443, "/", "school.example"),
        ("HTTPS://School.Example:443/A?b=%2F&c", "school.example", 443, "/A?b=%2F&c", "school.example"),
        ("https://school.example:8443/x", "school.example", 8443, "/x", "school.example:8443"),
        ("https://школа.рф/x", "xn--80atdl2c.xn--p1ai", 443, "/x", "xn--80atdl2c.xn--p1ai"),
        ("https://my_school.example/", "my_school.example", 443, "/", "my_school.example"),
        ("https://8.8.8.8/", "8.8.8.8", 443, "/", "8.8.8.8"),
        ("https://[2606:4700:0::1111]:8443/", "2606:4700::1111", 8443, "/", "[2606:4700::1111]:8443"),
        ("http://10.0.0.5:8080/", "10.0.0.5", 8080, "/", "10.0.0.5:8080"),
    ],
)
def test_a_plain_address_is_taken_apart(url, host, port, target, authority):
    found = web_address(url)
    assert (found.host, found.port, found.target, found.authority) == (host, port, target, authority)
    assert "/A" not in repr(found)


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789xXabcdefABCDEF.:[]%@/\\#?-_１２。．ⓛ ٣\t\r\n"), max_size=24))
def test_whatever_is_taken_is_an_address_or_a_name_that_is_not_a_number(text):
    try:
        found = web_address(f"https://{text}")
    except LoyaltyError:
        return
    if found.literal:
        assert str(ipaddress.ip_address(found.host)) == found.host
    else:
        assert found.host.isascii()
        assert not found.host.rpartition(".")[2].isdigit()
    assert found.target.isascii()
    assert found.target.isprintable()
