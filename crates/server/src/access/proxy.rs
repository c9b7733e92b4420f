//! Who is at the other end when a proxy stands in between.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

/// The address that asks. A proxy that is known says in a header whom it speaks for: only the last entry is its own word, whatever
/// comes before is its client's.
pub(super) fn client(connected: IpAddr, proxies: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    let connected = connected.to_canonical();
    if !proxies.contains(&connected) {
        return connected;
    }
    last(headers, "forwarded")
        .and_then(forwarded)
        .or_else(|| address(last(headers, "x-forwarded-for")?))
        .unwrap_or(connected)
}

/// The last entry of a list that may be spread over several headers.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(name).iter().next_back()?.to_str().ok()?.rsplit(',').next()
}

/// `for="[2001:db8::1]:4711";proto=https` (RFC 7239).
fn forwarded(entry: &str) -> Option<IpAddr> {
    let pairs = entry.split(';').filter_map(|pair| pair.trim().split_once('='));
    let whom = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value).next()?;
    address(whom.trim_matches('"'))
}

/// With or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    found.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "192.0.2.1";

    fn check(connected: &str, headers: &[(&'static str, &str)], expected: &str) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let found = client(connected.parse().unwrap(), &[PROXY.parse().unwrap()], &map);
        assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{connected} {headers:?}");
    }

    #[test]
    fn only_the_nearest_proxy_is_believed() {
        let lie = ("x-forwarded-for", "198.51.100.7");
        check("203.0.113.9", &[lie], "203.0.113.9");
        check(PROXY, &[], PROXY);
        check(PROXY, &[("x-forwarded-for", "203.0.113.9")], "203.0.113.9");
        check(PROXY, &[("x-forwarded-for", "198.51.100.7, 203.0.113.9")], "203.0.113.9");
        check(PROXY, &[lie, ("x-forwarded-for", "203.0.113.9")], "203.0.113.9");
        check(PROXY, &[("x-forwarded-for", "2001:db8::1")], "2001:db8::1");
        check(PROXY, &[("x-forwarded-for", "203.0.113.9:4711")], "203.0.113.9");
        check(PROXY, &[("forwarded", "for=198.51.100.7, For=203.0.113.9;proto=https;by=192.0.2.1")], "203.0.113.9");
        check(PROXY, &[("forwarded", "proto=https;for=\"[2001:db8::1]:4711\"")], "2001:db8::1");
        check(PROXY, &[("forwarded", "for=unknown")], PROXY);
        check(PROXY, &[("x-forwarded-for", "nonsense")], PROXY);
        check("::ffff:192.0.2.1", &[("x-forwarded-for", "203.0.113.9")], "203.0.113.9");
    }
}
