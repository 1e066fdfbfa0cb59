//! Every byte of every file changed, every file cut short: noticed or harmless, and whole again.

use std::fs;
use std::path::{Path, PathBuf};

use super::scene::{Case, Evidence, Scene, Shape, Tally, try_all};
use super::{Dice, Mutation, must_fail, soak};

const SHAPES: [Shape; 3] = [Shape::FreshTail, Shape::Reopened, Shape::ManySegments];

fn flip(path: PathBuf, at: usize, bit: usize) -> Case {
    let name = format!("{} byte {at} bit {bit}", path.display());
    let evidence = Some(Evidence { path: path.clone(), byte: Some(at) });
    let harm = move |dir: &Path| {
        let mut bytes = fs::read(dir.join(&path)).unwrap();
        bytes[at] ^= 1 << bit;
        fs::write(dir.join(&path), bytes).unwrap();
    };
    Case { name, harm: Box::new(harm), evidence }
}

fn cut(path: PathBuf, length: usize) -> Case {
    let name = format!("{} cut to {length}", path.display());
    let evidence = Some(Evidence { path: path.clone(), byte: None });
    let harm = move |dir: &Path| {
        fs::File::options().write(true).open(dir.join(&path)).unwrap().set_len(length as u64).unwrap()
    };
    Case { name, harm: Box::new(harm), evidence }
}

/// So many flips: at least some of each file, the rest where there are bytes that say something.
fn sampled_flips(scene: &Scene, count: usize) -> Vec<Case> {
    let mut dice = Dice(count as u64);
    let files: Vec<_> = scene.files().into_iter().filter(|(_, bytes)| !bytes.is_empty()).collect();
    let mut cases = Vec::with_capacity(count);
    let own = count / 4 / files.len();
    for (path, bytes) in &files {
        cases.extend((0..own).map(|_| flip(path.clone(), dice.next(bytes.len()), dice.next(8))));
    }
    let said = |bytes: &[u8]| (0..bytes.len()).filter(|at| bytes[*at] != 0).collect::<Vec<_>>();
    let said: Vec<_> = files.iter().map(|(path, bytes)| (path, said(bytes))).collect();
    let total: usize = said.iter().map(|(_, places)| places.len()).sum();
    while cases.len() < count {
        let mut at = dice.next(total);
        for (path, places) in &said {
            if at < places.len() {
                cases.push(flip((*path).clone(), places[at], dice.next(8)));
                break;
            }
            at -= places.len();
        }
    }
    cases
}

/// Every byte of every file, one bit of each.
fn every_flip(scene: &Scene) -> Vec<Case> {
    let of_file = |(path, bytes): (PathBuf, Vec<u8>)| {
        (0..bytes.len()).map(move |at| flip(path.clone(), at, at * 5 % 8)).collect::<Vec<_>>()
    };
    scene.files().into_iter().flat_map(of_file).collect()
}

/// Every length that is a multiple of 64 bytes, or every so many of them.
fn cuts(scene: &Scene, every: usize) -> Vec<Case> {
    let of_file =
        |(path, bytes): (PathBuf, Vec<u8>)| (0..bytes.len()).step_by(64).map(move |length| cut(path.clone(), length));
    scene.files().into_iter().flat_map(of_file).step_by(every).collect()
}

fn on_every_shape(cases: impl Fn(&Scene) -> Vec<Case>) -> Tally {
    let mut tally = Tally::default();
    for shape in SHAPES {
        let scene = Scene::of(shape);
        tally.add(try_all(&scene, cases(&scene)));
    }
    tally
}

/// Whatever happens to one file, another one has what was in it.
fn assert_whole(tally: &Tally) {
    tally.assert();
    let shown = &tally.partial[..tally.partial.len().min(20)];
    assert!(tally.partial.is_empty(), "{} of {} are not whole: {shown:#?}", tally.partial.len(), tally.tried);
    assert!(tally.noticed > 0, "nothing was noticed: nothing was changed");
}

#[test]
fn two_thousand_changed_bytes_and_some_cuts_are_noticed_or_harmless() {
    let mut tally = on_every_shape(|scene| sampled_flips(scene, 667));
    soak::line("a flipped bit in any file", tally.tried, tally.failed.len() as u64, &tally.note());
    let cut = on_every_shape(|scene| cuts(scene, 61));
    soak::line("any file cut short at each 64 bytes", cut.tried, cut.failed.len() as u64, &cut.note());
    tally.add(cut);
    assert_whole(&tally);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_every_cut_is_noticed_or_harmless() {
    let cut = on_every_shape(|scene| cuts(scene, 1));
    soak::line("any file cut short at each 64 bytes", cut.tried, cut.failed.len() as u64, &cut.note());
    assert_whole(&cut);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_every_byte_after_an_unclean_end() {
    let scene = Scene::of(Shape::FreshTail);
    let tally = try_all(&scene, every_flip(&scene));
    soak::line("every byte changed, unclean end", tally.tried, tally.failed.len() as u64, &tally.note());
    assert_whole(&tally);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_every_byte_of_a_reopened_vault() {
    let scene = Scene::of(Shape::Reopened);
    let tally = try_all(&scene, every_flip(&scene));
    soak::line("every byte changed, closed and reopened", tally.tried, tally.failed.len() as u64, &tally.note());
    assert_whole(&tally);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn long_every_byte_of_many_segments() {
    let scene = Scene::of(Shape::ManySegments);
    let tally = try_all(&scene, every_flip(&scene));
    soak::line("every byte changed, many segments", tally.tried, tally.failed.len() as u64, &tally.note());
    assert_whole(&tally);
}

#[test]
#[ignore = "run with a mutation, by the tests below"]
fn a_few_flips_for_a_mutation() {
    let scene = Scene::of(Shape::FreshTail);
    assert_whole(&try_all(&scene, sampled_flips(&scene, 400)));
}

#[test]
#[ignore = "run with a mutation, by the test below"]
fn some_cuts_after_an_unclean_end() {
    let scene = Scene::of(Shape::FreshTail);
    assert_whole(&try_all(&scene, cuts(&scene, 5)));
}

#[test]
fn a_journal_without_its_copy_is_noticed() {
    must_fail("faults::changed::some_cuts_after_an_unclean_end", Mutation::NoJournalCopy);
}

#[test]
fn a_store_that_is_believed_is_noticed() {
    must_fail("faults::changed::a_few_flips_for_a_mutation", Mutation::BelieveStore);
}

#[test]
fn evidence_that_vanishes_is_noticed() {
    must_fail("faults::changed::a_few_flips_for_a_mutation", Mutation::NoCopy);
}
