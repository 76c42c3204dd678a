//! A timeline as a picture for a report: one SVG file without scripts, style sheets or anything to load.
//!
//! A timeline that is split by a facet is a panel for each value, one above the other. Bars are not stacked: an article
//! about two countries counts for both, so the parts would add up to more than there is.

use std::fmt::Write;

use super::screen::{counted, fit, grouped};
use super::table;
use super::timeline::{Step, with_empty_steps};
use crate::search::Timeline;

const WIDTH: f64 = 900.0;
/// Height of the bars of a panel that stands alone, and of one of several.
const ALONE: f64 = 260.0;
const ONE_OF_SEVERAL: f64 = 84.0;
/// Margins around the panels: room for the title above, numbers at the left, periods and the foot below.
const TOP: f64 = 56.0;
const RIGHT: f64 = 20.0;
const BOTTOM: f64 = 64.0;
const LEFT: f64 = 72.0;
/// Room for the name above a panel of several.
const NAME: f64 = 30.0;
/// Most columns of a title, of the name of a panel, and most periods named below the bars.
const MOST_TITLE: usize = 90;
const MOST_NAME: usize = 70;
const MOST_LABELS: usize = 12;
/// Colours of the bars of all articles and of a value's.
const ALL: &str = "#7a8791";
const OF_VALUE: &str = "#2f6f9f";

/// A row of bars.
struct Panel<'t> {
    /// Name and number of articles; none where it stands alone.
    name: Option<(String, u64)>,
    count: Box<dyn Fn(&Step) -> u64 + 't>,
    colour: &'static str,
    /// The number at the top of its scale.
    top: u64,
    /// Distance of its grid lines.
    tick: u64,
}

/// Draws the steps as bars, with the title above and the number of articles below.
pub(super) fn timeline(title: &str, timeline: &Timeline, total: u64) -> String {
    let steps = with_empty_steps(timeline);
    let panels = panels(timeline, &steps, total);
    let (bars, name) = if panels.len() > 1 { (ONE_OF_SEVERAL, NAME) } else { (ALONE, 0.0) };
    let base = |panel: usize| TOP + (name + bars) * (panel as f64 + 1.0);
    let height = base(panels.len().saturating_sub(1)) + BOTTOM;
    let mut foot = counted(total, "article");
    if timeline.undated > 0 {
        foot += &format!(", {} without a date", grouped(timeline.undated));
    }
    if panels.len() > 1 {
        foot +=
            ". An article with several values counts for each; the panels below the first share one scale.";
    }
    let mut subtitle = format!("Articles by {}", timeline.by);
    if let Some(split) = &timeline.split {
        subtitle += &format!(" and {}", split.counts.facet);
    }
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\" \
         font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#333\">\n\
         <title id=\"title\">{full}</title>\n<desc id=\"desc\">{desc}</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"26\" font-size=\"17\" font-weight=\"bold\" fill=\"#111\">{shown}</text>\n\
         <text x=\"{LEFT}\" y=\"45\" fill=\"#666\">{subtitle}</text>\n",
        full = escaped(title),
        desc = escaped(&description(&subtitle, &steps, &panels)),
        shown = escaped(&fit(title, MOST_TITLE)),
    );
    for (at, panel) in panels.iter().enumerate() {
        draw(&mut out, panel, &steps, base(at), bars);
    }
    let room = (WIDTH - LEFT - RIGHT) / steps.len().max(1) as f64;
    out += "<g text-anchor=\"middle\">\n";
    let every = steps.len().div_ceil(MOST_LABELS).max(1);
    for (i, step) in steps.iter().enumerate().step_by(every) {
        let (x, y) = (LEFT + room * (i as f64 + 0.5), height - BOTTOM + 18.0);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y}\">{}</text>", escaped(&step.period.value()));
    }
    let y = height - 16.0;
    let _ =
        writeln!(out, "</g>\n<text x=\"{LEFT}\" y=\"{y}\" fill=\"#666\">{}</text>\n</svg>", escaped(&foot));
    out
}

