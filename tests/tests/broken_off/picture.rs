//! What somebody sees of a database, to be held against another one.

use std::fmt;

use satu_tests::ledger::{self, Ledger};
use sqlx::AnyConnection;

/// Everything in a database that somebody can see, without ids and times.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    ledger: Ledger,
    /// Imports and drafts, their rows, every record of history, and what is remembered; a line each.
    lines: Vec<String>,
}

impl Picture {
    pub async fn of(tables: &mut AnyConnection) -> Self {
        let mut lines = Vec::new();
        for statement in [
            "SELECT state || ' ' || file || ' ' || new_count || ' ' || match_count || ' ' || duplicate_count || ' ' || \
             review_count || ' ' || repeat_count || ' ' || rejected_count FROM import_batch \
             WHERE state IN ('ready', 'committed', 'undone') ORDER BY 1",
            "SELECT b.state || ' ' || r.row_no || ' ' || r.outcome || ' ' || coalesce(r.reason, '-') || ' ' || \
             coalesce(r.decision, '-') || ' ' || coalesce(r.decided_by, '-') || ' ' || r.marks || ' ' || r.content \
             FROM import_row r JOIN import_batch b ON b.id = r.batch_id \
             WHERE b.state IN ('ready', 'committed', 'undone') ORDER BY 1",
            // A file that is known to break off. What is left of any other draft that came to nothing is seen by nobody.
            "SELECT b.state || ' ' || b.file || CASE WHEN EXISTS (SELECT 1 FROM import_row r WHERE r.batch_id = b.id) THEN ' rows' ELSE ' no row' END \
             FROM import_batch b WHERE b.file = 'terpotong.csv' ORDER BY 1",
            "SELECT a.full_name || ' ' || h.seq || ' ' || h.stage || ' ' || h.sub_state || ' ' || h.actor \
             FROM status_history h JOIN hiring_application a ON a.id = h.application_id ORDER BY 1",
            "SELECT a.full_name || ' ' || coalesce(m.full_name, '-') FROM hiring_application a \
             LEFT JOIN hiring_application m ON m.id = a.merged_into ORDER BY 1",
            "SELECT e.kind || ' ' || a.full_name || ' ' || o.full_name || ' ' || coalesce(r.kind, '-') || ' ' || e.actor || ' ' || \
             coalesce(v.choices, '-') FROM link_event e JOIN hiring_application a ON a.id = e.application_id \
             JOIN hiring_application o ON o.id = e.other_id LEFT JOIN link_event r ON r.id = e.reverses \
             LEFT JOIN link_value v ON v.event_id = e.id ORDER BY 1",
            "SELECT q.row_no || ' ' || q.reason || ' ' || q.discarded || ' ' || CASE WHEN q.decided_at IS NULL THEN 'waits' ELSE 'decided' END \
             FROM review_item q ORDER BY 1",
            "SELECT d.row_no || ' ' || d.decision || ' ' || d.decided_by || ' ' || d.reversed_by FROM reversed_decision d ORDER BY 1",
            "SELECT e.actor FROM told_apart t JOIN link_event e ON e.id = t.event_id ORDER BY 1",
            "SELECT a.full_name || ' ' || a.phone || ' ' || coalesce(h.full_name, '-') FROM account a \
             LEFT JOIN hiring_application h ON h.user_id = a.id ORDER BY 1",
            "SELECT a.full_name || ' ' || e.kind || ' ' || e.actor || CASE WHEN a.activated_at IS NULL THEN ' no' ELSE ' yes' END \
             FROM activation_event e JOIN account a ON a.id = e.account_id ORDER BY 1",
            // Whoever asks again after an end has another code: that one was sent, not how often. Tries are counted whatever becomes of them.
            "SELECT kind || ' ' || value || ' ' || purpose || CASE WHEN spent_at IS NULL THEN ' good' ELSE ' used' END FROM one_time_code ORDER BY 1",
            "SELECT a.full_name || ' ' || a.epoch || CASE WHEN a.email_proven_at IS NULL THEN ' typed' ELSE ' proven' END || \
             CASE WHEN a.withdrawn_at IS NULL THEN ' stays' ELSE ' goes' END FROM account a ORDER BY 1",
            "SELECT a.full_name || ' ' || s.generation || CASE WHEN s.ended_at IS NULL THEN ' goes on' ELSE ' ended' END \
             FROM session s JOIN account a ON a.id = s.account_id ORDER BY 1",
            // Whose answer was lost has another link: that there is one, not how many.
            "SELECT DISTINCT a.full_name || ' ' || i.made_by || CASE WHEN i.used_at IS NULL THEN ' waits' ELSE ' used' END \
             FROM invitation i JOIN hiring_application a ON a.id = i.application_id ORDER BY 1",
            "SELECT DISTINCT spent_on FROM code_budget ORDER BY 1",
            "SELECT q.why || ' ' || coalesce(q.outcome, '-') FROM account_question q ORDER BY 1",
            "SELECT q.why || ' ' || coalesce(w.outcome, 'back') || ' ' || w.actor FROM account_answer w \
             JOIN account_question q ON q.id = w.question_id ORDER BY 1",
            "SELECT a.full_name || ' ' || i.kind || ' ' || i.value || ' ' || i.keyed || CASE WHEN i.batch_id IS NULL THEN ' her own' ELSE ' brought' END \
             FROM application_identifier i JOIN hiring_application a ON a.id = i.application_id ORDER BY 1",
            "SELECT portal || ' ' || stage || ' ' || sub_state || ' ' || folded || ' ' || records FROM status_flow ORDER BY 1",
            "SELECT level || ' ' || portal || ' ' || stage || ' ' || records FROM status_sum s JOIN status_way w ON w.way = s.way ORDER BY 1",
            "SELECT name || ' ' || role || CASE WHEN disabled_at IS NULL THEN ' works' ELSE ' worked' END FROM staff ORDER BY 1",
            // Whose answer was lost has another offer: that there is one, not how many. The first of them is what her own password made void.
            "SELECT name || CASE WHEN password_due = 0 THEN ' her own' ELSE ' given' END || CASE WHEN totp_since IS NULL THEN ' one' ELSE ' two' END || \
             CASE WHEN totp_offered < 2 THEN '' ELSE ' offered' END FROM staff ORDER BY 1",
            "SELECT e.actor || ' ' || e.action || ' ' || e.target || CASE WHEN r.status IS NULL THEN ' asked' ELSE ' answered' END \
             FROM audit_event e LEFT JOIN audit_answer r ON r.id = e.id ORDER BY 1",
            "SELECT a.full_name || CASE WHEN t.heard_at > 0 THEN ' later' ELSE ' now' END FROM retention_turn t \
             JOIN hiring_application a ON a.id = t.application_id ORDER BY 1",
            "SELECT s.name || ' ' || t.device || CASE WHEN t.ended_at IS NULL THEN ' goes on' ELSE ' ended' END \
             FROM staff_session t JOIN staff s ON s.id = t.staff_id ORDER BY 1",
            "SELECT name || ' ' || language || ' ' || version FROM message_template ORDER BY 1",
            "SELECT name || ' ' || state || CASE WHEN filled_at IS NULL THEN ' fills' ELSE ' filled' END || coalesce(paused_why, '') FROM campaign ORDER BY 1",
            "SELECT m.phone || ' ' || m.channel || ' ' || m.purpose || ' ' || m.ordinal || ' ' || m.state || ' ' || m.attempts || ' ' || \
             coalesce(m.provider_id, '-') || ' ' || coalesce(m.error_code, '-') || ' ' || coalesce(m.judged_by, '-') || \
             CASE WHEN m.idempotency_key IS NULL THEN ' free' ELSE ' keyed' END || CASE WHEN m.remind_at IS NULL THEN '' ELSE ' remind' END \
             FROM outbox_message m ORDER BY 1",
            "SELECT channel || CASE WHEN closed_for > 0 THEN ' closed' ELSE ' open' END FROM channel_gate ORDER BY 1",
            "SELECT h.channel || ' ' || h.body FROM heard_message h ORDER BY 1",
            "SELECT provider_id || ' ' || word FROM early_word ORDER BY 1",
            "SELECT e.kind || ' ' || e.source || ' ' || e.actor FROM consent_event e ORDER BY 1",
            "SELECT source FROM suppression ORDER BY 1",
            "SELECT network || ' ' || code FROM undeliverable ORDER BY 1",
            "SELECT header_key FROM remembered_mapping ORDER BY 1",
            "SELECT request_key || ' ' || answer FROM kept_answer ORDER BY 1",
        ] {
            lines.extend(ledger::texts(tables, statement).await);
        }
        Self { ledger: Ledger::read(tables).await, lines }
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "{:?}", self.ledger.counts())?;
        self.lines.iter().try_for_each(|line| writeln!(to, "  {line}"))
    }
}
