//! Connections: how many, how long they may take to say what they want, and how they end.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// How connections are treated.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// The head of a request has to come within so long, also the next one on the same connection: who says nothing is let go.
    pub patience: Duration,
    /// At a time from one address, unless it is a proxy's: one that has so many gets no more.
    pub from_one: usize,
    /// Requests that have begun when the service is to stop have so long to end.
    pub grace: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self { patience: Duration::from_secs(30), from_one: 256, grace: Duration::from_secs(15) }
    }
}

/// After an error that is not the connection's, such as too many open files.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until told to stop, then lets what has begun come to its end for a while.
pub(crate) async fn serve(
    router: Router,
    socket: TcpListener,
    (settings, proxies): (Connections, &[IpAddr]),
    stop: impl Future<Output = ()>,
) {
    let (crowd, router) = (Crowd::default(), TowerToHyperService::new(router));
    let ending = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = socket.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(cause) if is_the_clients(&cause) => continue,
                Err(cause) => {
                    tracing::error!(%cause, "no connection can be taken; trying again");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
        };
        let most = if proxies.contains(&peer.ip().to_canonical()) { usize::MAX } else { settings.from_one };
        let Some(place) = crowd.enter(peer.ip(), most) else { continue };
        let connection = connection(stream, peer, router.clone(), settings);
        let connection = ending.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            if let Err(cause) = connection.await {
                tracing::debug!(%cause, "a connection broke");
            }
        });
    }
    drop(socket);
    if timeout(settings.grace, ending.shutdown()).await.is_err() {
        tracing::info!("requests that did not end in time are broken off");
    }
}

/// One connection, for as many requests as it has.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: TowerToHyperService<Router>,
    settings: Connections,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // An answer is small and waits for nothing.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.patience)
        .serve_connection(TokioIo::new(stream), service)
}

/// Whether it was the other side that broke the connection before it was taken.
fn is_the_clients(cause: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(cause.kind(), Kind::ConnectionRefused | Kind::ConnectionAborted | Kind::ConnectionReset)
}

/// How many connections each address has.
#[derive(Clone, Default)]
struct Crowd(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection among those of its address; dropping it leaves room for another.
struct Place {
    crowd: Crowd,
    address: IpAddr,
}

impl Crowd {
    fn enter(&self, address: IpAddr, most: usize) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { crowd: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = counts.entry(self.address) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_connections_at_a_time() {
        let (crowd, address) = (Crowd::default(), IpAddr::from([192, 0, 2, 1]));
        let first = crowd.enter(address, 2).unwrap();
        let _second = crowd.enter(address, 2).unwrap();
        assert!(crowd.enter(address, 2).is_none());
        assert!(crowd.enter(IpAddr::from([192, 0, 2, 2]), 2).is_some(), "another has its own");
        drop(first);
        assert!(crowd.enter(address, 2).is_some());
        assert!(crowd.0.lock().unwrap().len() <= 2, "who has none is forgotten");
    }
}
