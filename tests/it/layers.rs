//! The house stays a house: a module imports only from a lower rank, and what belongs to one module is named in no
//! other. One crate gives no compiler help here.

use std::path::{Path, PathBuf};

/// Modules and their ranks.
const RANKS: [(&str, u8); 8] = [
    ("article", 0),
    ("ingest", 1),
    ("extract", 1),
    ("query", 1),
    ("search", 2),
    ("index", 3),
    ("pipeline", 4),
    ("cli", 6),
];

/// What only one module may name.
const OWNED: [(&str, &[&str]); 8] = [
    ("tantivy::", &["index"]),
    ("walkdir::", &["ingest"]),
    ("clap::", &["cli"]),
    ("clap_complete::", &["cli"]),
    ("indicatif::", &["cli"]),
    ("anyhow::", &["cli"]),
    ("parse_from_str(", &["article"]),
    ("parse_from_rfc", &["article"]),
];

fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let below = path.strip_prefix(&root).unwrap();
                let module = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((module, path.clone(), text));
            }
        }
    }
    assert!(found.len() > 30, "the sources were not found");
    found
}

fn rank(module: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

#[test]
fn a_module_imports_only_from_a_lower_rank() {
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        let Some(own) = rank(&module) else { continue };
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for part in code.split("crate::").skip(1) {
                let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name != module && rank(&name).is_some_and(|other| other >= own) {
                    wrong.push(format!("{}:{}: {module} may not use {name}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_belongs_to_one_module_is_named_in_no_other() {
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for (name, owners) in OWNED {
                if code.contains(name) && !owners.contains(&module.as_str()) {
                    wrong.push(format!("{}:{}: only {owners:?} may name {name}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_a_god() {
    for (_, path, text) in sources() {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        let lines = code.lines().filter(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with("//")
        });
        let count = lines.count();
        assert!(count <= 800, "{} has {count} lines of code", path.display());
    }
}
