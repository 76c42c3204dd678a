//! Reuters Corpus, volume 1 (and 2).

use super::Refusal;
use super::filed_from;
use super::nitf;
use super::paragraphs;
use super::xml::{Element, Xml};
use crate::article::PublishedVia;
use crate::ingest::Draft;

/// Reads a `newsitem`.
pub(super) fn document(text: &str) -> Result<Draft, Refusal> {
    let xml = Xml::parse(text)?;
    let item = xml.root();
    let mut draft = Draft {
        id: item.attribute("itemid").map(|id| format!("rcv1-{id}")), // a bare number is no name in an archive of several corpora
        title: item.text_at("headline").or_else(|| item.text_at("title")),
        authors: item.text_at("byline").into_iter().collect(),
        dateline: item.text_at("dateline").and_then(|line| filed_from::place(&line)),
        language: item.attribute("xml:lang").map(str::to_owned),
        ..Draft::default()
    };
    draft.body =
        item.child("text").map(|text| paragraphs::join(&text.paragraphs(&nitf::NO_TEXT))).unwrap_or_default();
    let core = |name: &str| {
        let found = item.all("dc").find(|dc| dc.attribute("element") == Some(name));
        found.and_then(|dc| dc.attribute("value")).map(str::to_owned)
    };
    draft.date(item.attribute("date").unwrap_or_default(), PublishedVia::Record);
    draft.date(core("dc.date.published").unwrap_or_default(), PublishedVia::Record);
    draft.source = core("dc.source").or_else(|| core("dc.publisher"));
    draft.dateline = draft.dateline.or_else(|| core("dc.creator.location"));
    draft.places = places(item, core("dc.creator.location.country.name"));
    xml.flag(&mut draft);
    Ok(draft)
}

/// Countries by the agency's own codes, most of them the ISO code of old; the country the story was filed from is
/// named.
fn places(item: Element<'_>, filed_from: Option<String>) -> Vec<String> {
    let mut places = Vec::new();
    for codes in
        item.all("codes").filter(|codes| codes.attribute("class").is_some_and(|c| c.contains("countries")))
    {
        places
            .extend(codes.all("code").filter_map(|code| code.attribute("code")).map(iso).map(str::to_owned));
    }
    places.extend(filed_from.filter(|_| places.is_empty()));
    places
}

/// The ISO 3166 code of the agency's own short names; its other codes are passed on as they are.
fn iso(code: &str) -> &str {
    match code {
        "AUSTR" => "AUS",
        "BELG" => "BEL",
        "BRAZ" => "BRA",
        "CANA" => "CAN",
        "CZREP" => "CZE",
        "DEN" => "DNK",
        "GFR" => "DEU",
        "HKONG" => "HKG",
        "HUNG" => "HUN",
        "INDON" => "IDN",
        "ITALY" => "ITA",
        "JAP" => "JPN",
        "MALAY" => "MYS",
        "NETH" => "NLD",
        "NZ" => "NZL",
        "PHLNS" => "PHL",
        "PORL" => "PRT",
        "RUSS" => "RUS",
        "SAFR" => "ZAF",
        "SARAB" => "SAU",
        "SINGP" => "SGP",
        "SKOREA" => "KOR",
        "SPAIN" => "ESP",
        "SWED" => "SWE",
        "SWITZ" => "CHE",
        "TAIWAN" => "TWN",
        "THAIL" => "THA",
        "TURK" => "TUR",
        "UK" => "GBR",
        "UKRN" => "UKR",
        "VENEZ" => "VEN",
        "VIETN" => "VNM",
        other => other,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_item_with_codes() {
        let xml = r#"<newsitem itemid="7" date="1996-08-20" xml:lang="en"><title>JAPAN: Head.</title><headline>Head.</headline>
            <byline>Ann Ro</byline><dateline>TOKYO 1996-08-20</dateline><text><p>One.</p><p>Two.</p></text>
            <metadata><codes class="bip:countries:1.0"><code code="JAP"/></codes><codes class="bip:topics:1.0"><code code="E1"/>
            </codes><dc element="dc.source" value="Example"/></metadata></newsitem>"#;
        let draft = document(xml).unwrap();
        assert_eq!((draft.title.as_deref(), draft.body.as_str()), (Some("Head."), "One.\n\nTwo."));
        assert_eq!((&draft.places[..], draft.source.as_deref()), (&["JPN".to_owned()][..], Some("Example")));
        assert_eq!((draft.id.as_deref(), draft.dates[0].text.as_str()), (Some("rcv1-7"), "1996-08-20"));
    }
}
