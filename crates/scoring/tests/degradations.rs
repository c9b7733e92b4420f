//! Scores fall as pictures and sound get worse, for the reason that is told.

mod support;

use stepreel_core::ScoreCard;
use support::damage;
use support::dice::Dice;
use support::picture::{Image, sources};
use support::real::{kitchens, readers};
use support::session::{card, evidence, healthy_sound, picture_card, seen, sound_card, timeline};
use support::sound::{Speech, voices};
use support::statistics::{area_under_curve, rank_correlation};

/// Levels from none to ruin, and what they cost.
struct Damage<T> {
    component: &'static str,
    levels: &'static [f32],
    done: fn(&T, f32) -> ScoreCard,
}

const BLUR: Damage<Image> = Damage {
    component: "sharpness",
    levels: &[0.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0],
    done: |scene, sigma| on_scene(scene, |image| damage::blur(image, sigma)),
};
const MOTION: Damage<Image> = Damage {
    component: "sharpness",
    levels: &[1.0, 5.0, 7.0, 9.0, 11.0, 15.0, 21.0],
    done: |scene, pixels| on_scene(scene, |image| damage::motion(image, pixels as isize)),
};
const DARK: Damage<Image> = Damage {
    component: "exposure",
    levels: &[1.0, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1],
    done: |scene, gain| on_scene(&bright_scene(scene), |image| damage::gain(image, gain)),
};
const BRIGHT: Damage<Image> = Damage {
    component: "exposure",
    levels: &[1.0, 1.7, 2.0, 2.4, 2.8, 3.4, 4.0],
    done: |scene, gain| on_scene(&bright_scene(scene), |image| damage::gain(image, gain)),
};
const NOISE: Damage<Image> = Damage {
    component: "noise",
    levels: &[0.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0],
    done: |scene, deviation| on_scene(scene, |image| damage::grain(image, deviation, &mut grains(image))),
};
const COVER: Damage<Image> =
    Damage { component: "visibility", levels: &[0.0, 0.1, 0.2, 0.3, 0.45, 0.7, 1.0], done: covered };
const SHAKE: Damage<Image> =
    Damage { component: "stability", levels: &[2.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0], done: shaken };
const DROPOUT: Damage<Speech> = Damage {
    component: "dropout",
    levels: &[0.0, 0.02, 0.05, 0.1, 0.15, 0.25, 0.7],
    done: |speech, share| sound_card(&damage::dropout(speech, share)),
};
const HISS: Damage<Speech> = Damage {
    component: "snr",
    levels: &[40.0, 24.0, 18.0, 14.0, 10.0, 6.0, 0.0],
    done: |speech, below| sound_card(&damage::hiss(speech, below, &mut Dice::new(5))),
};
const CLIP: Damage<Speech> = Damage {
    component: "clipping",
    levels: &[0.0, 6.0, 10.0, 14.0, 18.0, 24.0, 30.0],
    done: |speech, decibels| sound_card(&damage::clip(speech, decibels)),
};

fn on_scene(scene: &Image, damage: impl Fn(&Image) -> Image) -> ScoreCard {
    picture_card(|shift| damage(&scene.moved(shift, 0)))
}

/// With its mean in the middle, so that light can go both ways.
fn bright_scene(scene: &Image) -> Image {
    let mean = scene.luma.iter().sum::<f32>() / scene.luma.len() as f32;
    scene.map(|luma| luma * 100.0 / mean)
}

fn grains(image: &Image) -> Dice {
    Dice::new(image.luma[0].to_bits().into())
}

fn covered(scene: &Image, share: f32) -> ScoreCard {
    let open = seen(|shift| scene.moved(shift, 0));
    let covered = seen(|shift| damage::cover(70.0, &mut Dice::new(shift as u64)));
    let pictures = timeline(60.0, 1.0, |time| if time < f64::from(share) * 60.0 { &covered } else { &open });
    card(&evidence(60.0, pictures, healthy_sound().clone()))
}

/// The picture jumps by so many pixels from each frame to the next.
fn shaken(scene: &Image, pixels: f32) -> ScoreCard {
    picture_card(|shift| scene.moved(if shift % 9 == 1 { shift + pixels as isize } else { shift }, 0))
}

