//! Many at once.

use futures::future::join_all;

use crate::host::{Host, QUOTA, recording};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_pieces_at_one_place_one_is_taken() {
    race(200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a thousand rounds take minutes"]
async fn of_eight_pieces_at_one_place_one_is_taken_a_thousand_times_by_hand() {
    race(1_000).await;
}

async fn race(rounds: u64) {
    let host = Host::start().await;
    for round in 0..rounds {
        let candidates: Vec<Vec<u8>> = (0..8).map(|rival| recording(600, round * 8 + rival)).collect();
        let upload = host.begin(600).await;
        // The first half decides, and the second is the winner's.
        let pieces = candidates.iter().map(|content| {
            let (piece, address) = (host.piece(&upload, 0, &content[..300]), host.address);
            async move { piece.send(address).await.status }
        });
        let statuses = join_all(pieces).await;
        let winners: Vec<usize> = (0..8).filter(|&rival| statuses[rival] == 204).collect();
        assert_eq!(winners.len(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 204 | 409 | 423)), "{statuses:?}");
        let content = &candidates[winners[0]];
        let end = host.piece(&upload, 300, &content[300..]).send(host.address).await;
        assert_eq!(end.status, 204, "{end:?}");
        assert!(host.has_recording(content).await, "the winner's bytes and nobody else's");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_quota_is_exact_to_the_byte_however_many_begin() {
    let host = Host::start().await;
    let share = QUOTA / 10;
    let begin = |length: u64| {
        let request = host.tus("POST", "/api/v1/uploads").header("Upload-Length", length);
        let address = host.address;
        async move { request.send(address).await }
    };
    let statuses: Vec<u16> = join_all((0..50).map(|_| begin(share))).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|&&status| status == 201).count(), 10, "{statuses:?}");
    let left = QUOTA - 10 * share;
    let refused = begin(left + 1).await;
    assert_eq!(refused.status, 413);
    assert!(refused.text().contains(&format!("{left} bytes are left")), "{}", refused.text());
    assert_eq!(begin(left).await.status, 201);
    assert_eq!(begin(1).await.status, 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_given_up_makes_room() {
    let host = Host::start().await;
    let upload = host.begin(QUOTA as usize).await;
    let full = host.tus("POST", "/api/v1/uploads").header("Upload-Length", 1).send(host.address).await;
    assert_eq!(full.status, 413);
    assert_eq!(host.tus("DELETE", &upload).send(host.address).await.status, 204);
    assert_eq!(host.head(&upload).await.status, 404);
    host.begin(QUOTA as usize).await;
}
