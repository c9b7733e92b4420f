//! One thread of a worker: claims, has run, settles.

use std::sync::Arc;
use std::time::{Duration, Instant};

use stepreel_core::TRACES;
use stepreel_storage::{Assignment, Claim, Leavings, StoreError};
use tokio::runtime::Handle;
use tracing::field::Empty;
use tracing::{Span, info_span};

use crate::child::Child;
use crate::leavings;
use crate::supervision::{Ending, Supervision};
use crate::verdict::{Verdict, verdict};
use crate::worker::Stop;
use crate::{Place, Program, Settings};

/// How long to wait for a queue that can't be used.
const OUTAGE: Duration = Duration::from_secs(5);

pub(crate) struct Slot {
    pub(crate) place: Place,
    pub(crate) program: Program,
    pub(crate) settings: Settings,
    pub(crate) runtime: Handle,
    pub(crate) stop: Arc<Stop>,
}

impl Slot {
    pub(crate) fn work(&self) {
        while !self.stop.is_set() {
            match self.turn() {
                Ok(true) => {}
                Ok(false) => self.stop.rest(self.settings.poll),
                Err(error) => {
                    tracing::error!(%error, "the queue can't be used");
                    self.stop.rest(OUTAGE);
                }
            }
        }
    }

    /// Does the next thing that there is to do, if any.
    fn turn(&self) -> Result<bool, StoreError> {
        let Place { queue, .. } = &self.place;
        if let Some(leavings) = self.runtime.block_on(queue.claim_leavings(self.settings.lease))? {
            self.runtime.block_on(leavings::clear(&self.place, &leavings))?;
            return Ok(true);
        }
        let Some(assignment) = self.runtime.block_on(queue.claim(self.settings.lease))? else { return Ok(false) };
        let span = span(&assignment);
        span.in_scope(|| self.run(&assignment, &span))?;
        Ok(true)
    }

    fn run(&self, assignment: &Assignment, span: &Span) -> Result<(), StoreError> {
        let Assignment { claim, attempt, .. } = assignment;
        tracing::info!(tenant = %claim.tenant, session = %claim.session, epoch = claim.epoch.0, attempt, "processing");
        let ending = match Child::start(&self.program, assignment) {
            Ok(child) => self.supervision(claim).watch(child),
            Err(cause) => Ending::NotStarted(cause),
        };
        let verdict = verdict(ending, *attempt, &self.settings);
        tracing::info!(tenant = %claim.tenant, session = %claim.session, %verdict, "the run has ended");
        span.record("stepreel.verdict", tracing::field::display(&verdict));
        if matches!(verdict, Verdict::Failed(..)) {
            span.record("otel.status_code", "ERROR");
        }
        self.settle_in_time(assignment, &verdict)
    }

    fn supervision<'a>(&'a self, claim: &'a Claim) -> Supervision<'a> {
        let Self { place, settings, runtime, stop, .. } = self;
        Supervision { queue: &*place.queue, claim, settings, runtime, stop }
    }

    /// A queue that can't be written for a moment must not turn a run whose end is known into one that was lost.
    fn settle_in_time(&self, assignment: &Assignment, verdict: &Verdict) -> Result<(), StoreError> {
        let end = Instant::now() + self.settings.lease;
        loop {
            match self.runtime.block_on(self.settle(assignment, verdict)) {
                Err(error @ (StoreError::Full { .. } | StoreError::Busy { .. }))
                    if Instant::now() < end && !self.stop.is_set() =>
                {
                    tracing::warn!(%error, "trying again to tell how the run has ended");
                    self.stop.rest(self.settings.lease / 8);
                }
                settled => return settled,
            }
        }
    }

    /// The child is gone by now.
    async fn settle(&self, assignment: &Assignment, verdict: &Verdict) -> Result<(), StoreError> {
        let (queue, claim) = (&self.place.queue, &assignment.claim);
        match verdict {
            // What is done has its records; an exit status alone proves nothing.
            Verdict::Done { or_else: (fault, retry) } => {
                if queue.cleared(&Leavings::of_finished(assignment)).await? {
                    Ok(())
                } else {
                    queue.fail(claim, fault, *retry).await
                }
            }
            Verdict::Failed(fault, retry) => queue.fail(claim, fault, *retry).await,
            Verdict::GivenBack => queue.give_back(claim).await,
        }
    }
}

/// Where a trace tells of a run.
fn span(assignment: &Assignment) -> Span {
    let Assignment { claim, attempt, .. } = assignment;
    info_span!(
        target: TRACES,
        "run",
        otel.status_code = Empty,
        stepreel.session = %claim.session,
        stepreel.epoch = claim.epoch.0 as i64,
        stepreel.attempt = i64::from(*attempt),
        stepreel.verdict = Empty
    )
}
