use super::*;

fn topic(id: &str) -> Topic {
    Topic { id: id.into(), ..Topic::default() }
}

fn strings(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn nearness(topic: &Topic, text: &str) -> Option<Nearness> {
    let document = Document::decode(text.as_bytes().to_vec()).unwrap();
    Profile::build(topic).score(&document)
}

fn score(topic: &Topic, text: &str) -> f64 {
    nearness(topic, text).unwrap().score
}

const PRUNING: &str = "Pruning is best done in late winter. Cut dead branches first, then those that cross, so that light \
                       reaches the middle of the tree. Old apple trees bear the pruning of a third of their branches.";
const GRAFTING: &str = "To graft an apple, cut a branch of last year in winter and keep it cool. In spring, slit the bark \
                        of the tree and push the scion in, then seal the cut with wax.";
const SOWING: &str = "Sow beans when the soil is warm. Work compost into the bed, water well, and thin the seedlings once \
                      two leaves are open. Mulch keeps the soil moist.";
const RATES: &str = "The central bank raised its key rate by a quarter point on Thursday. Markets had expected the move, \
                     and bond yields hardly changed after the decision.";
const FERRY: &str = "The ferry leaves the harbour at seven and needs two hours for the crossing. On rough days the captain \
                     stays near the shore.";

fn garden_by_examples() -> Topic {
    Topic { examples: strings(&[PRUNING, SOWING]), ..topic("garden") }
}

fn garden_by_terms() -> Topic {
    Topic {
        strong_terms: strings(&["prune", "graft", "apple tree", "compost", "修剪"]),
        weak_terms: strings(&["branch", "bark", "soil", "果树"]),
        ..topic("garden")
    }
}

#[test]
fn examples_put_the_same_subject_above_others() {
    let garden = garden_by_examples();
    for other in [RATES, FERRY] {
        assert!(score(&garden, GRAFTING) > 1.2 * score(&garden, other), "{other}");
    }
}

#[test]
fn terms_alone_do_too() {
    let garden = garden_by_terms();
    assert!(score(&garden, PRUNING) > 0.1);
    assert!(score(&garden, GRAFTING) > 0.05);
    assert_eq!(score(&garden, RATES), 0.0);
}

#[test]
fn chinese_is_told_without_a_segmenter() {
    let garden = garden_by_terms();
    let on = score(&garden, "冬末修剪果树，先剪掉枯枝，再疏去交叉的枝条。");
    assert!(on > 0.1, "{on}");
    assert_eq!(score(&garden, "央行周四将基准利率上调四分之一个百分点。"), 0.0);
    let examples = Topic {
        examples: strings(&["冬末修剪果树，先剪掉枯枝，再疏去交叉的枝条。", "果树嫁接要在春天，枝条要选去年的。"]),
        ..topic("garden")
    };
    let (on, off) = (
        score(&examples, "老果树的枝条可以修剪三分之一。"),
        score(&examples, "市场早已预期，债券收益率几乎没有变化。"),
    );
    assert!(on > 2.0 * off, "{on} against {off}");
}

#[test]
fn both_together_say_more_than_either() {
    let both = Topic { examples: garden_by_examples().examples, ..garden_by_terms() };
    assert!(score(&both, GRAFTING) > score(&garden_by_terms(), GRAFTING));
    assert!(score(&both, GRAFTING) > score(&garden_by_examples(), GRAFTING));
}

#[test]
fn terms_against_and_counter_examples_lower_the_score() {
    let text = "Prune your portfolio: the central bank and the bond markets of the tree trade hardly moved.";
    let plain = garden_by_terms();
    let against = Topic { against_terms: strings(&["central bank", "bond"]), ..garden_by_terms() };
    assert!(score(&against, text) < score(&plain, text));
    let countered = Topic { counter_examples: strings(&[RATES]), ..garden_by_terms() };
    assert!(score(&countered, text) < score(&plain, text));
}

#[test]
fn words_that_any_text_has_say_nothing() {
    let found = nearness(&garden_by_examples(), PRUNING).unwrap();
    assert!(found.nearest.iter().all(|term| !["the", "and", "of", "in"].contains(&term.as_str())), "{found:?}");
}

#[test]
fn evidence_names_terms_as_people_read_them() {
    let found = nearness(&garden_by_terms(), "The apple trees stand in good soil; we grafted them, but did not prune.")
        .unwrap();
    assert!(found.nearest.contains(&"apple tree".to_owned()), "{found:?}");
    assert!(found.missing.contains(&"compost".to_owned()), "{found:?}");
    assert!(found.nearest.len() <= 5 && found.missing.len() <= 5);
    let phrase = Topic { strong_terms: strings(&["基层党组织"]), ..topic("phrase") };
    let found = nearness(&phrase, "加强农村基层党组织建设工作。").unwrap();
    assert_eq!(found.nearest, ["基层党组织"]);
}

#[test]
fn a_text_on_the_subject_in_other_words_is_nearer_than_others() {
    let garden = garden_by_examples();
    let orchard = "Orchards flower in May. The growers spray, thin the fruit by hand and harvest pears and cherries.";
    assert!(score(&garden, orchard) > 1.2 * score(&garden, RATES));
    let document = Document::decode(orchard.as_bytes().to_vec()).unwrap();
    let account = Profile::build(&garden).account(&document).unwrap();
    assert!(account.terms.iter().any(|part| part.related > 0.0), "{account:?}");
    assert!(account.related() > 0.3 && account.related() <= 1.0, "{account:?}");
    let sum: f64 = account.terms.iter().map(|part| part.says).sum();
    assert!((account.score - (1.0 - (-sum).exp())).abs() < 1e-12);
}

#[test]
fn terms_that_somebody_gave_bring_no_others_with_them() {
    let document = Document::decode("Orchards flower in May, and growers harvest pears.".into()).unwrap();
    let account = Profile::build(&garden_by_terms()).account(&document).unwrap();
    assert!(account.terms.iter().all(|part| part.related == 0.0), "{account:?}");
    assert_eq!(account.related(), 0.0);
}

#[test]
fn a_short_text_cannot_be_told() {
    assert_eq!(nearness(&garden_by_terms(), "Prune apple trees"), None);
    assert_eq!(nearness(&garden_by_terms(), "12 34 56 78 90 a b c d e"), None);
}

#[test]
fn scores_stay_between_nothing_and_one() {
    let garden = garden_by_terms();
    let all = score(&garden, &"prune graft compost 修剪 ".repeat(20));
    assert!(all > 0.9 && all <= 1.0, "{all}");
    assert_eq!(score(&topic("nothing"), FERRY), 0.0);
}
