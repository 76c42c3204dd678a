//! The names that dumps, exports and front matter give to the fields of an article.

use super::options::Field;

/// The field a key usually means, and how good a witness it is: of several keys for one field the one with the
/// lowest rank is taken. Case, spaces, hyphens and underscores in the key do not matter.
pub(super) fn known(key: &str) -> Option<(Field, u8)> {
    const LONGEST: usize = 40;
    if key.len() > LONGEST {
        return None;
    }
    let mut folded = [0_u8; LONGEST];
    let mut length = 0;
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            folded[length] = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    let folded = std::str::from_utf8(&folded[..length]).ok()?;
    Some(match folded {
        "title" | "headline" | "headlinemain" | "webtitle" | "titel" | "titre" | "titulo" | "título"
        | "titolo" | "заголовок" | "标题" => (Field::Title, 0),
        "articletitle" | "newstitle" | "head" | "heading" | "hl" | "hl1" | "headlines" | "schlagzeile"
        | "überschrift" | "headlineseo" | "pagetitle" | "ogtitle" | "titletext" => (Field::Title, 1),
        "subject" => (Field::Title, 3),
        "name" | "slugline" => (Field::Title, 4),

        "text" | "body" | "content" | "article" | "articlebody" | "bodytext" | "fulltext" | "articletext"
        | "maintext" | "contents" | "bodies" | "bodymain" | "volltext" | "inhalt" | "texte" | "contenu"
        | "texto" | "contenido" | "conteudo" | "testo" | "текст" | "正文" => (Field::Body, 0),
        "contenttext" | "cleantext" | "plaintext" | "textcontent" | "story" | "document" | "paragraphs"
        | "newstext" | "articlecontent" | "rawtext" | "txt" | "bodyplain" | "newscontent" => (Field::Body, 1),
        "bodyxhtml" | "bodyhtml" | "bodyhtml5" | "contenthtml" | "articlehtml" | "bodyrichtext"
        | "htmlbody" | "html" | "contentencoded" | "contentrendered" | "texthtml" => (Field::Body, 2),
        "summary" | "description" | "shortdescription" | "abstract" | "excerpt" | "leadparagraph"
        | "lead" | "teaser" | "snippet" | "descriptions" | "descriptiontext" | "sentence" | "paragraph"
        | "passage" => (Field::Body, 5),

        "published"
        | "publishedat"
        | "publisheddate"
        | "datepublished"
        | "publicationdate"
        | "publishdate"
        | "pubdate"
        | "datepublish"
        | "dateofpublication"
        | "webpublicationdate"
        | "firstpublished"
        | "firstpublicationdate"
        | "firstpublishedat"
        | "publishedon"
        | "publishedtime"
        | "publishtime"
        | "pubtime"
        | "dateissued"
        | "issuedate"
        | "dateissue"
        | "publicationtime"
        | "publisheddatetime"
        | "articlepublishedtime"
        | "postdate"
        | "dateposted"
        | "displaydate"
        | "articledate"
        | "newsdate" => (Field::Published, 0),
        "date" | "datetime" | "datum" | "fecha" | "data" | "дата" | "日期" | "dt" | "datewritten"
        | "storydate" | "dategmt" => (Field::Published, 1),
        "firstcreated" | "datecreated" | "created" | "createdat" | "creationdate" | "posted" | "postedat" => {
            (Field::Published, 2)
        }
        "versioncreated" | "timestamp" | "time" | "contentcreated" | "embargoed" | "versiondate"
        | "epoch" | "createdutc" | "createdtime" => (Field::Published, 3),
        "year" | "jahr" | "année" | "crawldate" | "seendate" => (Field::Published, 6),

        "id" | "docid" | "documentid" | "articleid" | "docno" | "guid" | "uri" | "uuid" | "newsid"
        | "storyid" | "identifier" | "recordid" | "itemid" | "pmid" | "key" => {
            (Field::Id, if folded == "id" { 0 } else { 1 })
        }

        "url" | "link" | "canonicalurl" | "weburl" | "permalink" | "articleurl" | "sourceurl" | "href"
        | "canonical" | "externalurl" | "pageurl" | "documenturl" | "newsurl" | "webpage" => (Field::Url, 0),

        "author" | "authors" | "byline" | "by" | "creator" | "dccreator" | "writer" | "writers"
        | "journalist" | "autor" | "auteur" | "autore" | "autoren" | "articleauthor" | "reporter"
        | "authorname" | "bylines" | "contributors" => (Field::Authors, 0),

        "source" | "publication" | "sourcename" | "publisher" | "newspaper" | "outlet" | "sitename"
        | "site" | "provider" | "quelle" | "media" | "newssource" | "publicationname" | "journal"
        | "sourcedomain" | "agency" | "domain" | "feed" | "copyrightholder" | "newsagency" => (
            Field::Source,
            if matches!(folded, "domain" | "site" | "copyrightholder" | "sourcedomain") { 2 } else { 0 },
        ),

        "section" | "category" | "sectionname" | "desk" | "categories" | "newsdesk" | "rubric"
        | "ressort" | "rubrik" | "column" | "articlesection" | "pillarname" | "channel" | "sections"
        | "kicker" | "subjectcategory" => (Field::Section, 0),
        "topic" | "topics" | "theme" | "subjects" => (Field::Section, 2),

        "language" | "lang" | "inlanguage" | "sprache" | "langue" | "idioma" | "languagecode" | "locale" => {
            (Field::Language, 0)
        }

        "kind" | "articletype" | "documenttype" | "contenttype" | "typeofmaterial" | "genres" | "genre" => {
            (Field::Kind, 0)
        }
        "type" => (Field::Kind, 1),

        "dateline" | "located" | "datelinelocation" | "filedfrom" => (Field::Dateline, 0),

        "people" | "person" | "persons" | "perfacet" | "namedpeople" => (Field::People, 0),
        "places" | "place" | "country" | "countries" | "location" | "locations" | "geo" | "geofacet"
        | "geosubjectnames" | "geographic" | "glocations" | "land" | "pays" => (Field::Places, 0),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_however_they_are_written() {
        for (key, field) in [
            ("publication_date", Field::Published),
            ("publishedAt", Field::Published),
            ("short-description", Field::Body),
            ("Titel", Field::Title),
            ("web_url", Field::Url),
            ("Bodies", Field::Body),
            ("_id", Field::Id),
        ] {
            assert_eq!(known(key).map(|(field, _)| field), Some(field), "{key}");
        }
        assert_eq!(known("score"), None);
        assert!(known("text") < known("summary"));
    }
}
