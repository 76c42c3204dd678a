//! Ids, addresses, hosts and languages of articles.

use xxhash_rust::xxh3::xxh3_64;

use crate::article::Origin;

/// Ids longer than this are shortened to their beginning and a hash.
const MAX_ID_BYTES: usize = 512;

/// The stable id: the record's own, else its address, else its place in the archive.
pub(super) fn id(own: Option<String>, url: Option<&str>, origin: &Origin) -> String {
    let id = own.or_else(|| url.map(str::to_owned)).unwrap_or_else(|| match origin.record {
        Some(record) => format!("{}#{record}", origin.path),
        None => origin.path.clone(),
    });
    if id.len() <= MAX_ID_BYTES {
        return id;
    }
    let head = &id[..id.floor_char_boundary(MAX_ID_BYTES - 17)];
    format!("{head}~{:016x}", xxh3_64(id.as_bytes()))
}

/// A web address without fragment and without the parameters that only track readers; `None` for other texts.
pub(super) fn address(url: &str) -> Option<String> {
    let scheme = url.split("://").next()?.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") || url.contains(char::is_whitespace) {
        return None;
    }
    let url = url.split('#').next().unwrap_or(url);
    let Some((page, query)) = url.split_once('?') else {
        return Some(url.to_owned());
    };
    let tracks = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or(pair);
        name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "mc_cid" | "mc_eid" | "igshid")
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !tracks(pair)).collect();
    Some(if kept.is_empty() { page.to_owned() } else { format!("{page}?{}", kept.join("&")) })
}

/// The host of an address, without `www.` and port: stands for the source where the record names none.
pub(super) fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', ':']).next()?.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && !host.contains('@')).then(|| host.to_owned())
}

/// The primary subtag of a language tag, or the tag of a language's English name.
pub(super) fn language(text: &str) -> Option<String> {
    let primary = text.split(['-', '_']).next()?.trim().to_ascii_lowercase();
    Some(match primary.as_str() {
        "english" | "eng" => "en".into(),
        "german" | "deu" | "ger" => "de".into(),
        "french" | "fra" | "fre" => "fr".into(),
        "spanish" | "spa" => "es".into(),
        "italian" | "ita" => "it".into(),
        "portuguese" | "por" => "pt".into(),
        "arabic" | "ara" => "ar".into(),
        "russian" | "rus" => "ru".into(),
        "chinese" | "zho" | "chi" => "zh".into(),
        "japanese" | "jpn" => "ja".into(),
        tag if matches!(tag.len(), 2 | 3) && tag.bytes().all(|b| b.is_ascii_alphabetic()) => tag.into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_addresses() {
        assert_eq!(address("javascript:alert(1)"), None);
        assert_eq!(address("urn:newsml:x"), None);
        assert_eq!(address("https://e.org/a?utm_medium=x"), Some("https://e.org/a".into()));
        assert_eq!(host("https://www.Reuters.com:443/x").as_deref(), Some("reuters.com"));
    }

    #[test]
    fn long_ids_stay_distinct() {
        let origin = Origin { path: "p".into(), record: None };
        let long = |end: &str| id(Some("x".repeat(600) + end), None, &origin);
        assert!(long("a").len() <= MAX_ID_BYTES);
        assert_ne!(long("a"), long("b"));
    }

    #[test]
    fn languages_are_primary_subtags() {
        for (text, tag) in
            [("en-US", Some("en")), ("German", Some("de")), ("nb", Some("nb")), ("klingonese", None)]
        {
            assert_eq!(language(text).as_deref(), tag);
        }
    }
}
