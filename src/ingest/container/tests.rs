//! Containers in containers, made here in memory.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use super::*;
use crate::ingest::read_stream;

const LINE: &str = r#"{"id":"ID","title":"A visit","text":"They met in Baghdad.","date":"2023-11-05"}"#;

fn lines(ids: std::ops::Range<u32>) -> Vec<u8> {
    ids.map(|id| LINE.replace("ID", &format!("h{id}")) + "\n").collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_old();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        out.append(&header, *bytes).unwrap();
    }
    out.into_inner().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(*name, ::zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// What came of an input: ids of articles (with flags), codes of rejects and marks with their paths.
fn read(bytes: &[u8], name: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let flow = read_stream(bytes, name, &ReadOptions::default(), &mut |outcome| {
        match outcome {
            Outcome::Opened(..) => {}
            Outcome::Article(article, flags) => {
                let codes: Vec<&str> = flags.iter().map(|flag| flag.code).collect();
                seen.push(format!("{} {}", article.id, codes.join(",")).trim().to_owned());
            }
            Outcome::Flagged(origin, flag) => seen.push(format!("({} {origin})", flag.code)),
            Outcome::Reject(reject) => seen.push(format!("!{} {}", reject.code, reject.origin)),
        }
        Flow::Continue(())
    });
    assert!(flow.is_continue());
    seen
}

#[test]
fn every_compression_is_opened_whatever_the_name() {
    let plain = lines(0..2);
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
    xz.write_all(&plain).unwrap();
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bz2.write_all(&plain).unwrap();
    let mut long = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    long.window_log(28).unwrap();
    long.write_all(&plain).unwrap();
    for (bytes, name) in [
        (gzip(&plain), "a.jsonl.gz"),
        (xz.finish().unwrap(), "a.jsonl.xz"),
        (bz2.finish().unwrap(), "a.jsonl.bz2"),
        (long.finish().unwrap(), "a.jsonl.zst"),
        ([gzip(&lines(0..1)), gzip(&lines(1..2))].concat(), "a.jsonl.gz"),
        (gzip(&gzip(&plain)), "a.jsonl.gz.gz"),
    ] {
        assert_eq!(read(&bytes, name), ["h0", "h1"], "{name}");
    }
    assert_eq!(read(&gzip(&plain), "a.jsonl"), ["(wrong_extension a.jsonl)", "h0", "h1"]);
    assert_eq!(read(&plain, "a.jsonl.gz"), ["h0 wrong_extension", "h1 wrong_extension"]);
}

#[test]
fn members_are_named_by_the_way_to_them() {
    let inner = zip(&[("in/b.txt", b"A title\n\nA body."), ("in/", b""), (".hidden", b"x")]);
    let outer = gzip(&tar(&[("2024/12/13/a.txt", b"A title\n\nA body."), ("z.zip", &inner), ("e.txt", b"")]));
    let expected =
        ["x.tgz!/2024/12/13/a.txt", "x.tgz!/z.zip!/in/b.txt date_missing", "!empty_file x.tgz!/e.txt"];
    assert_eq!(read(&outer, "x.tgz"), expected);
}

#[test]
fn names_that_point_outside_are_made_safe() {
    let evil = tar(&[("../../etc/evil.txt", b"A title\n\nA body.")]);
    assert_eq!(
        read(&evil, "x.tar"),
        ["(unsafe_path x.tar!/etc/evil.txt)", "x.tar!/etc/evil.txt date_missing"]
    );
}

#[test]
fn what_came_before_a_break_is_kept() {
    let whole = gzip(&lines(0..50));
    let cut = read(&whole[..whole.len() - 40], "a.jsonl.gz");
    assert!(cut.len() > 1 && cut.last().unwrap().starts_with("!truncated_input a.jsonl.gz:"), "{cut:?}");
    let mut bad_sum = whole.clone();
    let at = bad_sum.len() - 6;
    bad_sum[at] ^= 0xff;
    let seen = read(&bad_sum, "a.jsonl.gz");
    assert_eq!((seen.len(), seen[50].as_str()), (51, "!corrupt_archive a.jsonl.gz:51"));
    let padded = [whole, b"\0\0\0\0garbage".to_vec()].concat();
    let seen = read(&padded, "a.jsonl.gz");
    assert_eq!((seen.len(), seen[50].as_str()), (51, "(trailing_garbage a.jsonl.gz)"));
}

#[test]
fn a_zip_without_directory_is_read_from_the_front() {
    let whole = zip(&[("a.txt", b"A title\n\nA body."), ("b.txt", b"B title\n\nB body.")]);
    let seen = read(&whole[..whole.len() - 60], "x.zip");
    assert!(seen[0].starts_with("!corrupt_archive"), "{seen:?}");
    assert!(seen[1..].iter().any(|line| line.starts_with("x.zip!/a.txt")), "{seen:?}");
}

#[test]
fn expansion_beyond_measure_stops_at_any_depth() {
    let blanks = vec![b' '; 64 << 20];
    let nested = gzip(&gzip(&blanks));
    assert_eq!(read(&nested, "a.gz.gz"), ["!bomb a.gz.gz"]);
    assert_eq!(read(&zip(&[("a.jsonl", &blanks)]), "a.zip"), ["!bomb a.zip!/a.jsonl:1"]);
    assert_eq!(read(&gzip(&vec![0; 64 << 20]), "a.gz"), ["!bomb a.gz"]);
}

#[test]
fn repetition_that_gives_articles_is_no_bomb() {
    let same = lines(1..2).repeat(200_000);
    assert!(same.len() > 15 << 20);
    assert_eq!(read(&gzip(&same), "a.jsonl.gz").len(), 200_000);
}

#[test]
fn containers_are_not_opened_for_ever() {
    let mut bytes = lines(0..1);
    for _ in 0..8 {
        bytes = gzip(&bytes);
    }
    assert_eq!(read(&bytes, "a"), ["!too_deep a"]);
}

#[test]
fn the_end_of_an_endless_name_is_not_waited_for() {
    let mut header = tar::Header::new_gnu();
    header.set_path("././@LongLink").unwrap();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(1 << 40);
    header.set_cksum();
    let endless = header.as_bytes().chain(io::repeat(b'a'));
    let mut codes = Vec::new();
    let _ = read_stream(endless, "x.tar", &ReadOptions::default(), &mut |outcome| {
        if let Outcome::Reject(reject) = outcome {
            codes.push(reject.code);
        }
        Flow::Continue(())
    });
    assert_eq!(codes, [code::CORRUPT_ARCHIVE]);
}

#[test]
fn broken_input_of_any_kind_is_an_outcome() {
    // Every beginning of a container, and every single byte of one turned, ends in outcomes and nothing else.
    let whole = gzip(&tar(&[("a.jsonl", &lines(0..3)), ("z.zip", &zip(&[("b.txt", b"A\n\nB")]))]));
    for cut in (0..whole.len()).step_by(7) {
        read(&whole[..cut], "x.tgz");
        let mut turned = whole.clone();
        turned[cut] ^= 0x55;
        read(&turned, "x.tgz");
    }
}

#[test]
fn a_sink_that_has_enough_is_obeyed() {
    let bytes = gzip(&tar(&[("a.jsonl", &lines(0..10)), ("b.jsonl", &lines(10..20))]));
    let mut articles = 0;
    let flow = read_stream(&bytes[..], "x.tgz", &ReadOptions::default(), &mut |outcome| {
        articles += u32::from(matches!(outcome, Outcome::Article(..)));
        if articles == 3 { Flow::Break(()) } else { Flow::Continue(()) }
    });
    assert_eq!((flow, articles), (Flow::Break(()), 3));
}
