use std::time::Duration;
use stepreel_testkit::*;
fn main() {
    let want: Vec<String> = std::env::args().skip(2).collect();
    for s in planted() {
        if !want.is_empty() && !want.contains(&s.name) { continue; }
        let s = if std::env::args().nth(1).unwrap() == "short" { s.lasting(Length::StopsAt(Duration::from_secs(40))) } else { s };
        let t = std::time::Instant::now();
        let take = s.record("/tmp/testkit/planted".as_ref()).unwrap();
        println!("{} {} {:?} {:?} {:.1}s", take.truth.name, take.truth.duration, take.truth.verdict, take.truth.faults, t.elapsed().as_secs_f64());
    }
}
