//! Each stage of the engine on text that is made here, the same at every run: `cargo bench --bench stages`.
//!
//! A page is about as long as web pages are in the middle (4 KB), a long one ten times that.

#![expect(clippy::expect_used, reason = "a measure of rules that do not load would be of nothing")]

mod made;

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use siftd::engine::{
    language::{Candidates, guess},
    metrics::{Metric, Metrics},
    rules::{Embedded, File, Library, RuleSet, Settings, Snapshot, load},
    text::{Document, ScriptCounts, fold, words},
};

const PAGE: usize = 4 << 10;
const LONG: usize = 40 << 10;

fn rule_set(library: &dyn Library) -> RuleSet {
    let loaded = load(library, &Settings::default());
    let problems: Vec<_> = loaded.diagnostics.iter().map(|problem| &problem.message).collect();
    loaded.rules.unwrap_or_else(|| panic!("the rules made for measuring do not load: {problems:?}"))
}

fn pack(text: &str) -> RuleSet {
    rule_set(&Snapshot::of_pack("made.yaml", text))
}

fn document(text: &str) -> Document {
    Document::decode(text.as_bytes().to_vec()).expect("made text is text")
}

/// What a page is measured as: its name and its text.
fn pages() -> [(&'static str, String); 3] {
    [("page", made::english(PAGE)), ("long", made::english(LONG)), ("chinese", made::chinese(PAGE))]
}

/// Measures `work` on every page; only what `prepare` leaves to do counts.
fn on_pages<T>(criterion: &mut Criterion, stage: &str, prepare: impl Fn(&str) -> T, work: impl Fn(T)) {
    let mut group = criterion.benchmark_group(stage);
    for (name, text) in pages() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(|| prepare(&text), &work, BatchSize::SmallInput);
        });
    }
    group.finish();
}

fn text(criterion: &mut Criterion) {
    on_pages(criterion, "decode", |text| text.as_bytes().to_vec(), |raw| drop(black_box(Document::decode(raw))));
    on_pages(criterion, "fold", str::to_owned, |text| {
        let mut folded = String::with_capacity(text.len());
        fold(&text, &mut folded);
        black_box(folded);
    });
    on_pages(criterion, "words", str::to_owned, |text| _ = black_box(words(&text).count()));
    on_pages(criterion, "scripts", str::to_owned, |text| _ = black_box(ScriptCounts::of(&text)));
}

fn facts(criterion: &mut Criterion) {
    on_pages(criterion, "language", document, |document| _ = black_box(guess(&document, &Candidates::default())));
    let metric = |metric| move |document: Document| _ = black_box(Metrics::of(&document, None).get(metric));
    on_pages(criterion, "metrics", document, metric(Metric::WordCount));
    on_pages(criterion, "n-grams", document, metric(Metric::Top2GramCharShare));
    on_pages(criterion, "sentences", document, metric(Metric::C4SentenceCount));
}

fn rules(criterion: &mut Criterion) {
    let topic = File::new("topic.yaml", made::topic());
    let sets = [
        ("rules-none", pack("schema: rules/1\npack: made\nrules: []\n")),
        ("rules-words", pack(&made::words())),
        ("rules-sections", pack(&made::sections())),
        ("rules-topic", rule_set(&Snapshot { topics: vec![topic], ..Snapshot::default() })),
        ("rules-shipped", rule_set(&Embedded)),
    ];
    for (name, set) in &sets {
        on_pages(criterion, name, document, |document| _ = black_box(set.judge(&document)));
    }
}

fn patterns(criterion: &mut Criterion) {
    let text = made::english(PAGE);
    let mut group = criterion.benchmark_group("patterns");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for count in [10, 100, 1_000] {
        let set = pack(&made::patterns(count));
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter_batched(
                || document(&text),
                |document| _ = black_box(set.judge(&document)),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn loading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(20);
    group.bench_function("shipped", |bencher| bencher.iter(|| rule_set(&Embedded)));
    let made = made::patterns(1_000);
    group.bench_function("patterns-1000", |bencher| bencher.iter(|| pack(&made)));
    group.finish();
}

criterion_group!(benches, text, facts, rules, patterns, loading);
criterion_main!(benches);
