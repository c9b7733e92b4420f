#![allow(warnings, clippy::all, clippy::pedantic)]
#[path = "../tests/accuracy/metrics.rs"]
mod metrics;
#[path = "../tests/accuracy/sessions.rs"]
mod sessions;
use metrics::*;
use sessions::*;
use std::collections::BTreeMap;
use stepreel_core::*;
use stepreel_segmentation::*;
fn over(s: &[Labelled], seg: &dyn Segmenter) -> Figures {
    let mut f = Figures::default();
    for l in s {
        f.add(l, &seg.segment(&l.evidence));
    }
    f
}
fn main() {
    let h = holoassist();
    let (mut a, mut b) = (vec![], vec![]);
    for (i, l) in h.into_iter().enumerate() {
        if i % 2 == 0 { a.push(l) } else { b.push(l) }
    }
    let n = narrations("narrations/public.jsonl");
    let neg = narrations("narrations/negative.jsonl");
    let t = tinyrec();
    println!("A uniform {}", over(&a, &Uniform::new(UniformConfig { count: 5 })));
    println!("B uniform {}", over(&b, &Uniform::new(UniformConfig { count: 5 })));
    let args: Vec<String> = std::env::args().skip(1).collect();
    // each arg: toml-ish json patch
    for arg in if args.is_empty() { vec!["{}".to_string()] } else { args } {
        let c: ChangePointConfig = serde_json::from_str(&arg).unwrap();
        let s = ChangePoint::new(c);
        println!("== {arg}");
        println!("A  {}", over(&a, &s));
        if std::env::var("B").is_ok() {
            println!("B  {}", over(&b, &s));
        }
        let mut by: BTreeMap<String, Vec<&Labelled>> = BTreeMap::new();
        for l in &n {
            by.entry(l.style.clone()).or_default().push(l);
        }
        for (k, v) in by {
            let mut f = Figures::default();
            for l in v {
                f.add(l, &s.segment(&l.evidence));
            }
            println!("  {k:14} {f}");
        }
        println!(
            "  negative found: {:?}",
            neg.iter().map(|l| s.segment(&l.evidence).segments.len()).collect::<Vec<_>>()
        );
        let mut tot = 0.0;
        let mut ks = vec![];
        for (l, lab) in &t {
            let seg = s.segment(&l.evidence);
            let f: Vec<usize> = l
                .evidence
                .transcript
                .utterances
                .iter()
                .map(|u| {
                    let m = u.span.middle();
                    seg.segments.iter().filter(|s| s.span.start() <= m).count()
                })
                .collect();
            tot += pk(&f, lab);
            ks.push((seg.segments.len(), lab.iter().max().unwrap() + 1));
        }
        println!("  tinyrec Pk {:.3} {ks:?}", tot / t.len() as f64);
        if std::env::var("WORST").is_ok() {
            for l in a.iter() {
                let seg = s.segment(&l.evidence);
                let d = seg.segments.len() as i64 - l.procedures.len() as i64;
                if d.abs() >= 2 {
                    println!(
                        "--- {} {} {:?} K {} found {} utts {}",
                        l.name,
                        l.style,
                        l.evidence.span().unwrap().seconds(),
                        l.procedures.len(),
                        seg.segments.len(),
                        l.evidence.transcript.utterances.len()
                    );
                    println!("  GT {:?}", l.procedures.iter().map(|p| p.to_string()).collect::<Vec<_>>());
                    println!(
                        "  PR {:?}",
                        seg.segments
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
        if std::env::var("SHOW").is_ok() {
            for l in neg.iter().chain(a.iter().take(4)) {
                println!("--- {} {:?}", l.name, l.evidence.span());
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
