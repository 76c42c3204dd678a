//! The headline of a page, out of the several titles it gives itself.

/// The titles of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated<'p> {
    /// By JSON-LD.
    pub(super) described: Option<&'p str>,
    /// For social networks and search engines.
    pub(super) social: Option<&'p str>,
    /// Of the window.
    pub(super) window: &'p str,
    /// First-level headings.
    pub(super) printed: &'p [String],
    /// Name of the site.
    pub(super) site: Option<&'p str>,
}

impl<'p> Stated<'p> {
    /// The headline: as printed over the text where that can be told, else as described, else the window's title
    /// without the site's name.
    pub(super) fn headline(&self) -> Option<&'p str> {
        let known: Vec<String> =
            [self.described, self.social, Some(self.window)].into_iter().flatten().map(fold).collect();
        // `Opinion | Headline` is told from `Headline | Site` by a title that bears no site.
        let bare = self.described.or(self.social).map(fold).unwrap_or_default();
        let is_headline = |heading: &&String| {
            let heading = fold(heading);
            heading.len() >= 15 && bare.ends_with(&heading)
                || known.iter().any(|title| {
                    heading.len() > 3 && title.starts_with(&heading)
                        || title.len() >= 15 && heading.starts_with(title)
                })
        };
        let site = self.site.map(fold).unwrap_or_default();
        let mut printed = self.printed.iter().filter(|heading| fold(heading) != site);
        let printed = printed.find(is_headline).map(String::as_str);
        printed
            .or(self.described)
            .or_else(|| self.social.map(|title| self.without_site(title)))
            .or_else(|| Some(self.without_site(self.window)).filter(|title| !title.is_empty()))
            .or_else(|| self.printed.first().map(String::as_str))
    }

    /// A title without the name of the site at its end (or head).
    fn without_site(&self, title: &'p str) -> &'p str {
        let site = self.site.map(fold);
        let is_site = |part: &str| site.as_deref().is_some_and(|site| fold(part) == *site);
        for separator in [" | ", " — ", " – ", " - ", " :: ", " » ", " · "] {
            if let Some((_, tail)) = title.split_once(separator).filter(|(head, _)| is_site(head)) {
                return tail.trim();
            }
            if let Some((head, tail)) = title.rsplit_once(separator) {
                // A dash may also belong to the headline.
                let dash = matches!(separator, " - " | " — " | " – ");
                let name = tail.starts_with(char::is_uppercase) && tail.split_whitespace().count() <= 4;
                let enough = head.split_whitespace().count() >= 3 && tail.len() < head.len();
                if is_site(tail) || enough && (!dash || name) {
                    return head.trim();
                }
            }
        }
        title.trim()
    }
}

/// Letters and digits in lower case.
fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(window: &str, social: Option<&str>, printed: &[&str], site: Option<&str>) -> String {
        let printed: Vec<String> = printed.iter().map(|heading| (*heading).to_owned()).collect();
        let stated = Stated { described: None, social, window, printed: &printed, site };
        stated.headline().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_site_name_is_no_part_of_the_headline() {
        assert_eq!(of("Prices rise again in May - Example", None, &[], None), "Prices rise again in May");
        assert_eq!(
            of("Example: the paper | Envoy returns", None, &[], Some("Example: the paper")),
            "Envoy returns"
        );
        let counting = "Talks in Geneva: day two — and counting";
        assert_eq!(of(counting, None, &[], None), counting);
        assert_eq!(of("One - two", None, &[], None), "One - two");
    }

    #[test]
    fn the_printed_headline_goes_before_its_variants() {
        let opinion = Some("Opinion | The envoy goes to nowhere");
        assert_eq!(of("x", opinion, &["The envoy goes to nowhere"], None), "The envoy goes to nowhere");
        let printed = ["The Example Blog", "Envoy returns to the capital"];
        let window = "Envoy returns to the capital – The Example Blog";
        assert_eq!(
            of(window, Some("Envoy returns to the capital"), &printed, None),
            "Envoy returns to the capital"
        );
    }
}
