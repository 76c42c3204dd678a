//! The index outlives kills, damage, a full queue of writers and folders that may not be written.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::fixture::Archive;

fn record(id: u32) -> String {
    let text = format!("Article {id} about Iraq. {}", "More words. ".repeat(40));
    format!("{{\"id\":\"a{id}\",\"title\":\"Title {id}\",\"date\":\"2024-12-13\",\"text\":\"{text}\"}}\n")
}

/// An archive of as many articles, in ten files.
fn archive(articles: u32) -> Archive {
    let archive = Archive::empty();
    for file in 0..10 {
        let part = file * articles / 10..(file + 1) * articles / 10;
        archive.file(&format!("{file}.jsonl"), part.map(record).collect::<String>());
    }
    archive
}

/// The largest file of the index with this ending.
fn part(archive: &Archive, ending: &str) -> PathBuf {
    let files = std::fs::read_dir(archive.path().join(".dateline/tantivy")).unwrap();
    let paths = files.map(|entry| entry.unwrap().path());
    let own = paths.filter(|path| path.extension().is_some_and(|found| found == ending));
    own.max_by_key(|path| path.metadata().unwrap().len()).unwrap()
}

fn cut(path: &Path) {
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(path.metadata().unwrap().len() / 2).unwrap();
}

#[test]
fn a_sound_index_passes_the_check() {
    let archive = archive(50);
    archive.index();
    let said = archive.ok(&["check"]);
    assert!(said.contains("50 articles read back") && said.contains("nothing is wrong"), "{said}");
    let ran = Archive::empty().run(&["check", "--index", "nowhere"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("hint:"), "{}", ran.err);
}

#[test]
fn a_truncated_file_is_found_and_mended() {
    for ending in ["store", "term", "idx", "pos", "fast", "fieldnorm"] {
        let archive = archive(50);
        archive.index();
        cut(&part(&archive, ending));
        let search = archive.run(&["search", "Iraq"]);
        assert!(!search.err.contains("panicked"), "{ending}: {}", search.err);
        let ran = archive.run(&["check"]);
        assert_eq!(ran.code, 3, "{ending}: {}", ran.out);
        assert!(ran.out.contains("wrong: ") && ran.out.contains(ending), "{ending}: {}", ran.out);
        assert!(ran.err.contains("damaged") && ran.err.contains("--repair"), "{ending}: {}", ran.err);
        archive.ok(&["check", "--repair"]);
        archive.ok(&["check"]);
        assert_eq!(archive.ids(&["Iraq"]).len(), 50, "{ending}");
    }
}

// The document store is left out: tantivy believes a length in it, and asks for more memory than there is.
#[test]
fn changed_bytes_are_damage_and_no_fault_of_a_question() {
    let archive = archive(50);
    archive.index();
    for ending in ["term", "idx", "pos", "fast", "fieldnorm"] {
        let path = part(&archive, ending);
        let sound = std::fs::read(&path).unwrap();
        for place in 1..8 {
            let mut bytes = sound.clone();
            let from = bytes.len() * place / 8;
            bytes[from..].iter_mut().take(16).for_each(|byte| *byte ^= 0xa5);
            std::fs::write(&path, bytes).unwrap();
            let questions: [&[&str]; 2] = [
                &["search", "Iraq", "--facet", "person", "-o", "json"],
                &["facets", "country", "ira*", "-n", "3"],
            ];
            for question in questions {
                let ran = archive.run(question);
                assert!([0, 1, 3].contains(&ran.code), "{ending} at {from}: {} {}", ran.code, ran.err);
                assert!(
                    ran.code != 3 || ran.err.contains("check --repair"),
                    "{ending} at {from}: {}",
                    ran.err
                );
            }
        }
        std::fs::write(&path, sound).unwrap();
    }
}

#[test]
fn a_changed_byte_is_found_and_mended() {
    let archive = archive(50);
    archive.index();
    let path = part(&archive, "store");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(archive.run(&["check"]).code, 3);
    archive.ok(&["check", "--repair"]);
    archive.ok(&["check"]);
    assert_eq!(archive.ids(&["Iraq"]).len(), 50);
}

#[test]
fn changed_rows_are_found_and_made_anew() {
    let archive = archive(50);
    archive.index();
    let rows = archive.path().join(".dateline/rows");
    let files =
        || -> Vec<PathBuf> { std::fs::read_dir(&rows).unwrap().map(|entry| entry.unwrap().path()).collect() };
    let counts = || {
        let told = archive.ok(&["facets", "country", "Iraq"]);
        assert!(told.contains("Iraq (IQ)  50 "), "{told}");
    };
    counts();
    let mut bytes = std::fs::read(&files()[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&files()[0], bytes).unwrap();
    let ran = archive.run(&["check"]);
    assert!(ran.code == 3 && ran.out.contains("wrong: rows/"), "{}", ran.out);
    archive.ok(&["check", "--repair"]);
    archive.ok(&["check"]);
    counts();
    // What is cut short is not read, and written again by the next run.
    cut(&files()[0]);
    counts();
    archive.index();
    archive.ok(&["check"]);
    std::fs::remove_dir_all(&rows).unwrap();
    counts();
}

#[test]
fn repair_keeps_articles_of_sound_segments_whose_files_are_gone() {
    let archive = Archive::empty();
    archive.file("a.jsonl", record(1)).index();
    std::fs::remove_file(archive.path().join("a.jsonl")).unwrap();
    let old = part(&archive, "store");
    archive.file("b.jsonl", record(2)).index();
    let files = std::fs::read_dir(archive.path().join(".dateline/tantivy")).unwrap();
    let new = files.map(|entry| entry.unwrap().path());
    let new = new.filter(|path| path.extension().is_some_and(|found| found == "store") && *path != old);
    cut(&new.last().unwrap());
    archive.ok(&["check", "--repair"]);
    assert_eq!(archive.ids(&["Iraq"]), ["a1", "a2"]);
}

#[test]
fn a_lost_index_is_made_again() {
    for (name, text) in [
        ("meta.json", "{"),
        ("tantivy/meta.json", "{"),
        ("tantivy/meta.json", ""),
        ("tantivy/.managed.json", "["),
    ] {
        let archive = archive(20);
        archive.index();
        std::fs::write(archive.path().join(".dateline").join(name), text).unwrap();
        let ran = archive.run(&["search", "Iraq"]);
        assert!(ran.code == 3 && !ran.err.contains("panicked"), "{name}: {} {}", ran.code, ran.err);
        assert_eq!(archive.run(&["check", "--index", ".dateline"]).code, 3, "{name}");
        archive.ok(&["check", "--repair", "--index", ".dateline"]);
        assert_eq!(archive.ids(&["Iraq"]).len(), 20, "{name}");
    }
}

#[test]
fn a_second_writer_is_told_that_the_index_is_locked() {
    let archive = archive(20);
    archive.index();
    archive.file("new.jsonl", record(1000));
    // The first run holds the index while it waits for standard input; a slow machine is given more time for that.
    let (mut first, ran) = (1..=6)
        .find_map(|seconds| {
            let mut first = archive.command(&["index", "-"]).stdin(Stdio::piped()).spawn().unwrap();
            std::thread::sleep(Duration::from_secs(seconds));
            let ran = archive.run(&["index", "."]);
            if ran.code != 0 {
                return Some((first, ran));
            }
            drop(first.stdin.take());
            first.wait().unwrap();
            None
        })
        .expect("no second run was turned away");
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("hint: wait"), "{}", ran.err);
    assert_eq!(archive.run(&["search", "Iraq"]).code, 0, "readers are not kept away");
    drop(first.stdin.take());
    first.wait().unwrap();
    archive.ok(&["index", "."]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_can_be_searched_and_says_why_it_is_not_indexed() {
    use std::os::unix::fs::PermissionsExt;
    let archive = archive(20);
    archive.index();
    let folders = [archive.path().join(".dateline/tantivy"), archive.path().join(".dateline")];
    let allow = |mode| {
        for folder in &folders {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    allow(0o555);
    // Root may write everywhere: there is nothing to test.
    if std::fs::write(folders[0].join("probe"), "").is_err() {
        archive.file("new.jsonl", record(1000));
        let (search, index) = (archive.run(&["search", "Iraq"]), archive.run(&["index", "."]));
        allow(0o755);
        assert_eq!(search.code, 0, "{}", search.err);
        assert_eq!(index.code, 3, "{}", index.err);
        assert!(index.err.contains("hint:") && !index.err.contains("panicked"), "{}", index.err);
    }
    allow(0o755);
}

#[test]
fn a_watched_folder_is_read_when_it_changes() {
    let archive = archive(20);
    let mut watch = archive.command(&["index", ".", "--watch", "--quiet"]).spawn().unwrap();
    let until = |wanted: &str| {
        let started = Instant::now();
        while archive.run(&["search", "-o", "ids", wanted]).code != 0 {
            assert!(started.elapsed() < Duration::from_secs(40), "{wanted} was not read");
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    until("Iraq");
    archive.file("later/new.txt", "A late title\n\nZanzibar is in the news.");
    until("Zanzibar");
    let _ = watch.kill();
    watch.wait().unwrap();
    archive.ok(&["check"]);
}

/// Fifty kills at times spread over a run of 60 000 articles; after each the index is sound and no article is there
/// twice. `cargo test --profile quick --test it kills -- --ignored`
#[test]
#[ignore = "takes minutes"]
fn fifty_kills_lose_nothing() {
    let articles = 60_000;
    let archive = archive(articles);
    let (mut killed, mut round) = (0, 0u64);
    while killed < 50 {
        round += 1;
        assert!(round < 500, "runs end before they are killed");
        let args = ["index", ".", "--quiet", "--memory", "40", "--reread"];
        let args = &args[..if round % 3 == 0 { 6 } else { 5 }];
        killed += u32::from(archive.kill_after(args, Duration::from_millis(round * 97 % 2500)));
        if archive.path().join(".dateline/meta.json").exists() {
            archive.ok(&["check"]);
        }
    }
    archive.ok(&["index", ".", "--memory", "40"]);
    archive.ok(&["check"]);
    assert_eq!(archive.ids(&["Iraq"]).len(), articles as usize);
}
