//! Judging takes memory for a document and for what it finds there, not for each line that it reads.

#![expect(clippy::unwrap_used, reason = "where the shipped rules do not load nothing is counted")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use siftd::engine::{
    judge::Judgement,
    rules::{Embedded, RuleSet, Settings, load},
};

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

/// The system's memory, which counts how often each thread asks for some.
struct Counting;

impl Counting {
    fn count() {
        ASKED.set(ASKED.get() + 1);
    }
}

#[expect(unsafe_code, reason = "only an allocator sees what is asked for; this one hands everything on as it came")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count();
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::count();
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Times a document is judged: what is made at the first use of a pattern or table is not counted, nor what is made
/// anew since it was let go.
const TIMES: usize = 4;

/// How often judging asks for memory, and what it finds.
fn judged(rules: &RuleSet, text: &str) -> (usize, Judgement) {
    let once = || {
        let raw = text.as_bytes().to_vec();
        let before = ASKED.get();
        let (judgement, _) = rules.judge_bytes(raw);
        (ASKED.get() - before, judgement)
    };
    (0..TIMES).map(|_| once()).min_by_key(|(asked, _)| *asked).unwrap()
}

type Line = fn(usize) -> String;

fn of(line: Line, lines: usize) -> String {
    (0..lines).map(|index| line(index) + "\n").collect()
}

fn pick<'w>(words: &[&'w str], index: usize) -> &'w str {
    words[index % words.len()]
}

fn english(index: usize) -> String {
    let who = ["The keeper", "A ferry captain", "Her brother", "The old crew", "Nobody in the village", "The clerk"];
    let did = ["wrote down", "had repaired", "remembered", "talked about", "carried home", "was waiting for", "sold"];
    let what = ["the ropes", "an empty barrel", "the weather of that spring", "the lamp on the pier", "fresh bread"];
    let then = ["before the rain came", "when the market had closed", "as they did each year", "without saying why"];
    format!("{} {} {} {}.", pick(&who, index), pick(&did, index), pick(&what, index), pick(&then, index / 3))
}

fn german(index: usize) -> String {
    let who = ["Der Fährmann", "Die Nachbarin", "Ein alter Kapitän", "Niemand im Dorf"];
    let did =
        ["hat die Lampe für drei Tage geliehen", "konnte die Taue nicht finden", "fährt jeden Morgen über die Bucht"];
    format!("{} {}, während es in der Stadt regnete.", pick(&who, index), pick(&did, index))
}

fn chinese(index: usize) -> String {
    let who = ["渔夫", "船长", "邻居", "港口的老人", "两个孩子"];
    let did =
        ["修好了旧船", "记下了潮水的时间", "买来新鲜的面包", "看着远处的灯塔", "谈起去年的天气", "把绳子搬进仓库"];
    format!(
        "{}，{}{}，然后慢慢走回家去。",
        pick(&["早晨", "下雨以前", "晚饭以后"], index),
        pick(&who, index),
        pick(&did, index)
    )
}

fn japanese(index: usize) -> String {
    let who = ["漁師は", "船長は", "隣の人は", "港の老人は"];
    let did = ["古い船を直した", "潮の時間を書いた", "パンを買った", "灯台を見ていた", "天気について話した"];
    format!("{}朝早く{}。", pick(&who, index), pick(&did, index))
}

/// Short lines, as menus have, on which no rule fires.
fn wares(index: usize) -> String {
    let kinds = ["as new", "well used", "for hire", "by size", "by age", "by maker", "of wood"];
    format!("{} {}", pick(&["Ropes", "Lamps", "Anchors", "Boats", "Sails"], index), pick(&kinds, index))
}

/// What rules fire on, on the line and for its lack of an end.
fn furniture(index: usize) -> String {
    let lines = ["Share this page", "Subscribe to our newsletter", "We use cookies to make this site better."];
    pick(&lines, index).to_owned()
}

/// How much more often memory is asked for where a text is twice as long: once for each list that grows with it.
const GROWTH: usize = 16;

/// How often for a finding that a report lists, with all that it says.
const A_FINDING: usize = 8;

#[test]
fn lines_take_no_memory_of_their_own() {
    let rules = load(&Embedded, &Settings::default()).rules.unwrap();
    for (name, line) in [
        ("english", english as Line),
        ("german", german),
        ("chinese", chinese),
        ("japanese", japanese),
        ("wares", wares),
    ] {
        for lines in [100, 400] {
            let (once, _) = judged(&rules, &of(line, lines));
            let (twice, _) = judged(&rules, &of(line, lines * 2));
            assert!(twice <= once + GROWTH, "{name}: {once} times for {lines} lines, {twice} times for twice as many");
        }
    }
}

#[test]
fn findings_take_a_little_memory_each() {
    let rules = load(&Embedded, &Settings::default()).rules.unwrap();
    let (once, few) = judged(&rules, &of(furniture, 200));
    let (twice, many) = judged(&rules, &of(furniture, 400));
    let more = many.findings.len() - few.findings.len();
    assert!(more >= 200, "{more}");
    assert!(twice <= once + GROWTH + A_FINDING * more, "{once} times, {twice} times with {more} findings more");
}
