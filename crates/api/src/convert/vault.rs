//! The vault.

use roster_engine::{UnlockReport, VaultProblem, VaultState};

use crate::{
    ErrorCode,
    bridge::whole_seconds,
    wire::vault::{VaultNoticeView, VaultProblemView, VaultView},
};

impl From<VaultState> for VaultView {
    fn from(state: VaultState) -> Self {
        Self {
            phase: state.phase.into(),
            problem: state.problem.map(Into::into),
            wait_seconds: whole_seconds(state.wait),
            slot_kinds: state.slot_kinds.into_iter().map(Into::into).collect(),
            opened_with: state.opened_with.map(Into::into),
            needs: state.needs.into_iter().map(Into::into).collect(),
            locked_because: state.locked_because.map(Into::into),
            notice: state.notice.map(Into::into),
        }
    }
}

impl From<VaultProblem> for VaultProblemView {
    fn from(problem: VaultProblem) -> Self {
        let key_missing = matches!(problem, VaultProblem::KeyMissing);
        let (code, message) = match problem {
            VaultProblem::Damaged { what } => {
                (ErrorCode::VaultDamaged, format!("The vault's files are damaged: {what}."))
            }
            VaultProblem::KeyMissing => {
                (ErrorCode::VaultDamaged, String::from("The vault's header, which holds its keys, is missing."))
            }
            VaultProblem::Newer { found } => {
                (ErrorCode::VaultNewer, format!("A newer version of Roster wrote this vault (format {found})."))
            }
            VaultProblem::AlreadyOpen => {
                (ErrorCode::VaultBusy, String::from("Another program has this vault open. Close it there first."))
            }
            VaultProblem::Unreadable { what } => {
                (ErrorCode::Internal, format!("The vault's files cannot be read: {what}."))
            }
        };
        Self { code, message, key_missing }
    }
}

impl From<UnlockReport> for VaultNoticeView {
    fn from(report: UnlockReport) -> Self {
        Self {
            replayed: report.replayed,
            rebuilt: report.rebuilt,
            set_aside: report.damaged_parts + report.unreadable,
            lost: report.lost,
            lost_names: report.lost_names,
            logins_resumed: report.logins_resumed,
        }
    }
}
