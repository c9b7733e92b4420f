//! Sends what is due.

use std::collections::BTreeSet;
use std::error::Error;
use std::iter::successors;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use stepreel_storage::{Due, Outbox as _, StoreError, Webhook};
use stepreel_webhooks::{Destination, Message, NotDelivered, Secret, Sender};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::told::EventTold;
use crate::App;

/// Between two looks at what is due.
const PAUSE: Duration = Duration::from_secs(1);

/// A server has so long to take a message.
const PATIENCE: Duration = Duration::from_secs(15);

/// Messages on their way at a time.
const TOGETHER: usize = 16;

/// Messages that one webhook is sent before others have their turn.
const BATCH: u32 = 50;

/// How much longer each pause is than the first: five seconds, five minutes, half an hour, two hours, five, ten, fourteen,
/// twenty and a day, as Standard Webhooks has it. Then the message is given up.
const PAUSES: [u32; 9] = [1, 60, 360, 1_440, 3_600, 7_200, 10_080, 14_400, 17_280];

/// Events are kept so long for whoever asks or has them told again.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// So many looks come between two times that old events are forgotten.
const ROUNDS: u32 = 3_600;

/// Who sends, and to whom something is on its way.
struct Post {
    app: App,
    sender: Sender,
    free: Semaphore,
    served: Mutex<BTreeSet<Uuid>>,
}

/// Sends what is due, for as long as it is let. Each webhook is served on its own, so that one that is slow holds up no other.
pub(crate) async fn deliver(app: App) {
    let sender = Sender::new(app.settings().webhooks.reach, PATIENCE);
    let post = Arc::new(Post { app, sender, free: Semaphore::new(TOGETHER), served: Mutex::default() });
    // They end with this one.
    let mut tasks = JoinSet::new();
    for round in 0_u32.. {
        if let Err(error) = look(&post, &mut tasks, round).await {
            tracing::warn!(error = &error as &dyn Error, "could not send what is due; trying again");
        }
        while tasks.try_join_next().is_some() {}
        tokio::time::sleep(PAUSE).await;
    }
}

async fn look(post: &Arc<Post>, tasks: &mut JoinSet<()>, round: u32) -> Result<(), StoreError> {
    if round.is_multiple_of(ROUNDS) {
        post.app.store().forget_events(KEPT).await?;
    }
    for webhook in post.app.store().due_webhooks().await? {
        if post.served().insert(webhook.id) {
            let post = Arc::clone(post);
            tasks.spawn(async move {
                if let Err(error) = post.serve(&webhook).await {
                    tracing::warn!(error = &error as &dyn Error, webhook = %webhook.id, "could not note what was sent");
                }
                post.served().remove(&webhook.id);
            });
        }
    }
    Ok(())
}

impl Post {
    fn served(&self) -> std::sync::MutexGuard<'_, BTreeSet<Uuid>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what is due, one message after the other: what was sent makes the next of its session due.
    async fn serve(self: &Arc<Self>, webhook: &Webhook) -> Result<(), StoreError> {
        for _ in 0..BATCH {
            let Some(due) = self.app.store().due(webhook.id, 1).await?.into_iter().next() else { break };
            if !self.send(webhook, due).await? {
                break;
            }
        }
        Ok(())
    }

    /// Says whether the other side takes messages.
    async fn send(self: &Arc<Self>, webhook: &Webhook, due: Due) -> Result<bool, StoreError> {
        let (event, attempts) = (due.event.sequence, due.attempts);
        let sent = self.sent(webhook, due).await;
        let store = self.app.store();
        match sent {
            Ok(status) => {
                self.app.counters().told();
                store.delivered(webhook.id, event, &status.to_string()).await?;
                Ok(true)
            }
            Err(cause) => {
                self.app.counters().not_told();
                let (answer, gone) = (sentence(&cause), matches!(cause, NotDelivered::Gone));
                let pause = PAUSES.get(attempts as usize).filter(|_| !gone);
                let again = pause.map(|&times| self.app.settings().webhooks.pause * times);
                tracing::info!(webhook = %webhook.id, answer, ?again, "a message was not taken");
                store.undelivered(webhook.id, event, &answer, again).await?;
                if gone {
                    store.disable_webhook(webhook.id, &answer).await?;
                }
                Ok(false)
            }
        }
    }

    /// In a thread of its own: the client waits.
    async fn sent(self: &Arc<Self>, webhook: &Webhook, due: Due) -> Result<u16, NotDelivered> {
        let unusable = |cause: Box<dyn Error + Send + Sync>| NotDelivered::Silence(cause);
        let to = Destination::read(&webhook.url, self.app.settings().webhooks.reach);
        let to = to.map_err(|cause| unusable(cause.into()))?;
        let secret: Secret =
            webhook.secret.parse().map_err(|cause: stepreel_webhooks::SecretError| unusable(cause.into()))?;
        let (post, id) = (Arc::clone(self), due.event.id.clone());
        let body = serde_json::to_vec(&EventTold::from(due.event)).map_err(|cause| unusable(cause.into()))?;
        let _free = self.free.acquire().await;
        let sent = tokio::task::spawn_blocking(move || {
            let message = Message { id: &id, seconds: Utc::now().timestamp(), body: &body };
            post.sender.send(&to, &secret, message)
        });
        sent.await.map_err(|cause| unusable(cause.into()))?
    }
}

/// An error with all that is behind it, in one line.
fn sentence(error: &dyn Error) -> String {
    let causes = successors(Some(error), |&error| error.source());
    let text = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    text.chars().take(300).collect()
}
