#![allow(warnings, clippy::all, clippy::pedantic)]
#[path = "../tests/accuracy/metrics.rs"]
mod metrics;
#[path = "../tests/accuracy/sessions.rs"]
mod sessions;
use metrics::*;
use sessions::*;
use std::process::Command;
use stepreel_core::*;
use stepreel_segmentation::*;
fn clip(f: &str, x: usize, y: usize, w: usize, h: usize, fps: f64) -> Vec<Picture> {
    let o = Command::new("ffmpeg")
        .args([
            "-nostdin",
            "-v",
            "error",
            "-i",
            &format!("/work/shared/data/video/{f}"),
            "-vf",
            &format!("crop={w}:{h}:{x}:{y},fps={fps},scale=320:180:out_range=full,format=yuvj420p"),
            "-f",
            "rawvideo",
            "-",
        ])
        .output()
        .unwrap();
    o.stdout.chunks(Picture::bytes(320, 180)).filter_map(|c| Picture::from_planes(320, 180, c.to_vec())).collect()
}
struct R(u64);
impl R {
    fn n(&mut self, m: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % m
    }
}
fn main() {
    let mut clips = vec![];
    for r in 0..4 {
        for c in 0..4 {
            clips.push(clip("epic_wall_4x4.mp4", c * 320, r * 180, 320, 180, 5.0));
        }
    }
    for f in ["measurement_error", "order_error", "preparation_error", "technique_error_1", "technique_error_2"] {
        let o = Command::new("ffprobe")
            .args([
                "-v",
                "error",
                "-select_streams",
                "v",
                "-show_entries",
                "stream=width,height",
                "-of",
                "csv=p=0",
                &format!("/work/shared/data/video/{f}.mp4"),
            ])
            .output()
            .unwrap();
        let s = String::from_utf8(o.stdout).unwrap();
        let v: Vec<usize> = s.trim().split(',').map(|x| x.parse().unwrap()).collect();
        let n = 5;
        let (dx, dy, w, h) =
            if v[0] > v[1] * 2 { (v[0] / n, 0, v[0] / n, v[1]) } else { (0, v[1] / n, v[0], v[1] / n) };
        for k in 0..n {
            clips.push(clip(&format!("{f}.mp4"), k * dx, k * dy, w, h, 10.0));
        }
    }
    clips.retain(|c| c.len() > 20);
    eprintln!("{} clips {:?}", clips.len(), clips.iter().map(|c| c.len()).collect::<Vec<_>>());
    let encs: Vec<(&str, Box<dyn FrameEncoder>)> = vec![
        ("histogram", Box::new(Histogram)),
        ("onnx", EncoderConfig::default().build(&stepreel_models::Library::discover()).unwrap()),
    ];
    for (name, enc) in encs {
        let t = std::time::Instant::now();
        let cache = format!("/tmp/segmentation/emb_{name}.json");
        let emb: Vec<Vec<Vec<f32>>> = if let Ok(s) = std::fs::read_to_string(&cache) {
            serde_json::from_str(&s).unwrap()
        } else {
            let e: Vec<Vec<Vec<f32>>> =
                clips.iter().map(|c| enc.encode(&c.iter().collect::<Vec<_>>()).unwrap()).collect();
            std::fs::write(&cache, serde_json::to_string(&e).unwrap()).unwrap();
            e
        };
        eprintln!("{name} {:?} {}", t.elapsed(), emb.iter().map(|e| e.len()).sum::<usize>());
        let d = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f32>();
        let within: Vec<f32> = emb
            .iter()
            .map(|e| (0..e.len() - 20).map(|i| d(&e[i], &e[i + 20])).sum::<f32>() / (e.len() - 20) as f32 / 2.0)
            .collect();
        let mut btw = vec![];
        for i in 0..emb.len() {
            for j in 0..i {
                btw.push(d(&emb[i][5], &emb[j][5]) / 2.0);
            }
        }
        btw.sort_by(f32::total_cmp);
        let mut w2 = within.clone();
        w2.sort_by(f32::total_cmp);
        println!(
            "{name} within half sq: {:?} between q10 {} q50 {} q90 {}",
            w2,
            btw[btw.len() / 10],
            btw[btw.len() / 2],
            btw[btw.len() * 9 / 10]
        );
        // sessions
        let mut rng = R(88172645463325252);
        let mut ss = vec![];
        let mut loops = vec![];
        for k in 0..24 {
            let mut t = 0.0;
            let mut embs = vec![];
            let mut gt = vec![];
            let mut last = 99;
            for seg in 0..(3 + rng.n(4)) {
                let mut c = rng.n(clips.len());
                while c == last {
                    c = rng.n(clips.len());
                }
                last = c;
                let len = 50 + rng.n(130);
                let s = t;
                for i in 0..len {
                    let e = &emb[c];
                    let p = 2 * (e.len() - 1);
                    let ph = (i * 1) % p;
                    let ix = if ph < e.len() { ph } else { p - ph };
                    embs.push(Embedding { time: Time::from_seconds(t), vector: e[ix].clone() });
                    t += 1.0;
                }
                gt.push(Span::from_seconds(s, t).unwrap());
                if rng.n(2) == 0 {
                    for i in 0..(10 + rng.n(20)) {
                        let c = rng.n(clips.len());
                        let e = &emb[c];
                        embs.push(Embedding { time: Time::from_seconds(t), vector: e[rng.n(e.len())].clone() });
                        t += 1.0;
                    }
                    last = 99;
                }
            }
            let mut e = nothing(t);
            e.embeddings = embs;
            ss.push(Labelled { name: format!("{k}"), style: "".into(), evidence: e, procedures: gt });
        }
        for c in 0..clips.len() {
            let e = &emb[c];
            let mut ev = nothing(400.0);
            for i in 0..400 {
                let p = 2 * (e.len() - 1);
                let ph = i % p;
                let ix = if ph < e.len() { ph } else { p - ph };
                ev.embeddings.push(Embedding { time: Time::from_seconds(i as f64), vector: e[ix].clone() });
            }
            loops.push(ev);
        }
        for a in std::env::args().skip(1) {
            let s = ChangePoint::new(serde_json::from_str(&a).unwrap());
            let mut f = Figures::default();
            for l in &ss {
                f.add(l, &s.segment(&l.evidence));
            }
            println!(
                "{name} {a} {f} | loops {:?}",
                loops.iter().map(|e| s.segment(e).segments.len()).collect::<Vec<_>>()
            );
            if std::env::var("SHOW").is_ok() {
                for l in ss.iter().take(3) {
                    println!("  GT {:?}", l.procedures.iter().map(|p| p.to_string()).collect::<Vec<_>>());
                    println!(
                        "  PR {:?}",
                        s.segment(&l.evidence)
                            .segments
                            .iter()
                            .map(|p| format!(
                                "{} {:.2}/{:.2} {}",
                                p.span,
                                p.confidence.start,
                                p.confidence.end,
                                p.interruptions.len()
                            ))
                            .collect::<Vec<_>>()
                    );
                }
            }
        }
    }
}
