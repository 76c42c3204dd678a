//! XML of a house's own making: elements named as the fields of an article, for one article or for many.

use std::borrow::Cow;

use super::xml::{Element, Xml};
use crate::ingest::record::{self, Reading};
use crate::ingest::value::Value;
use crate::ingest::{Draft, Emitter, Flow, code, fields};

/// Reads a document: the root is an article, or its children are.
pub(super) fn document(text: &str, emit: &mut Emitter<'_>) -> Flow {
    let xml = match Xml::parse(text) {
        Ok(xml) => xml,
        Err((code, message)) => return emit.reject(None, code, message),
    };
    let root = xml.root();
    if let Some(draft) = article(root, &xml, false, emit) {
        return emit.draft(draft);
    }
    let mut found = false;
    let records = root.children().filter(|child| !child.is_leaf());
    for (number, element) in (1..).zip(records) {
        if let Some(mut draft) = article(element, &xml, true, emit) {
            found = true;
            draft.record = Some(number);
            emit.draft(draft)?;
        }
    }
    if found {
        return Flow::Continue(());
    }
    if let Some(draft) = article(root, &xml, true, emit) {
        return emit.draft(draft);
    }
    let name: String = root.name().chars().take(40).collect();
    emit.reject(
        None,
        code::NOT_ARTICLE,
        format!("XML with the root <{name}> is of no kind that holds articles"),
    )
}

/// The article whose fields are the children of an element, or (`deep`) stand in groups among them; a summary alone makes none, as many kinds of data
/// have one.
fn article(element: Element<'_>, xml: &Xml, deep: bool, emit: &Emitter<'_>) -> Option<Draft> {
    let mut pairs = Vec::new();
    for child in element.children() {
        if child.is_leaf() || fields::known(child.name()).is_some() {
            pairs.push((Cow::Borrowed(child.name()), value(child)));
        } else if deep {
            let leaves = child.descendants().filter(|inner| inner.is_leaf());
            pairs.extend(leaves.map(|leaf| (Cow::Borrowed(leaf.name()), value(leaf))));
        }
    }
    match record::read(&Value::Map(pairs), &emit.options().map) {
        Reading::Article(mut draft) if !draft.body.trim().is_empty() => {
            xml.flag(&mut draft);
            Some(*draft)
        }
        _ => None,
    }
}

/// The text of an element; those inside it are its paragraphs or items.
fn value(element: Element<'_>) -> Value<'_> {
    if element.is_leaf() {
        return Value::Text(element.raw_text());
    }
    Value::List(element.children().map(|child| Value::Text(child.raw_text())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Outcome, ReadOptions};

    fn read(text: &str) -> Vec<String> {
        let options = ReadOptions::default();
        let mut seen = Vec::new();
        let mut sink = |outcome| {
            seen.push(match outcome {
                Outcome::Article(article, _) => {
                    format!("{}: {} / {}", article.id, article.title, article.body)
                }
                Outcome::Reject(reject) => reject.code.to_owned(),
                other => format!("{other:?}"),
            });
            Flow::Continue(())
        };
        let mut emit = Emitter::new("f".into(), &options, &mut sink);
        let _ = document(text, &mut emit);
        seen
    }

    #[test]
    fn elements_named_as_fields_make_articles() {
        let one =
            "<News><NewsID>7</NewsID><headline>H</headline><content>&lt;p&gt;One&lt;/p&gt;</content></News>";
        assert_eq!(read(one), ["7: H / One"]);
        let many = "<list><item><title>A</title><body><p>x</p><p>y</p></body></item><n/><item><title>B</title>\
                    <meta><date>2020-01-02</date></meta><text>z</text></item></list>";
        assert_eq!(read(many), ["f#1: A / x\n\ny", "f#2: B / z"]);
    }

    #[test]
    fn other_xml_is_no_article() {
        for text in [
            "<project><name>n</name><url>http://e.org</url><description>d</description></project>",
            "<svg><title>t</title><path d='M0'/></svg>",
        ] {
            assert_eq!(read(text), [code::NOT_ARTICLE], "{text}");
        }
    }
}
