//! A broken connection never means starting again.

use std::future::ready;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream;

use crate::host::{Host, recording};
use crate::wire::Cut;

/// Uploads that are cut at the same time.
const TOGETHER: usize = 16;

const LENGTH: usize = 4_096;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_cut_anywhere_goes_on() {
    // A prime: every place within a word, and both kinds of cuts.
    cut_after((0..=LENGTH).step_by(13).chain([1, 2, LENGTH - 1, LENGTH]).flat_map(both)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "8,194 uploads take minutes where a disk takes its time to synchronise"]
async fn an_upload_cut_after_any_byte_goes_on_by_hand() {
    cut_after((0..=LENGTH).flat_map(both)).await;
}

fn both(at: usize) -> [(usize, Cut); 2] {
    [(at, Cut::Close), (at, Cut::Reset)]
}

async fn cut_after(cuts: impl Iterator<Item = (usize, Cut)>) {
    let host = Arc::new(Host::start().await);
    let done = stream::iter(cuts).map(|(at, cut)| cut_once(Arc::clone(&host), at, cut));
    let lost: Vec<(usize, usize)> =
        done.buffer_unordered(TOGETHER).filter(|(offset, at)| ready(offset < at)).collect().await;
    assert_eq!(host.growing(), 0, "no file of a finished upload stays");
    host.audit().await;
    // On a machine that is busy with others, a question may win against what it asks about.
    assert!(lost.len() < 50, "of uploads that were closed in order, these lost what had arrived: {lost:?}");
}

/// Says how far the upload was, and where it was cut if nothing excuses a byte that is missing.
async fn cut_once(host: Arc<Host>, at: usize, cut: Cut) -> (usize, usize) {
    let content = recording(LENGTH, 2 * at as u64 + u64::from(cut == Cut::Close));
    let upload = host.begin(LENGTH).await;
    host.piece(&upload, 0, &content).cut_after(at, host.address, cut).await;
    let offset = settled(&host, &upload, at, cut).await;
    assert!(offset <= at, "{offset} bytes acknowledged of {at}");
    go_on(&host, &upload, &content).await;
    assert!(host.has_recording(&content).await, "cut after {at}");
    if cut == Cut::Close { (offset, at) } else { (offset, offset) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_mebibytes_survive_three_hundred_cuts() {
    const LENGTH: usize = 8 << 20;
    let host = Host::start().await;
    let content = recording(LENGTH, 8);
    let upload = host.begin(LENGTH).await;
    let (mut offset, mut lost, mut seed) = (0, 0, 300_u64);
    for round in 0..300 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // About a 300th each time, now and then around the size of a buffer.
        let step = match seed >> 61 {
            0 => 65_535 + (seed >> 33) as usize % 3,
            _ => (seed >> 33) as usize % (2 * LENGTH / 300),
        };
        let sent = step.min(LENGTH - offset - 1);
        let cut = if round % 2 == 0 { Cut::Close } else { Cut::Reset };
        host.piece(&upload, offset, &content[offset..]).cut_after(sent, host.address, cut).await;
        let received = settled(&host, &upload, offset + sent, cut).await;
        assert!(received >= offset, "what was acknowledged at {offset} is still there");
        lost += (offset + sent).saturating_sub(received);
        offset = received;
    }
    go_on(&host, &upload, &content).await;
    assert!(host.has_recording(&content).await);
    assert!(lost <= 300 * (64 << 10), "{lost} bytes were sent again");
    host.audit().await;
}

/// How far the upload is once the server has seen what became of the connection.
async fn settled(host: &Host, upload: &str, expected: usize, cut: Cut) -> usize {
    let mut received = host.head(upload).await.offset();
    for _ in 0..50 {
        if received == expected || cut == Cut::Reset {
            break;
        }
        // A question may overtake what was written.
        tokio::time::sleep(Duration::from_millis(10)).await;
        received = host.head(upload).await.offset();
    }
    received
}

/// Asks how far the upload is and sends the rest, as clients do, until it is a session.
async fn go_on(host: &Host, upload: &str, content: &[u8]) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = host.head(upload).await;
        if answer.header("stepreel-session").is_some() {
            return;
        }
        assert!(Instant::now() < end, "{answer:?}");
        let offset = answer.offset();
        if offset == content.len() {
            // Its session is being made for the request that was cut.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        }
        let answer = host.piece(upload, offset, &content[offset..]).send(host.address).await;
        // What was cut may have come through after the question.
        assert!(matches!(answer.status, 204 | 409), "{answer:?}");
    }
}
