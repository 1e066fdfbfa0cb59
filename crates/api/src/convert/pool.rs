//! Pools.

use roster_domain::PoolId;
use roster_engine::{Explanation, MemberView as Member, NewPool, NobodyReady, PoolPatch, PoolView as Pool, Selected};

use super::query::platform_id;
use crate::{
    Fault,
    wire::pool::{
        CreatePoolRequest, ExplanationView, MemberView, NobodyReadyView, PoolView, SelectedView, UpdatePoolRequest,
    },
};

impl TryFrom<CreatePoolRequest> for NewPool {
    type Error = Fault;

    fn try_from(request: CreatePoolRequest) -> Result<Self, Fault> {
        Ok(Self {
            name: request.name,
            platform: platform_id("platform", &request.platform)?,
            description: request.description.unwrap_or_default(),
            strategy: request.strategy.map(Into::into).unwrap_or_default(),
            max_size: request.max_size,
        })
    }
}

impl From<UpdatePoolRequest> for PoolPatch {
    fn from(request: UpdatePoolRequest) -> Self {
        Self {
            name: request.name,
            description: request.description,
            strategy: request.strategy.map(Into::into),
            max_size: request.max_size,
        }
    }
}

impl From<Pool> for PoolView {
    fn from(pool: Pool) -> Self {
        Self {
            id: pool.number,
            pool_id: pool.pool_id.into(),
            name: pool.name,
            platform: pool.platform.into(),
            description: pool.description,
            strategy: pool.strategy.into(),
            max_size: pool.max_size,
            member_count: pool.member_count,
            ready_count: pool.ready_count,
            created_at: pool.created_at,
            updated_at: pool.updated_at,
        }
    }
}

impl MemberView {
    /// A member of this pool.
    pub(crate) fn of(pool: &PoolId, member: &Member) -> Self {
        let account = &member.account.account;
        Self {
            pool_id: pool.to_string(),
            account_id: account.id.to_string(),
            platform: account.platform.to_string(),
            account_name: account.name.clone(),
            status: account.status.into(),
            priority: member.member.priority.unwrap_or(account.priority).get(),
            priority_is_own: member.member.priority.is_some(),
            use_count: member.account.usage.use_count,
            last_used_at: member.account.usage.last_used_at,
            added_at: member.member.added_at,
        }
    }
}

impl From<Selected> for SelectedView {
    fn from(selected: Selected) -> Self {
        let card = &selected.card;
        Self {
            account_id: card.account_id.to_string(),
            platform: card.platform.to_string(),
            account_name: card.account_name.clone(),
            status: card.status.into(),
            explanation: selected.explanation.map(|explanation| (*explanation).into()),
        }
    }
}

impl From<Explanation> for ExplanationView {
    fn from(explanation: Explanation) -> Self {
        Self {
            strategy: explanation.strategy.into(),
            priority: explanation.priority,
            use_count: explanation.use_count,
            last_used_at: explanation.last_used_at,
            ready_count: explanation.ready,
            others: explanation.others.into(),
        }
    }
}

impl From<NobodyReady> for NobodyReadyView {
    fn from(why: NobodyReady) -> Self {
        Self {
            members: why.members,
            pending: why.pending,
            expired: why.expired,
            restricted: why.restricted,
            disabled: why.disabled,
        }
    }
}
