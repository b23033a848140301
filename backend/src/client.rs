//! Where a request comes from: the address at the other end of its connection, or, where that is a proxy that the configuration names, the one that the
//! proxy asks for.
//!
//! An address says who is counted together ([`crate::pace`]), nothing else: it opens no door, and is kept and logged nowhere.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Once,
};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, request::Parts},
};
use ipnet::IpNet;

/// The header in which each proxy adds the address that asked it.
const FORWARDED: &str = "x-forwarded-for";

/// The proxies whose word is taken for the address that asked them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Default for Proxies {
    /// Those of this machine: who can connect from it could ask from any address of it anyway.
    fn default() -> Self {
        let loopback = |address: IpAddr, bits| IpNet::new_assert(address, bits);
        Self(vec![loopback([127, 0, 0, 0].into(), 8), loopback(Ipv6Addr::LOCALHOST.into(), 128)])
    }
}

impl Proxies {
    /// Reads addresses (`10.0.0.7`) and networks (`10.0.0.0/8`, `fd00::/8`).
    ///
    /// # Errors
    /// One is neither: what is needed, in words, and never what was said.
    pub fn parse(listed: &[String]) -> Result<Self, String> {
        let one = |text: &String| {
            let text = text.trim();
            let network = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
            network.ok_or_else(|| "an address (10.0.0.7) or a network (10.0.0.0/8) is needed".to_owned())
        };
        listed.iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address is a proxy's.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether none is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any address would be a proxy's: then anybody says from where she asks.
    #[must_use]
    pub fn is_anybody(&self) -> bool {
        self.0.iter().any(|network| network.prefix_len() == 0)
    }
}

/// The address that asks, given the one at the other end of the connection and the headers of the proxies, in their order.
///
/// Each proxy adds to the end, so what is read from there is a proxy's word as long as proxies are met. What stands further left may be
/// anything. Where a proxy names nobody, or what is no address, it is taken for the one that asks.
pub fn client<'a>(peer: IpAddr, proxies: &Proxies, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
    let mut hops = forwarded.rev().flat_map(|header| header.rsplit(',')).map(str::trim).filter(|hop| !hop.is_empty());
    let mut client = peer.to_canonical();
    while proxies.has(client) {
        let Some(before) = hops.next().and_then(address) else { break };
        client = before;
    }
    client
}

/// An address as proxies write it: bare, in brackets, with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text).parse().ok();
    let address: Option<IpAddr> = bare().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address| address.to_canonical())
}

/// What is counted as one: an address of IPv4, and of IPv6 the network of 56 bits, which is what a household is given at most (RFC 6177): whoever has one can ask
/// from every address of it.
#[must_use]
pub fn counted(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() >> 72 << 72).into(),
    }
}

/// The address that a request comes from; none of one that came over no connection: the desktop's own page.
#[must_use]
pub fn of(parts: &Parts, proxies: &Proxies, behind_a_proxy: bool) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    match (proxies.has(peer), parts.headers.contains_key(FORWARDED)) {
        (false, true) => tell_once(
            "a request says that it was forwarded, by a proxy that server.trusted_proxies does not name: all who come through it are counted as one",
        ),
        (true, false) if behind_a_proxy => tell_once(
            "the proxy before this server sets no X-Forwarded-For: all who come through it are counted as one (docs/operations.md tells how it is set)",
        ),
        _ => {}
    }
    Some(client(peer, proxies, forwarded(&parts.headers)))
}

fn forwarded(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = &str> {
    // What is no text is no address.
    headers.get_all(FORWARDED).iter().map(|value| value.to_str().unwrap_or("?"))
}

fn tell_once(what: &str) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| tracing::warn!("{what}"));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use rstest::rstest;

    use super::*;

    fn proxies() -> Proxies {
        Proxies::parse(&["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"].map(str::to_owned)).unwrap()
    }

    #[rstest]
    #[case::nobody_between("203.0.113.9", &[], "203.0.113.9")]
    #[case::who_is_no_proxy_is_not_believed("203.0.113.9", &["198.51.100.1"], "203.0.113.9")]
    #[case::one_proxy("127.0.0.1", &["203.0.113.9"], "203.0.113.9")]
    #[case::what_she_wrote_herself_stands_left("127.0.0.1", &["198.51.100.1, 203.0.113.9"], "203.0.113.9")]
    #[case::also_in_a_header_of_its_own("127.0.0.1", &["198.51.100.1", "203.0.113.9"], "203.0.113.9")]
    #[case::a_proxys_address_that_she_wrote("127.0.0.1", &["10.0.0.7, 203.0.113.9"], "203.0.113.9")]
    #[case::two_proxies("127.0.0.1", &["203.0.113.9, 10.0.0.7"], "203.0.113.9")]
    #[case::two_proxies_and_a_lie("127.0.0.1", &["198.51.100.1,203.0.113.9 ,10.0.0.7"], "203.0.113.9")]
    #[case::a_proxy_asks_for_itself("127.0.0.1", &["10.0.0.7"], "10.0.0.7")]
    #[case::none_between_proxies("10.0.0.7", &[], "10.0.0.7")]
    #[case::empty("127.0.0.1", &[""], "127.0.0.1")]
    #[case::empty_members("127.0.0.1", &["203.0.113.9, ,", ","], "203.0.113.9")]
    #[case::garbage("127.0.0.1", &["unknown"], "127.0.0.1")]
    #[case::garbage_hides_nobody_further_left("127.0.0.1", &["203.0.113.9, _hidden, 10.0.0.7"], "10.0.0.7")]
    #[case::a_port("127.0.0.1", &["203.0.113.9:4711"], "203.0.113.9")]
    #[case::ipv6("::1", &["2001:db8::9"], "2001:db8::9")]
    #[case::ipv6_in_brackets("::1", &["[2001:db8::9]"], "2001:db8::9")]
    #[case::ipv6_with_a_port("::1", &["[2001:db8::9]:4711"], "2001:db8::9")]
    #[case::ipv6_proxies("fd00::1", &["2001:db8::9, fd00::2"], "2001:db8::9")]
    #[case::ipv4_written_as_ipv6("::ffff:127.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9")]
    fn the_address_is_the_peers_unless_that_is_a_proxy(
        #[case] peer: &str,
        #[case] forwarded: &[&str],
        #[case] expected: &str,
    ) {
        let got = client(peer.parse().unwrap(), &proxies(), forwarded.iter().copied());
        assert_eq!(got, expected.parse::<IpAddr>().unwrap());
    }

    #[rstest]
    #[case("203.0.113.9", "203.0.113.9")]
    #[case("2001:db8:1:2ff:3:4:5:6", "2001:db8:1:200::")]
    #[case("2001:db8:1:200::", "2001:db8:1:200::")]
    #[case("2001:db8:1:300::", "2001:db8:1:300::")]
    fn a_household_is_counted_as_one(#[case] address: &str, #[case] expected: &str) {
        assert_eq!(counted(address.parse().unwrap()), expected.parse::<IpAddr>().unwrap());
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let usual = Proxies::default();
        assert!(
            usual.has([127, 0, 0, 1].into())
                && usual.has(Ipv6Addr::LOCALHOST.into())
                && !usual.has([10, 0, 0, 1].into())
        );
        let listed = |text: &str| Proxies::parse(&[text.to_owned()]);
        assert!(listed("10.0.0.0/33").is_err() && listed("proxy.example").is_err() && listed("").is_err());
        assert!(listed("0.0.0.0/0").unwrap().is_anybody() && !listed("10.0.0.0/8").unwrap().is_anybody());
        assert!(Proxies::parse(&[]).unwrap().is_empty());
    }
}
