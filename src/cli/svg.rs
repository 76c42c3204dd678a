//! A timeline as a picture for a report: one SVG file without scripts, style sheets or anything to load.

use std::fmt::Write;

use super::screen::{counted, fit, grouped};
use super::timeline::with_empty_steps;
use crate::search::Timeline;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 380.0;
/// Margins around the bars: room for the title above, numbers at the left, periods and the foot below.
const TOP: f64 = 56.0;
const RIGHT: f64 = 20.0;
const BOTTOM: f64 = 64.0;
const LEFT: f64 = 72.0;
/// Most columns of a title and most periods named below the bars.
const MOST_TITLE: usize = 90;
const MOST_LABELS: usize = 12;

/// Draws the steps as bars, with the title above and the number of articles below.
pub(super) fn timeline(title: &str, timeline: &Timeline, total: u64) -> String {
    let steps = with_empty_steps(timeline);
    let most = steps.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let tick = tick(most);
    let top = most.div_ceil(tick).max(1) * tick;
    let (wide, high) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let base = TOP + high;
    let at = |count: u64| base - high * count as f64 / top as f64;
    let mut foot = counted(total, "article");
    if timeline.undated > 0 {
        foot += &format!(", {} without a date", grouped(timeline.undated));
    }

    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" \
         fill=\"#333\">\n<title>{full}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"26\" font-size=\"17\" font-weight=\"bold\" fill=\"#111\">{shown}</text>\n\
         <text x=\"{LEFT}\" y=\"45\" fill=\"#666\">Articles by {by}</text>\n",
        full = escaped(title),
        shown = escaped(&fit(title, MOST_TITLE)),
        by = timeline.by,
    );
    // Writing to a string cannot fail.
    for number in (0..=top / tick).map(|i| i * tick) {
        let y = at(number);
        let colour = if number == 0 { "#888" } else { "#e4e4e4" };
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {y:.1}H{end}\" stroke=\"{colour}\"/><text x=\"{x}\" y=\"{text:.1}\" text-anchor=\"end\">{}</text>",
            grouped(number),
            end = WIDTH - RIGHT,
            x = LEFT - 8.0,
            text = y + 4.0,
        );
    }
    let room = wide / steps.len().max(1) as f64;
    let bar = (room * 0.8).min(60.0);
    out += "<g fill=\"#2f6f9f\">\n";
    for (i, (step, count)) in steps.iter().enumerate().filter(|(_, (_, count))| *count > 0) {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.2}\" y=\"{y:.1}\" width=\"{bar:.2}\" height=\"{tall:.1}\"><title>{period}: {n}</title></rect>",
            x = LEFT + room * (i as f64 + 0.5) - bar / 2.0,
            y = at(*count),
            tall = base - at(*count),
            period = escaped(&step.value()),
            n = grouped(*count),
        );
    }
    out += "</g>\n<g text-anchor=\"middle\">\n";
    let every = steps.len().div_ceil(MOST_LABELS).max(1);
    for (i, (step, _)) in steps.iter().enumerate().step_by(every) {
        let (x, y) = (LEFT + room * (i as f64 + 0.5), base + 18.0);
        let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y}\">{}</text>", escaped(&step.value()));
    }
    let _ = writeln!(
        out,
        "</g>\n<text x=\"{LEFT}\" y=\"{}\" fill=\"#666\">{}</text>\n</svg>",
        HEIGHT - 16.0,
        escaped(&foot)
    );
    out
}

/// The step of the numbers at the left: 1, 2 or 5 times a power of ten, at most five steps up to `most`.
fn tick(most: u64) -> u64 {
    let mut power: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let tick = power.saturating_mul(factor);
            if tick == u64::MAX || tick.saturating_mul(5) >= most {
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
    use crate::search::Period;

    fn picture(title: &str, steps: &[(&str, u64)]) -> String {
        let steps = steps.iter().map(|(step, n)| (Interval::parse_value(step).unwrap(), *n)).collect();
        timeline(title, &Timeline { by: Period::Month, steps, undated: 3 }, 9)
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
        assert!(
            names.iter().all(|name| ["svg", "title", "rect", "text", "path", "g"].contains(&name.as_str()))
        );
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
    fn nothing_found_is_a_picture_too() {
        assert_eq!(elements(&picture("oil", &[]))[0], "svg");
    }

    #[test]
    fn numbers_at_the_axis_are_round() {
        assert_eq!([0, 4, 6, 11, 1204, u64::MAX].map(tick)[..5], [1, 1, 2, 5, 500]);
    }
}
