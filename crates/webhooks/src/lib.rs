//! Tells servers of others what happened, in the form of [Standard Webhooks](https://www.standardwebhooks.com): a message with an id and
//! a time, signed with a secret that both sides know.
//!
//! Where to, and when again, is for whoever calls. Nothing is ever sent to an address that isn't public unless that was
//! allowed: the address that a name resolves to is checked, and that very address is connected to. No redirect is followed.

mod address;
mod destination;
mod resolver;
mod secret;
mod sender;

pub use address::is_public;
pub use destination::{Destination, DestinationError};
pub use secret::{Secret, SecretError};
pub use sender::{Message, NotDelivered, Sender};

/// Which servers messages may go to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those with public addresses, by https.
    #[default]
    Public,
    /// Any, also by plain http: this machine, and networks that only it can reach.
    Anywhere,
}
