//! The stored procedures of a tenant, grouped.

use anyhow::anyhow;
use stepreel_core::{Procedure, ProcedureStatus, SessionRecord, TenantId};
use stepreel_grouping::{Group, Nearness, Take, groups};
use stepreel_storage::SessionFilter;

use crate::exit::Failure;
use crate::place::Opened;

/// Everything approved that a tenant has, and which of it are takes of one job.
pub(crate) struct Grouped {
    records: Vec<SessionRecord>,
    /// For each take its record and its place in that.
    places: Vec<(usize, usize)>,
    pub(crate) groups: Vec<Group>,
}

impl Grouped {
    pub(crate) async fn read(opened: &Opened, tenant: &TenantId) -> Result<Self, Failure> {
        let sessions = opened.store.sessions(tenant, &SessionFilter::default()).await.map_err(Failure::store)?;
        let (mut records, mut places, mut takes) = (Vec::new(), Vec::new(), Vec::new());
        for session in sessions {
            let Some(record) = opened.store.session(tenant, session.id).await.map_err(Failure::store)? else {
                continue;
            };
            for (place, procedure) in record.procedures.iter().enumerate() {
                if procedure.status == ProcedureStatus::Approved {
                    places.push((records.len(), place));
                    takes.push(Take::new(&record, procedure));
                }
            }
            records.push(record);
        }
        Ok(Self { records, places, groups: groups(&takes, Nearness::default()) })
    }

    /// A take with its record.
    pub(crate) fn take(&self, take: usize) -> (&SessionRecord, &Procedure) {
        let (record, place) = self.places[take];
        let record = &self.records[record];
        (record, &record.procedures[place])
    }

    /// The group of the procedure whose id starts so.
    pub(crate) fn group_of(&self, wanted: &str) -> Result<&Group, Failure> {
        let fits = |take: usize| self.take(take).1.id.to_string().starts_with(wanted);
        let has = |group: &&Group| fits(group.exemplar) || group.others.iter().any(|other| fits(other.take));
        match self.groups.iter().filter(has).collect::<Vec<_>>()[..] {
            [group] => Ok(group),
            [] => Err(Failure::usage(anyhow!(
                "no group has a procedure \"{wanted}\": `stepreel groups` lists what there is"
            ))),
            ref several => {
                Err(Failure::usage(anyhow!("\"{wanted}\" fits {} groups: give more digits of the id", several.len())))
            }
        }
    }
}