/// The panel of all articles, and one for each value.
fn panels<'t>(timeline: &'t Timeline, steps: &[Step], total: u64) -> Vec<Panel<'t>> {
    let most = |count: &dyn Fn(&Step) -> u64| steps.iter().map(count).max().unwrap_or(0);
    let scale = |most: u64, lines: u64| {
        let tick = tick(most, lines);
        (most.div_ceil(tick).max(1) * tick, tick)
    };
    let Some(split) = &timeline.split else {
        let (top, tick) = scale(most(&|step| step.count), 5);
        return vec![Panel { name: None, count: Box::new(|step| step.count), colour: OF_VALUE, top, tick }];
    };
    let (top, tick) = scale(most(&|step| step.count), 3);
    let name = Some(("all articles".to_owned(), total));
    let mut panels = vec![Panel { name, count: Box::new(|step| step.count), colour: ALL, top, tick }];
    let (top, tick) = scale(most(&|step| step.values.iter().copied().max().unwrap_or(0)), 3);
    for (at, value) in split.counts.values.iter().enumerate() {
        let name = Some((table::label(split.counts.facet, value), value.count));
        panels.push(Panel { name, count: Box::new(move |step| step.value(at)), colour: OF_VALUE, top, tick });
    }
    panels
}

/// What the picture shows, for who cannot see it.
fn description(subtitle: &str, steps: &[Step], panels: &[Panel]) -> String {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return format!("{subtitle}: none.");
    };
    let mut text = format!("{subtitle}, {} to {}.", first.period.value(), last.period.value());
    for panel in panels {
        let Some(peak) = steps.iter().rev().max_by_key(|step| (panel.count)(step)) else { continue };
        let name = panel.name.as_ref().map(|(name, _)| format!("{name}: most")).unwrap_or("Most".to_owned());
        text += &format!(" {name} in {}, {}.", peak.period.value(), grouped((panel.count)(peak)));
    }
    text
}

/// Draws one panel with its base line at `base`.
fn draw(out: &mut String, panel: &Panel, steps: &[Step], base: f64, high: f64) {
    let Panel { name, count, colour, top, tick } = panel;
    let at = |count: u64| base - high * count as f64 / *top as f64;
    if let Some((name, total)) = name {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "<text x=\"{LEFT}\" y=\"{y:.1}\" fill=\"#111\">{} <tspan fill=\"#666\">{}</tspan></text>",
            escaped(&fit(name, MOST_NAME)),
            grouped(*total),
            y = base - high - 8.0,
        );
    }
    for number in (0..=top / tick).map(|i| i * tick) {
        let y = at(number);
        let line = if number == 0 { "#888" } else { "#e4e4e4" };
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {y:.1}H{end}\" stroke=\"{line}\"/><text x=\"{x}\" y=\"{text:.1}\" text-anchor=\"end\">{}</text>",
            grouped(number),
            end = WIDTH - RIGHT,
            x = LEFT - 8.0,
            text = y + 4.0,
        );
    }
    let room = (WIDTH - LEFT - RIGHT) / steps.len().max(1) as f64;
    let bar = (room * 0.8).min(60.0);
    let _ = writeln!(out, "<g fill=\"{colour}\">");
    for (i, step) in steps.iter().enumerate() {
        let number = count(step);
        if number == 0 {
            continue;
        }
        let _ = writeln!(
            out,
            "<rect x=\"{x:.2}\" y=\"{y:.1}\" width=\"{bar:.2}\" height=\"{tall:.1}\"><title>{period}: {n}</title></rect>",
            x = LEFT + room * (i as f64 + 0.5) - bar / 2.0,
            y = at(number),
            tall = base - at(number),
            period = escaped(&step.period.value()),
            n = grouped(number),
        );
    }
    *out += "</g>\n";
}

