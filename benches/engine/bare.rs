//! Bare tantivy: title and body stemmed with positions, stored, two fast fields; for filters an index
//! with entities too. Its document store uses the codec dateline uses, since that is the one compiled in.

use std::path::Path;

use dateline::article::Article;
use dateline::extract::Annotations;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::Query;
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::tokenizer::{
    LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
};
use tantivy::{DocAddress, Index, IndexSettings, IndexWriter, Order, Searcher, TantivyDocument, Term};

/// Builds an index with so many threads; where entities are given they are fields too, counted by their mentions: codes
/// of countries, and people by the words of their names.
pub(super) fn index(
    dir: &Path,
    articles: &[Article],
    entities: Option<&[Annotations]>,
    threads: usize,
    memory: usize,
) {
    std::fs::create_dir_all(dir).unwrap();
    let mut schema = Schema::builder();
    let text = TextOptions::default().set_stored().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("stock")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions),
    );
    let title = schema.add_text_field("title", text.clone());
    let body = schema.add_text_field("body", text);
    let source = schema.add_text_field("source", STRING | FAST | STORED);
    let published = schema.add_i64_field("published", FAST | STORED);
    let counted = |tokenizer| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer);
        TextOptions::default().set_indexing_options(indexing.set_index_option(IndexRecordOption::WithFreqs))
    };
    let of_entities = entities.map(|annotations| {
        let country = schema.add_text_field("country", counted("raw"));
        (annotations, country, schema.add_text_field("person", counted("default")))
    });
    let settings = IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor::default()),
        ..IndexSettings::default()
    };
    let index = Index::builder().schema(schema.build()).settings(settings).create_in_dir(dir).unwrap();
    stock(&index);
    let mut writer: IndexWriter = index.writer_with_num_threads(threads, memory).unwrap();
    for (number, article) in articles.iter().enumerate() {
        let mut document = TantivyDocument::default();
        document.add_text(title, &article.title);
        document.add_text(body, &article.body);
        document.add_text(source, article.source.as_deref().unwrap_or("none"));
        if let Some(on) = &article.published {
            document.add_i64(published, on.on.first.and_time(Default::default()).and_utc().timestamp());
        }
        if let Some((annotations, country, person)) = of_entities {
            for named in &annotations[number].people {
                named.mentions.iter().for_each(|_| document.add_text(person, &named.name));
            }
            for named in &annotations[number].countries {
                named.mentions.iter().for_each(|_| document.add_text(country, named.code));
            }
        }
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
}

fn stock(index: &Index) {
    let chain = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(StockStemmer)
        .build();
    index.tokenizers().register("stock", chain);
}

/// An index, opened.
pub(super) struct Bare {
    pub(super) searcher: Searcher,
}

impl Bare {
    pub(super) fn open(dir: &Path) -> Self {
        let index = Index::open_in_dir(dir).unwrap();
        stock(&index);
        // Nobody asks for the same page again and again: what is read must be unpacked.
        let reader = index.reader_builder().doc_store_cache_num_blocks(0).try_into().unwrap();
        Self { searcher: reader.searcher() }
    }

    /// A term of a field.
    pub(super) fn term(&self, field: &str, text: &str) -> Term {
        Term::from_field_text(self.field(field), text)
    }

    pub(super) fn field(&self, name: &str) -> Field {
        self.searcher.schema().get_field(name).unwrap()
    }

    /// The 10 newest and the exact count.
    pub(super) fn newest(&self, query: &dyn Query) -> Vec<DocAddress> {
        let newest = TopDocs::with_limit(10).order_by_fast_field::<i64>("published", Order::Desc);
        let newest = self.searcher.search(query, &newest).unwrap();
        std::hint::black_box(self.searcher.search(query, &Count).unwrap());
        newest.into_iter().map(|(_, at)| at).collect()
    }

    /// The 10 best and the exact count.
    pub(super) fn best(&self, query: &dyn Query) -> Vec<DocAddress> {
        let best = self.searcher.search(query, &TopDocs::with_limit(10).order_by_score()).unwrap();
        std::hint::black_box(self.searcher.search(query, &Count).unwrap());
        best.into_iter().map(|(_, at)| at).collect()
    }

    /// Reads what is stored of articles.
    pub(super) fn read(&self, found: &[DocAddress]) {
        for at in found {
            std::hint::black_box(self.searcher.doc::<TantivyDocument>(*at).unwrap());
        }
    }
}

/// tantivy's own English stemmer filter, which is behind a feature dateline does not use: no cache.
#[derive(Clone)]
struct StockStemmer;

impl TokenFilter for StockStemmer {
    type Tokenizer<T: Tokenizer> = Stemmed<T>;

    fn transform<T: Tokenizer>(self, inner: T) -> Stemmed<T> {
        Stemmed { inner }
    }
}

#[derive(Clone)]
struct Stemmed<T> {
    inner: T,
}

impl<T: Tokenizer> Tokenizer for Stemmed<T> {
    type TokenStream<'a> = StemmedStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        let stemmer = frostem::Stemmer::new(frostem::Algorithm::English);
        StemmedStream { inner: self.inner.token_stream(text), stemmer, buffer: String::new() }
    }
}

struct StemmedStream<T> {
    inner: T,
    stemmer: frostem::Stemmer,
    buffer: String,
}

impl<T: TokenStream> TokenStream for StemmedStream<T> {
    fn advance(&mut self) -> bool {
        if !self.inner.advance() {
            return false;
        }
        let token = self.inner.token_mut();
        match self.stemmer.stem(&token.text) {
            std::borrow::Cow::Owned(stem) => token.text = stem,
            std::borrow::Cow::Borrowed(stem) => {
                self.buffer.clear();
                self.buffer.push_str(stem);
                std::mem::swap(&mut token.text, &mut self.buffer);
            }
        }
        true
    }

    fn token(&self) -> &Token {
        self.inner.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.inner.token_mut()
    }
}
