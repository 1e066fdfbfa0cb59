//! Files that are gone, empty, full of something else, or another vault's: noticed or harmless.

use std::fs;
use std::path::{Path, PathBuf};

use super::scene::{Case, Evidence, Scene, Shape, Tally, try_all};
use super::{Dice, soak};

const WAYS: [&str; 7] = ["missing", "emptied", "garbage", "zeros", "another vault's", "a folder", "garbage added"];

/// One file harmed in one way; `other` is another vault of the same making.
fn harmed(way: &'static str, paths: &[PathBuf], other: &Path) -> Case {
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    let (paths, other) = (paths.to_vec(), other.to_owned());
    // What follows the last whole commit of a journal that was not closed was never acknowledged: it is cut off.
    let torn_end = way == "garbage added" && names[0].starts_with("journal-");
    let evidence = (!["missing", "a folder"].contains(&way) && !torn_end)
        .then(|| Evidence { path: paths[0].clone(), byte: (way == "garbage added").then_some(Evidence::LAST) });
    let harm = move |dir: &Path| {
        for path in &paths {
            harm_one(way, &dir.join(path), &other.join(path));
        }
    };
    Case { name: format!("{} {way}", names.join(" and ")), harm: Box::new(harm), evidence }
}

fn harm_one(way: &str, path: &Path, others: &Path) {
    let before = fs::read(path).unwrap_or_default();
    let mut dice = Dice(before.len() as u64);
    let mut garbage = |length: usize| (0..length).map(|_| dice.next(256) as u8).collect::<Vec<u8>>();
    match way {
        "missing" => fs::remove_file(path).unwrap(),
        "emptied" => fs::write(path, []).unwrap(),
        "garbage" => fs::write(path, garbage(before.len())).unwrap(),
        "zeros" => fs::write(path, vec![0; before.len()]).unwrap(),
        "garbage added" => fs::write(path, [before, garbage(777)].concat()).unwrap(),
        "a folder" => {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }
        // Numbers in names may differ from vault to vault: then any file of the sort does.
        _ => fs::write(path, fs::read(others).unwrap_or_else(|_| of_the_same_sort(others))).unwrap(),
    }
}

fn of_the_same_sort(path: &Path) -> Vec<u8> {
    let sort = path.file_name().unwrap().to_str().unwrap().split(['-', '.']).next().unwrap().to_owned();
    let mut alike = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    alike
        .find(|found| found.file_name().unwrap().to_str().unwrap().starts_with(&sort))
        .map_or(Vec::new(), |path| fs::read(path).unwrap())
}

/// Names of whole parts, that may go together.
fn pairs(scene: &Scene) -> Vec<Vec<PathBuf>> {
    let named = |prefix: &str| -> Vec<PathBuf> {
        scene
            .files()
            .into_iter()
            .map(|(path, _)| path)
            .filter(|path| path.starts_with(prefix) || path.to_str().unwrap().starts_with(prefix))
            .collect()
    };
    let (store, journals, checkpoints) = (named("store/"), named("journal-"), named("checkpoint-"));
    let head = vec![PathBuf::from("head")];
    vec![
        vec!["header".into(), "header.copy".into()],
        [head.clone(), store.clone()].concat(),
        [head.clone(), journals.clone()].concat(),
        [head, checkpoints.clone()].concat(),
        [checkpoints.clone(), journals.clone()].concat(),
        [store.clone(), journals.clone()].concat(),
        [store, checkpoints, journals].concat(),
    ]
}

/// Files nobody asked for.
fn strangers() -> Vec<Case> {
    let names = [
        "journal-ffffffffffffffff",
        "checkpoint-ffffffffffffffff",
        "journal-0000000000000000",
        "header.tmp",
        "store.fresh",
        "store.before",
        "store.opening",
        "damaged",
        "thumbs.db",
    ];
    let stranger = |name: &'static str| {
        let harm = move |dir: &Path| drop(fs::write(dir.join(name), "nothing of ours"));
        Case { name: format!("a foreign {name}"), harm: Box::new(harm), evidence: None }
    };
    names.into_iter().map(stranger).collect()
}

#[test]
fn missing_emptied_garbage_and_foreign_files_are_noticed_or_harmless() {
    let other = Scene::of(Shape::Reopened);
    let mut tally = Tally::default();
    let mut alone = 0;
    for shape in [Shape::FreshTail, Shape::Reopened] {
        let scene = Scene::of(shape);
        let singles: Vec<_> = scene.files().into_iter().map(|(path, _)| vec![path]).collect();
        let every_way = |paths: &Vec<PathBuf>| WAYS.map(|way| harmed(way, paths, &other.dir));
        let mut cases: Vec<_> = singles.iter().flat_map(every_way).collect();
        cases.extend(strangers());
        let single = try_all(&scene, cases);
        // But whoever puts another vault's header there, which the same password opens, is told that nothing fits it.
        let spared = |name: &String| name == "header another vault's";
        assert!(single.partial.iter().all(spared), "any one file can be spared: {:?}", single.partial);
        alone += single.tried;
        tally.add(single);
        let several = pairs(&scene)
            .iter()
            .flat_map(|paths| ["missing", "garbage"].map(|way| harmed(way, paths, &other.dir)))
            .collect();
        tally.add(try_all(&scene, several));
    }
    let note = format!("{alone} of them one file alone; {}", tally.note());
    soak::line("files missing, emptied, garbage or foreign", tally.tried, tally.failed.len() as u64, &note);
    tally.assert();
    assert!(tally.tried >= 60);
}