/// The step of the numbers at the left: 1, 2 or 5 times a power of ten, at most so many steps up to `most`.
fn tick(most: u64, steps: u64) -> u64 {
    let mut power: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let tick = power.saturating_mul(factor);
            if tick == u64::MAX || tick.saturating_mul(steps) >= most {
                return tick;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// Text as XML holds it; characters that XML 1.0 has no place for are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;
    use crate::article::Interval;
    use crate::search::{Facet, FacetCounts, FacetValue, Period, Split};

    fn picture(title: &str, steps: &[(&str, u64)]) -> String {
        let steps = steps.iter().map(|(step, n)| (Interval::parse_value(step).unwrap(), *n)).collect();
        timeline(title, &Timeline { by: Period::Month, steps, undated: 3, split: None }, 9)
    }

    fn split(values: &[&str]) -> String {
        let value = |name: &&str| FacetValue {
            value: (*name).to_owned(),
            label: (*name).to_owned(),
            count: 4,
            beside: None,
            also: Vec::new(),
        };
        let counts = FacetCounts {
            facet: Facet::Person,
            values: values.iter().map(value).collect(),
            distinct: 2,
            missing: 0,
            total: 9,
            beside: None,
        };
        let steps = vec![vec![3; values.len()], vec![1; values.len()]];
        let months = ["2024-11", "2025-01"].map(|month| (Interval::parse_value(month).unwrap(), 5));
        let split = Some(Split { counts, steps });
        timeline("oil", &Timeline { by: Period::Month, steps: months.to_vec(), undated: 0, split }, 9)
    }

    /// Names of the elements; fails where the text is no XML.
    fn elements(svg: &str) -> Vec<String> {
        let mut reader = Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        let mut names = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => return names,
                Event::Start(tag) | Event::Empty(tag) => {
                    assert!(tag.attributes().all(|attribute| attribute.is_ok()));
                    names.push(tag.name().as_ref().to_string());
                }
                _ => {}
            }
        }
    }

    #[test]
    fn a_hostile_title_stays_text() {
        let svg = picture("</title><script>x</script> & \"y\" \u{1}", &[("2024-11", 4), ("2025-01", 5)]);
        let names = elements(&svg);
        assert_eq!(names[0], "svg");
        assert!(names.iter().all(|name| {
            ["svg", "title", "desc", "rect", "text", "tspan", "path", "g"].contains(&name.as_str())
        }));
        assert!(
            svg.contains("&lt;/title&gt;&lt;script&gt;x&lt;/script&gt; &amp; &quot;y&quot; </title>"),
            "{svg}"
        );
    }

    #[test]
    fn bars_and_labels_name_their_periods() {
        let svg = picture("oil", &[("2024-11", 4), ("2025-01", 5)]);
        assert!(svg.contains("<title>2024-11: 4</title>") && svg.contains(">2024-12</text>"), "{svg}");
        assert!(svg.contains("9 articles, 3 without a date"), "{svg}");
    }

    #[test]
    fn every_value_has_a_panel_of_its_own() {
        let svg = split(&["Ann <Lee>", "Bo & Ray"]);
        elements(&svg);
        assert!(svg.contains(">Ann &lt;Lee&gt; <tspan") && svg.contains(">Bo &amp; Ray <tspan"), "{svg}");
        assert_eq!(svg.matches("<title>2024-11: 3</title>").count(), 2, "{svg}");
        assert!(
            svg.contains(
                "Articles by month and person, 2024-11 to 2025-01. all articles: most in 2024-11, 5. Ann"
            ),
            "{svg}"
        );
    }

    #[test]
    fn nothing_found_is_a_picture_too() {
        assert_eq!(elements(&picture("oil", &[]))[0], "svg");
    }

    #[test]
    fn numbers_at_the_axis_are_round() {
        assert_eq!([0, 4, 6, 11, 1204, u64::MAX].map(|most| tick(most, 5))[..5], [1, 1, 2, 5, 500]);
    }
}
