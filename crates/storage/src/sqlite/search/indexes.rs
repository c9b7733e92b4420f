//! The indexes of tenants, in memory.
//!
//! The documents in the file are the truth. An index is what was read of them, and reads on before every answer: so it is of the
//! moment, whoever wrote, and a crash costs nothing but reading again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures::TryStreamExt as _;
use sqlx::types::Text;
use sqlx::{Row, SqliteConnection};
use stepreel_core::{ProcedureId, TenantId};
use stepreel_retrieval::{ANALYSIS, Glossary, Index, Terms};
use uuid::Uuid;

use super::states::{self, State};

/// Documents that are kept in memory, of all tenants together. What is asked for least recently makes room; the tenant that is
/// asked about always has its own.
const MOST: usize = 200_000;

/// Tenants by when they were asked about, the latest last.
#[derive(Debug, Default)]
pub(in crate::sqlite) struct Indexes(Mutex<Vec<Place>>);

#[derive(Debug)]
struct Place {
    tenant: TenantId,
    size: usize,
    kept: Arc<tokio::sync::Mutex<Kept>>,
}

impl Indexes {
    /// The index of a tenant, which is the latest from here on.
    pub(super) fn of(&self, tenant: &TenantId) -> Arc<tokio::sync::Mutex<Kept>> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = places.iter().position(|place| place.tenant == *tenant).map(|at| places.remove(at));
        let place = known.unwrap_or_else(|| Place { tenant: tenant.clone(), size: 0, kept: Arc::default() });
        let kept = Arc::clone(&place.kept);
        places.push(place);
        kept
    }

    /// Notes how large a tenant's index is, and lets go of those that make too many.
    pub(super) fn weigh(&self, tenant: &TenantId, size: usize) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.iter_mut().find(|place| place.tenant == *tenant) {
            place.size = size;
        }
        while places.len() > 1 && places.iter().map(|place| place.size).sum::<usize>() > MOST {
            places.remove(0);
        }
    }
}

/// What was read of a tenant's documents.
#[derive(Debug, Default)]
pub(super) struct Kept {
    index: Index,
    /// Which document each number is.
    numbers: HashMap<i64, ProcedureId>,
    state: State,
    glossary: Glossary,
}

impl Kept {
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn glossary(&self) -> &Glossary {
        &self.glossary
    }

    /// Reads what has changed since it was read last.
    pub(super) async fn catch_up(
        &mut self,
        connection: &mut SqliteConnection,
        tenant: &TenantId,
    ) -> Result<(), sqlx::Error> {
        let state = states::read(connection, tenant).await?;
        if state.glossary != self.state.glossary {
            // It was read before it was set.
            self.glossary = Glossary::own(&state.glossary).unwrap_or_default();
        }
        if state.removals != self.state.removals {
            self.forget(connection, tenant).await?;
        }
        if state.newest != self.state.newest {
            self.read_on(connection, tenant).await?;
        }
        self.state = state;
        Ok(())
    }

    /// Takes out what is gone; starts again when more is gone than there.
    async fn forget(&mut self, connection: &mut SqliteConnection, tenant: &TenantId) -> Result<(), sqlx::Error> {
        let there: Vec<i64> = sqlx::query_scalar("SELECT number FROM search_documents WHERE tenant_id = ?")
            .bind(tenant.as_str())
            .fetch_all(&mut *connection)
            .await?;
        let there: HashSet<i64> = there.into_iter().collect();
        let gone: Vec<i64> = self.numbers.keys().copied().filter(|number| !there.contains(number)).collect();
        for number in gone {
            if let Some(key) = self.numbers.remove(&number) {
                self.index.remove(key);
            }
        }
        if self.index.waste() > self.index.len() + 1000 {
            *self = Self { glossary: std::mem::take(&mut self.glossary), ..Self::default() };
            self.read_on(connection, tenant).await?;
        }
        Ok(())
    }

    async fn read_on(&mut self, connection: &mut SqliteConnection, tenant: &TenantId) -> Result<(), sqlx::Error> {
        let after = self.numbers.keys().copied().max().unwrap_or(0).max(self.state.newest);
        let mut rows = sqlx::query(
            "SELECT number, procedure_id, approved, terms FROM search_documents \
             WHERE tenant_id = ? AND number > ? AND analysis = ? ORDER BY number",
        )
        .bind(tenant.as_str())
        .bind(after)
        .bind(ANALYSIS)
        .fetch(connection);
        while let Some(row) = rows.try_next().await? {
            let key = ProcedureId(row.try_get::<Text<Uuid>, _>("procedure_id")?.0);
            let terms = Terms::from_bytes(row.try_get("terms")?);
            let put = self.index.put(key, row.try_get("approved")?, &terms);
            put.map_err(|damaged| sqlx::Error::Decode(damaged.into()))?;
            self.numbers.insert(row.try_get("number")?, key);
        }
        Ok(())
    }
}
