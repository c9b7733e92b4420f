//! What has to hold among the records, whatever was killed: a question for each, whose answers are what breaks it.

use crate::audit::Invariant;

/// One thing that has to hold.
pub(super) struct Rule {
    pub(super) invariant: Invariant,
    /// What is wrong with what breaks it.
    pub(super) says: &'static str,
    /// Finds it; its name is the column `subject`.
    pub(super) broken_by: &'static str,
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        invariant: Invariant::I2,
        says: "it waits, and has no job: nobody will ever process it",
        broken_by: "SELECT s.tenant_id || '/' || s.id AS subject FROM sessions s \
             LEFT JOIN jobs j ON j.tenant_id = s.tenant_id AND j.session_id = s.id \
             WHERE s.status NOT IN ('completed', 'failed') AND s.video_url NOT LIKE 'file:%' AND j.state IS NULL",
    },
    Rule {
        invariant: Invariant::I2,
        says: "its status is not that of its job",
        broken_by: "SELECT s.tenant_id || '/' || s.id AS subject FROM sessions s \
             JOIN jobs j ON j.tenant_id = s.tenant_id AND j.session_id = s.id \
             WHERE (s.recording IS NULL AND NOT CASE j.state \
                 WHEN 'waiting' THEN s.status IN ('queued', 'in_progress') \
                 WHEN 'running' THEN s.status IN ('queued', 'in_progress') \
                 WHEN 'stopped' THEN s.status = 'failed' WHEN 'cancelled' THEN s.status = 'failed' ELSE FALSE END) \
             OR (s.recording IS NOT NULL AND s.status NOT IN ('completed', 'failed'))",
    },
    Rule {
        invariant: Invariant::I2,
        says: "its job ended without a reason",
        broken_by: "SELECT tenant_id || '/' || session_id AS subject FROM jobs \
             WHERE state IN ('stopped', 'cancelled') AND fault_code IS NULL",
    },
    Rule {
        invariant: Invariant::I2,
        says: "a job is there, and its session is not",
        broken_by: "SELECT j.tenant_id || '/' || j.session_id AS subject FROM jobs j \
             LEFT JOIN sessions s ON s.tenant_id = j.tenant_id AND s.id = j.session_id \
             WHERE s.id IS NULL AND j.state <> 'deleted'",
    },
    Rule {
        invariant: Invariant::I2,
        says: "it was deleted, and is there",
        broken_by: "SELECT s.tenant_id || '/' || s.id AS subject FROM sessions s \
             JOIN jobs j ON j.tenant_id = s.tenant_id AND j.session_id = s.id WHERE j.state = 'deleted'",
    },
    Rule {
        invariant: Invariant::I2,
        says: "it failed, and nothing says why",
        broken_by: "SELECT s.tenant_id || '/' || s.id AS subject FROM sessions s \
             LEFT JOIN findings f ON f.tenant_id = s.tenant_id AND f.session_id = s.id \
             WHERE s.status = 'failed' AND s.recording IS NOT NULL AND f.code IS NULL",
    },
    Rule {
        invariant: Invariant::I3,
        says: "its procedures are not numbered from 1 without a gap",
        broken_by: "SELECT tenant_id || '/' || session_id AS subject FROM procedures GROUP BY tenant_id, session_id \
             HAVING count(*) <> max(ordinal)",
    },
    Rule {
        invariant: Invariant::I3,
        says: "it has results, and no run has finished it",
        broken_by: "SELECT s.tenant_id || '/' || s.id AS subject FROM sessions s WHERE s.recording IS NULL AND ( \
               EXISTS (SELECT 1 FROM procedures r WHERE r.tenant_id = s.tenant_id AND r.session_id = s.id) OR \
               EXISTS (SELECT 1 FROM findings r WHERE r.tenant_id = s.tenant_id AND r.session_id = s.id) OR \
               EXISTS (SELECT 1 FROM provenance r WHERE r.tenant_id = s.tenant_id AND r.session_id = s.id) OR \
               EXISTS (SELECT 1 FROM transcript_utterances r WHERE r.tenant_id = s.tenant_id AND r.session_id = s.id))",
    },
    Rule {
        invariant: Invariant::I3,
        says: "a run has finished it, and nothing says which",
        broken_by: "SELECT s.tenant_id || '/' || s.id AS subject FROM sessions s \
             LEFT JOIN provenance p ON p.tenant_id = s.tenant_id AND p.session_id = s.id \
             WHERE s.recording IS NOT NULL AND p.version IS NULL",
    },
    Rule {
        invariant: Invariant::I6,
        says: "its job was claimed under an epoch that the session has not reached",
        broken_by: "SELECT s.tenant_id || '/' || s.id AS subject FROM sessions s \
             JOIN jobs j ON j.tenant_id = s.tenant_id AND j.session_id = s.id WHERE j.epoch > s.epoch",
    },
    Rule {
        invariant: Invariant::I6,
        says: "it was deleted, and its epoch could be given again",
        broken_by: "SELECT j.tenant_id || '/' || j.session_id AS subject FROM jobs j \
             LEFT JOIN turns t ON t.tenant_id = j.tenant_id WHERE j.state = 'deleted' AND j.epoch > coalesce(t.epoch, 0)",
    },
    Rule {
        invariant: Invariant::I9,
        says: "it failed, and has procedures",
        broken_by: "SELECT DISTINCT s.tenant_id || '/' || s.id AS subject FROM sessions s \
             JOIN procedures p ON p.tenant_id = s.tenant_id AND p.session_id = s.id WHERE s.status = 'failed'",
    },
    Rule {
        invariant: Invariant::I9,
        says: "a procedure's score is not that of its card",
        broken_by: "SELECT DISTINCT tenant_id || '/' || session_id AS subject FROM procedures \
             WHERE score <> json_extract(score_components, '$.total')",
    },
    Rule {
        invariant: Invariant::I9,
        says: "its score is not that of its card",
        broken_by: "SELECT tenant_id || '/' || id AS subject FROM sessions \
             WHERE score IS NOT json_extract(score_components, '$.total')",
    },
    Rule {
        invariant: Invariant::I10,
        says: "a procedure can't be searched for, or under another status than it has",
        broken_by: "SELECT DISTINCT p.tenant_id || '/' || p.session_id AS subject FROM procedures p \
             LEFT JOIN search_documents d ON d.tenant_id = p.tenant_id AND d.procedure_id = p.id \
             WHERE d.approved IS NOT (p.status = 'approved')",
    },
    Rule {
        invariant: Invariant::I10,
        says: "who searches is not told of one of its procedures",
        broken_by: "SELECT DISTINCT p.tenant_id || '/' || p.session_id AS subject FROM procedures p \
             JOIN search_documents d ON d.tenant_id = p.tenant_id AND d.procedure_id = p.id \
             LEFT JOIN search_states s ON s.tenant_id = d.tenant_id WHERE d.number > coalesce(s.newest, 0)",
    },
    Rule {
        invariant: Invariant::I11,
        says: "the tenant's quota counts a recording twice, or one that is not there",
        broken_by: "SELECT r.tenant_id || '/' || r.session_id AS subject FROM recordings r \
             LEFT JOIN sessions s ON s.tenant_id = r.tenant_id AND s.id = r.session_id WHERE s.id IS NULL",
    },
];
