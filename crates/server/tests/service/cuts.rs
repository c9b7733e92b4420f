//! A broken connection never means starting again.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream;

use crate::host::{Host, recording};
use crate::wire::Cut;

/// Uploads that are cut at the same time.
const TOGETHER: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_cut_after_any_byte_goes_on() {
    const LENGTH: usize = 4_096;
    let host = Arc::new(Host::start().await);
    let cuts = (0..=LENGTH).map(|at| (at, if at % 2 == 0 { Cut::Close } else { Cut::Reset }));
    let done = stream::iter(cuts).map(|(at, cut)| cut_once(Arc::clone(&host), LENGTH, at, cut));
    assert_eq!(done.buffer_unordered(TOGETHER).count().await, LENGTH + 1);
    assert_eq!(host.growing(), 0, "no file of a finished upload stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other half of the cuts takes as long again"]
async fn an_upload_cut_after_any_byte_the_other_way_goes_on() {
    const LENGTH: usize = 4_096;
    let host = Arc::new(Host::start().await);
    let cuts = (0..=LENGTH).map(|at| (at, if at % 2 == 1 { Cut::Close } else { Cut::Reset }));
    let done = stream::iter(cuts).map(|(at, cut)| cut_once(Arc::clone(&host), LENGTH, at, cut));
    assert_eq!(done.buffer_unordered(TOGETHER).count().await, LENGTH + 1);
}

async fn cut_once(host: Arc<Host>, length: usize, at: usize, cut: Cut) {
    let content = recording(length, at as u64);
    let upload = host.begin(length).await;
    host.piece(&upload, 0, &content).cut_after(at, host.address, cut).await;
    let offset = settled(&host, &upload, at, cut).await;
    assert!(offset <= at, "{offset} bytes acknowledged of {at}");
    go_on(&host, &upload, &content).await;
    assert!(host.has_recording(&content).await, "cut after {at}");
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
        lost += offset + sent - received;
        offset = received;
    }
    let answer = host.piece(&upload, offset, &content[offset..]).send(host.address).await;
    assert_eq!((answer.status, answer.offset()), (204, LENGTH));
    assert!(host.has_recording(&content).await);
    assert!(lost <= 150 * (64 << 10), "{lost} bytes were sent again for 150 resets");
}

/// How far the upload is once the server has seen what became of the connection.
async fn settled(host: &Host, upload: &str, expected: usize, cut: Cut) -> usize {
    let mut offset = host.head(upload).await.offset();
    while cut == Cut::Close && offset < expected {
        // The request of the head may overtake the connection that was cut.
        offset = host.head(upload).await.offset();
    }
    offset
}

/// Asks how far the upload is and sends the rest, as clients do.
async fn go_on(host: &Host, upload: &str, content: &[u8]) {
    loop {
        let offset = host.head(upload).await.offset();
        if offset == content.len() {
            return;
        }
        let answer = host.piece(upload, offset, &content[offset..]).send(host.address).await;
        // What was cut may have come through after the question.
        assert!(matches!(answer.status, 204 | 409), "{answer:?}");
    }
}
