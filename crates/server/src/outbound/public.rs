//! Which addresses are on the public internet.
//!
//! Source: IANA's registries of special-purpose addresses for IPv4 and IPv6; RFC 6890, RFC 4291, RFC 6052, RFC 3056, RFC 4380.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 networks that are not, as address and length of the prefix.
const NOT_PUBLIC: [([u8; 4], u32); 17] = [
    ([0, 0, 0, 0], 8),        // this network
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // shared by a provider's customers
    ([127, 0, 0, 0], 8),      // loopback
    ([168, 63, 129, 16], 32), // a cloud's own services, on a public number
    ([169, 254, 0, 0], 16),   // link-local, with the clouds' metadata
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // protocol assignments
    ([192, 0, 2, 0], 24),     // documentation
    ([192, 31, 196, 0], 24),  // AS112
    ([192, 52, 193, 0], 24),  // multicast tunnels
    ([192, 88, 99, 0], 24),   // relays to IPv6, abandoned
    ([192, 168, 0, 0], 16),   // private
    ([192, 175, 48, 0], 24),  // AS112
    ([198, 18, 0, 0], 15),    // benchmarks
    ([198, 51, 100, 0], 24),  // documentation
    ([203, 0, 113, 0], 24),   // documentation
];

/// Whether `address` is one that anybody on the internet could call. An address that carries another one, as tunnels and translators
/// have it, is what it carries.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let number = address.to_bits();
    // Multicast, reserved and broadcast are all above 224.0.0.0.
    address.octets()[0] < 224
        && NOT_PUBLIC.iter().all(|(network, prefix)| {
            (number ^ Ipv4Addr::from(*network).to_bits()) >> (32 - prefix) != 0
        })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let v4 = |high: u16, low: u16| {
        is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
    };
    match address.segments() {
        // Mapped IPv4; IPv4 behind a translator with the well-known prefix; 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => v4(high, low),
        // Teredo: a server, and a client that is written inverted.
        [0x2001, 0, to_high, to_low, _, _, high, low] => v4(to_high, to_low) && v4(!high, !low),
        // Protocol assignments, and documentation.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x3fff, second, ..] => second >= 0x1000,
        // Of all the rest, only this is given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_public_or_not() {
        let check = |addresses: &str, expected: bool| {
            for address in addresses.split_whitespace() {
                assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
            }
        };
        check(
            "1.1.1.1 8.8.8.8 93.184.216.34 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0",
            true,
        );
        check(
            "126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0",
            true,
        );
        check(
            "172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255",
            true,
        );
        check("198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255", true);
        check(
            "0.0.0.0 0.1.2.3 10.0.0.0 10.255.255.255 100.64.0.0 100.100.100.200 100.127.255.255",
            false,
        );
        check(
            "127.0.0.1 127.255.255.255 168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2",
            false,
        );
        check(
            "172.16.0.0 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1",
            false,
        );
        check("192.31.196.1 192.52.193.1 192.175.48.1", false);
        check(
            "198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255",
            false,
        );
        check("240.0.0.1 255.255.255.255", false);
        check(
            "2606:4700:4700::1111 2a00:1450::1 2001:4860:4860::8888 2001:200::1 2003::1 2620:fe::fe",
            true,
        );
        check(
            ":: ::1 fe80::1 febf::1 fec0::1 fc00::1 fd00::1 fd00:ec2::254 ff02::1 ff0e::1",
            false,
        );
        check(
            "100::1 2001:db8::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff::1 3fff::1 3fff:fff::1",
            false,
        );
        check("4000::1 5f00::1 1fff::1 64:ff9b:1::1 64:ff9b:1::808:808", false);
        check("3fff:1000::1", true);
    }

    #[test]
    fn an_address_within_an_address_is_what_counts() {
        let check = |address: &str, expected: bool| {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        };
        for (inner, expected) in [
            ("8.8.8.8", true),
            ("127.0.0.1", false),
            ("10.0.0.1", false),
            ("169.254.169.254", false),
        ] {
            let v4: Ipv4Addr = inner.parse().unwrap();
            let [a, b, c, d] = v4.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            check(&format!("::ffff:{inner}"), expected);
            check(&format!("64:ff9b::{inner}"), expected);
            check(&format!("2002:{high:x}:{low:x}::1"), expected);
            check(
                &format!("2001:0:{high:x}:{low:x}:8000:63bf:{:x}:{:x}", !0x0808_u16, !0x0808_u16),
                expected,
            );
            check(&format!("2001:0:808:808:8000:63bf:{:x}:{:x}", !high, !low), expected);
            // The old compatible form is given out to nobody.
            check(&format!("::{inner}"), false);
        }
    }
}
