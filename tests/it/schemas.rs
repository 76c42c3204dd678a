//! The files in `schema/` are what the code generates.

use super::fixture::Archive;

#[test]
fn schema_files_are_fresh() {
    let archive = Archive::empty();
    for (name, file) in [
        ("article", "article.schema.json"),
        ("index", "index.json"),
        ("output", "output.schema.json"),
        ("people", "people.schema.json"),
    ] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(file);
        let generated = archive.ok(&["schema", name]);
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, generated, "write it anew: cargo run -- schema {name} > schema/{file}");
    }
}
