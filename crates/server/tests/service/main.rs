//! The service over real TCP: a server that listens, and clients that write bytes.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod host;
mod provider;
mod wire;

mod assistant;
mod canaries;
mod clients;
mod connections;
mod cuts;
mod erasure;
mod full_disk;
mod idempotency;
mod matrix;
mod meaning;
mod media;
mod openid;
mod other_sites;
mod policy;
mod race;
mod tus;
mod webhooks;
