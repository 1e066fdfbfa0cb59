//! Bitmaps of slots by what accounts have in common, and the columns a list is ordered by.

use std::{collections::HashMap, hash::Hash};

use jiff::Timestamp;
use roaring::RoaringBitmap;
use roster_domain::{Account, AccountStatus, PlatformId};

use super::needs_me;
use crate::AccountQuery;

/// What a list is ordered by, small and side by side.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Column {
    pub(super) number: u64,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) last_check: Option<i64>,
    pub(super) expires: Option<i64>,
    pub(super) platform: u16,
    pub(super) priority: u8,
    pub(super) status: u8,
}

/// The bitmaps and columns.
#[derive(Debug, Default)]
pub(super) struct Sets {
    pub(super) all: RoaringBitmap,
    status: [RoaringBitmap; AccountStatus::ALL.len()],
    platforms: HashMap<PlatformId, RoaringBitmap>,
    tags: HashMap<String, RoaringBitmap>,
    tag_keys: HashMap<String, RoaringBitmap>,
    users: HashMap<String, RoaringBitmap>,
    projects: HashMap<String, RoaringBitmap>,
    needs_me: RoaringBitmap,
    columns: Vec<Column>,
    platform_names: Vec<PlatformId>,
}

fn status_index(status: AccountStatus) -> usize {
    AccountStatus::ALL.iter().position(|other| *other == status).unwrap_or_default()
}

/// How a label is named in filters and counts.
fn label(key: &str, value: &str) -> String {
    format!("{key}:{value}")
}

fn drop_from<K, Q>(map: &mut HashMap<K, RoaringBitmap>, key: &Q, slot: u32)
where
    K: Hash + Eq + std::borrow::Borrow<Q>,
    Q: Hash + Eq + ?Sized,
{
    if let Some(set) = map.get_mut(key) {
        set.remove(slot);
        if set.is_empty() {
            map.remove(key);
        }
    }
}

fn union<'a>(sets: impl Iterator<Item = Option<&'a RoaringBitmap>>) -> RoaringBitmap {
    sets.flatten().fold(RoaringBitmap::new(), |sum, set| sum | set)
}

impl Sets {
    pub(super) fn insert(&mut self, slot: u32, account: &Account) {
        self.all.insert(slot);
        self.status[status_index(account.status)].insert(slot);
        self.platforms.entry(account.platform.clone()).or_default().insert(slot);
        for (key, value) in &account.tags {
            self.tags.entry(label(key, value)).or_default().insert(slot);
            self.tag_keys.entry(key.clone()).or_default().insert(slot);
        }
        if let Some(user) = &account.user_id {
            self.users.entry(user.clone()).or_default().insert(slot);
        }
        if let Some(project) = &account.project_id {
            self.projects.entry(project.clone()).or_default().insert(slot);
        }
        if needs_me(account).is_some() {
            self.needs_me.insert(slot);
        }
        let column = self.column_of(account);
        if self.columns.len() <= slot as usize {
            self.columns.resize(slot as usize + 1, Column::default());
        }
        self.columns[slot as usize] = column;
    }

    pub(super) fn remove(&mut self, slot: u32, account: &Account) {
        self.all.remove(slot);
        self.status[status_index(account.status)].remove(slot);
        drop_from(&mut self.platforms, &account.platform, slot);
        for (key, value) in &account.tags {
            drop_from(&mut self.tags, label(key, value).as_str(), slot);
            drop_from(&mut self.tag_keys, key.as_str(), slot);
        }
        if let Some(user) = &account.user_id {
            drop_from(&mut self.users, user.as_str(), slot);
        }
        if let Some(project) = &account.project_id {
            drop_from(&mut self.projects, project.as_str(), slot);
        }
        self.needs_me.remove(slot);
    }

    fn column_of(&mut self, account: &Account) -> Column {
        let known = self.platform_names.iter().position(|name| *name == account.platform);
        let platform = known.unwrap_or_else(|| {
            self.platform_names.push(account.platform.clone());
            self.platform_names.len() - 1
        });
        Column {
            number: account.number,
            created: account.created_at.as_millisecond(),
            updated: account.updated_at.as_millisecond(),
            last_check: account.last_check.as_ref().map(|check| check.at.as_millisecond()),
            expires: account.expires_at.map(Timestamp::as_millisecond),
            platform: u16::try_from(platform).unwrap_or(u16::MAX),
            priority: account.priority.get(),
            status: u8::try_from(status_index(account.status)).unwrap_or_default(),
        }
    }

    pub(super) fn column(&self, slot: u32) -> Column {
        self.columns.get(slot as usize).copied().unwrap_or_default()
    }

    /// The place of each platform in alphabetical order.
    pub(super) fn platform_ranks(&self) -> Vec<u16> {
        let mut order: Vec<usize> = (0..self.platform_names.len()).collect();
        order.sort_by(|a, b| self.platform_names[*a].cmp(&self.platform_names[*b]));
        let mut ranks = vec![0_u16; order.len()];
        for (rank, index) in order.into_iter().enumerate() {
            ranks[index] = u16::try_from(rank).unwrap_or(u16::MAX);
        }
        ranks
    }

    pub(super) fn platform(&self, platform: &PlatformId) -> Option<&RoaringBitmap> {
        self.platforms.get(platform)
    }

    pub(super) fn status(&self, status: AccountStatus) -> &RoaringBitmap {
        &self.status[status_index(status)]
    }

    pub(super) fn platforms(&self) -> impl Iterator<Item = (&PlatformId, &RoaringBitmap)> {
        self.platforms.iter()
    }

    pub(super) fn tags(&self) -> impl Iterator<Item = (&String, &RoaringBitmap)> {
        self.tags.iter()
    }

    pub(super) fn needing(&self) -> &RoaringBitmap {
        &self.needs_me
    }

    /// What the status filter lets through; `None` when there is none.
    pub(super) fn by_status(&self, query: &AccountQuery) -> Option<RoaringBitmap> {
        let sets = query.statuses.iter().map(|status| Some(self.status(*status)));
        (!query.statuses.is_empty()).then(|| union(sets))
    }

    /// What the platform filter lets through.
    pub(super) fn by_platform(&self, query: &AccountQuery) -> Option<RoaringBitmap> {
        (!query.platforms.is_empty()).then(|| union(query.platforms.iter().map(|id| self.platforms.get(id))))
    }

    /// What the tag filter lets through.
    pub(super) fn by_tag(&self, query: &AccountQuery) -> Option<RoaringBitmap> {
        let set = |tag: &String| self.tags.get(tag).or_else(|| self.tag_keys.get(tag));
        (!query.tags.is_empty()).then(|| union(query.tags.iter().map(set)))
    }

    /// What the user and project filters let through together.
    pub(super) fn by_owner(&self, query: &AccountQuery) -> Option<RoaringBitmap> {
        let of = |map: &HashMap<String, RoaringBitmap>, key: &str| map.get(key).cloned().unwrap_or_default();
        let user = query.user_id.as_deref().map(|user| of(&self.users, user));
        let project = query.project_id.as_deref().map(|project| of(&self.projects, project));
        match (user, project) {
            (Some(user), Some(project)) => Some(user & project),
            (user, project) => user.or(project),
        }
    }
}
