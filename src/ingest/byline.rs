//! Names in bylines and in the people fields of records.

/// The names of a byline: `By Jane Doe, John Roe and Ann Poe in Baghdad` → three names.
pub(super) fn authors(byline: &str) -> Vec<String> {
    let line = byline.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = without_prefix(&line);
    let mut names = Vec::new();
    // Semicolons and bars separate names that may hold commas (`Doe, Jane; Roe, John`).
    let strong: Vec<&str> = line.split([';', '|']).map(str::trim).filter(|part| !part.is_empty()).collect();
    for part in &strong {
        if strong.len() > 1 && part.matches(',').count() == 1 && !part.contains(" and ") {
            names.push(natural_order(part));
            continue;
        }
        for piece in split_and(part) {
            if let Some(name) = author(piece) {
                names.push(name);
            }
        }
    }
    let mut unique: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    unique
}

fn without_prefix(line: &str) -> &str {
    const PREFIXES: &[&str] =
        &["written by ", "reported by ", "reporting by ", "story by ", "by: ", "by ", "von ", "par ", "por "];
    let start = PREFIXES.iter().find_map(|prefix| {
        let head = line.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then(|| &line[prefix.len()..])
    });
    start.unwrap_or(line).trim()
}

fn split_and(part: &str) -> impl Iterator<Item = &str> {
    part.split(',')
        .flat_map(|piece| piece.split(" & "))
        .flat_map(|piece| piece.split(" and "))
        .flat_map(|piece| piece.split(" und "))
        .flat_map(|piece| piece.split(" with "))
}

/// One name, or nothing where the piece is a role, a place or an agency's boilerplate.
fn author(piece: &str) -> Option<String> {
    const ROLES: &[&str] = &[
        "special to",
        "staff",
        "correspondent",
        "editor",
        "reporter",
        "writer",
        "contributor",
        "bureau",
        "columnist",
        "photographer",
        "press writer",
        "associated press",
    ];
    let piece = without_prefix(piece.trim().trim_start_matches("and ").trim_end_matches('.'));
    let piece = piece.split(" in ").next().unwrap_or(piece);
    let piece =
        piece.split(" for ").next().unwrap_or(piece).trim().trim_matches(['(', ')', '-', '—', '/']).trim();
    let lower = piece.to_lowercase();
    let too_long = piece.chars().count() > 80;
    if piece.is_empty()
        || too_long
        || piece.starts_with("http")
        || ROLES.iter().any(|role| lower.contains(role)) && piece.split(' ').count() > 1
        || ROLES.contains(&lower.as_str())
    {
        return None;
    }
    Some(piece.to_owned())
}

/// `Blinken, Antony J` → `Antony J Blinken`; `BUSH, GEORGE W` → `George W Bush`. Other texts stay as they are.
pub(super) fn natural_order(name: &str) -> String {
    let name = name.trim();
    let Some((surname, given)) = name.split_once(", ") else {
        return name.to_owned();
    };
    let suffix = matches!(given.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III" | "IV");
    if suffix || given.contains(',') || given.is_empty() || name.chars().any(|c| c.is_ascii_digit()) {
        return name.to_owned();
    }
    let turned = format!("{} {}", given.trim(), surname.trim());
    if turned.chars().any(char::is_lowercase) { turned } else { title_case(&turned) }
}

fn title_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut inside = false;
    for c in name.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
        inside = c.is_alphabetic();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_become_names() {
        for (byline, names) in [
            ("By Jane Doe", &["Jane Doe"][..]),
            ("BY JANE DOE and John Roe", &["JANE DOE", "John Roe"]),
            ("Jane Doe, John Roe, and Ann Poe", &["Jane Doe", "John Roe", "Ann Poe"]),
            ("Doe, Jane; Roe, John", &["Jane Doe", "John Roe"]),
            ("By Jane Doe in Baghdad, Special to The Times", &["Jane Doe"]),
            ("Eric Auchard and Paul Thomasch", &["Eric Auchard", "Paul Thomasch"]),
            ("Jane Doe, Staff Writer", &["Jane Doe"]),
            ("Reuters", &["Reuters"]),
            ("", &[]),
        ] {
            assert_eq!(authors(byline), names, "{byline}");
        }
    }

    #[test]
    fn surnames_first_are_turned_round() {
        assert_eq!(natural_order("Blinken, Antony J"), "Antony J Blinken");
        assert_eq!(natural_order("BUSH, GEORGE W"), "George W Bush");
        assert_eq!(natural_order("Martin Luther King, Jr."), "Martin Luther King, Jr.");
        assert_eq!(natural_order("Antony Blinken"), "Antony Blinken");
    }
}
