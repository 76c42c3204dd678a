//! Encodings that a document declares inside itself.

/// The label in `<?xml … encoding="…"?>`, `<meta charset=…>` or `<meta … content="…; charset=…">` near the
/// beginning of the bytes.
pub fn declared_in(bytes: &[u8]) -> Option<String> {
    const HEAD: usize = 4096;
    let head = bytes[..bytes.len().min(HEAD)].trim_ascii_start();
    if head.first() != Some(&b'<') {
        return None;
    }
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let declaration = head.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    if let Some(label) = declaration.and_then(|text| value_after(text, "encoding")) {
        return Some(label);
    }
    head.split("<meta").skip(1).find_map(|rest| {
        let tag = rest.split('>').next()?;
        value_after(tag, "charset")
    })
}

/// The value after `name=`, quoted or not.
fn value_after(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(name)?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')));
    let label = &value[..end.unwrap_or(value.len())];
    (!label.is_empty()).then(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::declared_in;

    #[test]
    fn labels_are_found_where_documents_put_them() {
        for (document, label) in [
            ("<?xml version='1.0' encoding='ISO-8859-1'?><nitf/>", Some("iso-8859-1")),
            ("\n<html><META CHARSET=Shift_JIS>", Some("shift_jis")),
            (
                "<meta http-equiv=content-type content=\"text/html; charset=windows-1251\">",
                Some("windows-1251"),
            ),
            ("<p>charset=koi8-r</p>", None),
            ("plain <meta charset=x>", None),
        ] {
            assert_eq!(declared_in(document.as_bytes()).as_deref(), label, "{document}");
        }
    }
}
