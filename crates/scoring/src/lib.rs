//! How good pictures and sound are, what is wrong with a session, what a procedure scores, and what follows from it.
//!
//! Meters turn frames and sound into readings; findings turn readings into reason codes with ranges; the scorer turns
//! both into 0-100 with its components; the policy turns that into a status. It does not decode, and stores nothing.
