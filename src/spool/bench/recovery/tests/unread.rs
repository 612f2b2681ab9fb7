//! Files that were too large to be read: of them no hash is known.

use super::*;

const ID: &str = "quarantine-0123";

/// The release of one was begun.
fn begun() -> Rig {
    let rig = Rig::new();
    rig.moving(Kind::Released, ID);
    let entry = rig.bench.journal.known(ID).unwrap().unwrap();
    rig.bench.journal.record(Entry { hash: None, ..entry }).unwrap();
    rig
}

#[test]
fn one_of_which_no_hash_is_known_is_held_against_what_was_published() {
    // Held, or lying where it lay; what has its name in curated; where it ends, and whether it is known to have gone on.
    let other = "to be fouNd";
    let cases = [(BYTES, "curated", true), (other, "quarantine", false), ("another size", "quarantine", false)];
    for held in [true, false] {
        for (published, ends, went) in cases {
            let rig = begun();
            rig.write(&if held {
                format!("quarantine/.siftd/move-{ID}/sub/x.txt")
            } else {
                "quarantine/sub/x.txt".into()
            });
            fs::create_dir_all(rig.layout.curated.join("sub")).unwrap();
            fs::write(rig.layout.curated.join("sub/x.txt"), published).unwrap();
            rig.begun_now(ID);
            rig.complete();
            let lies = |place: &str| rig.lying(&format!("{place}/sub")).iter().any(|(_, bytes)| bytes == BYTES);
            assert_eq!(["curated", "quarantine"].map(lies), [went, !went], "{held} {published}: ends in {ends}");
            assert_eq!(rig.known(ID).map(|(stage, _)| stage), went.then_some(Stage::Done), "{held} {published}");
        }
    }
}

#[test]
fn nor_does_one_lie_in_two_places_that_got_a_longer_name_since_its_own_was_taken() {
    let longer = format!("x~{}.txt", &blake3::hash(BYTES.as_bytes()).to_hex()[..8]);
    // Held, lying where it lay, or gone from there; what has its name in curated, of its size or not.
    for held in [Some(true), Some(false), None] {
        for taken in ["to be fouNd", "another size"] {
            let rig = begun();
            match held {
                Some(true) => rig.write(&format!("quarantine/.siftd/move-{ID}/sub/x.txt")),
                Some(false) => rig.write("quarantine/sub/x.txt"),
                None => {}
            }
            rig.write(&format!("curated/sub/{longer}"));
            // Named like a longer one, and none.
            fs::write(rig.layout.curated.join("sub/x~01234567.txt"), "to be Found").unwrap();
            fs::write(rig.layout.curated.join("sub/x.txt"), taken).unwrap();
            rig.begun_now(ID);
            rig.complete();
            assert_eq!(rig.lying("quarantine/sub"), [], "{held:?} {taken}");
            assert_eq!(rig.lying("curated/sub").len(), 3, "{held:?} {taken}");
            let went_on = Some((Stage::Done, Some(PathBuf::from("sub").join(&longer))));
            assert_eq!(rig.known(ID), went_on, "{held:?} {taken}");
        }
    }
}