/// On every source: the score falls with the level, and wherever it lost much, the component lost most of it.
fn check<T>(damage: &Damage<T>, sources: &[T]) {
    for (index, source) in sources.iter().enumerate() {
        let cards: Vec<ScoreCard> = damage.levels.iter().map(|&level| (damage.done)(source, level)).collect();
        let scores: Vec<f64> = cards.iter().map(|card| f64::from(card.total.points())).collect();
        let steps: Vec<f64> = (0..scores.len()).map(|step| step as f64).collect();
        let correlation = rank_correlation(&steps, &scores);
        assert!(correlation <= -0.95, "{} on source {index}: {correlation:.3}, {scores:?}", damage.component);
        assert!(
            scores.windows(2).all(|pair| pair[1] <= pair[0] + 2.0),
            "{} on source {index}: {scores:?}",
            damage.component
        );
        for card in cards.iter().filter(|card| f64::from(card.total.points()) < scores[0] - 5.0) {
            assert_eq!(card.reasons[0].component, damage.component, "on source {index}: {:?}", card.reasons);
        }
    }
}

#[test]
fn blur_costs_sharpness() {
    check(&BLUR, &sources(1));
}

#[test]
fn motion_costs_sharpness() {
    check(&MOTION, &sources(1));
}

#[test]
fn darkness_costs_exposure() {
    check(&DARK, &sources(1));
}

#[test]
fn too_much_light_costs_exposure() {
    check(&BRIGHT, &sources(1));
}

#[test]
fn grain_costs_noise() {
    check(&NOISE, &sources(1));
}

#[test]
fn a_covered_lens_costs_visibility() {
    check(&COVER, &sources(1));
}

#[test]
fn a_shaking_camera_costs_stability() {
    check(&SHAKE, &sources(1));
}

#[test]
fn missing_sound_costs_dropout() {
    check(&DROPOUT, &voices(60.0, 0.35));
}

#[test]
fn background_noise_costs_snr() {
    check(&HISS, &voices(60.0, 0.35));
}

#[test]
fn clipping_costs_clipping() {
    check(&CLIP, &voices(60.0, 0.35));
}

/// A little noise and less light, none of which ruins anything.
fn nuisances(scene: &Image) -> Vec<Image> {
    let scene = bright_scene(scene);
    let mixes = [(0.0, 1.0), (4.0, 1.0), (0.0, 0.7), (4.0, 0.7)];
    mixes.map(|(noise, light)| damage::grain(&damage::gain(&scene, light), noise, &mut grains(&scene))).to_vec()
}

#[test]
fn one_threshold_separates_good_pictures_from_ruined_ones() {
    let scenes: Vec<Image> = sources(1).iter().flat_map(nuisances).collect();
    let ruin = [(&BLUR, 5.0), (&MOTION, 25.0), (&DARK, 0.1), (&BRIGHT, 5.0), (&NOISE, 28.0), (&COVER, 0.6)];
    let score = |card: ScoreCard| f64::from(card.total.points());
    let good: Vec<f64> = scenes.iter().map(|scene| score(on_scene(scene, Image::clone))).collect();
    let ruined: Vec<f64> = scenes
        .iter()
        .enumerate()
        .flat_map(|(index, scene)| {
            [ruin[index % 6], ruin[(index + 3) % 6]].map(|(damage, level)| score((damage.done)(scene, level)))
        })
        .collect();
    separated(&good, &ruined);
}

#[test]
fn one_threshold_separates_good_sound_from_ruined_sound() {
    let voices = voices(60.0, 0.35);
    let score = |card: ScoreCard| f64::from(card.total.points());
    let good =
        voices.iter().flat_map(|voice| [45.0, 32.0].map(|below| score((HISS.done)(voice, below)))).collect::<Vec<_>>();
    let ruin = [(&DROPOUT, 0.5), (&HISS, 2.0), (&CLIP, 30.0)];
    let ruined: Vec<f64> =
        voices.iter().flat_map(|voice| ruin.map(|(damage, level)| score((damage.done)(voice, level)))).collect();
    separated(&good, &ruined);
}

fn separated(good: &[f64], ruined: &[f64]) {
    let share = |scores: &[f64], so: fn(f64) -> bool| {
        scores.iter().filter(|&&score| so(score)).count() as f64 / scores.len() as f64
    };
    assert!(area_under_curve(good, ruined) >= 0.9, "good {good:?}, ruined {ruined:?}");
    assert!(share(good, |score| score >= 75.0) >= 0.95, "{good:?}");
    assert!(share(ruined, |score| score < 60.0) >= 0.95, "{ruined:?}");
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn what_damages_real_pictures_costs_the_same() {
    let kitchens = &kitchens()[..8];
    [&BLUR, &MOTION, &DARK, &BRIGHT, &NOISE, &COVER, &SHAKE].into_iter().for_each(|damage| check(damage, kitchens));
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn what_damages_real_speech_costs_the_same() {
    let readers = readers();
    [&DROPOUT, &HISS, &CLIP].into_iter().for_each(|damage| check(damage, &readers));
}
