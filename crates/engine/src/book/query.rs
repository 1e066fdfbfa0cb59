//! One page out of all accounts.

use jiff::Timestamp;
use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use super::{Book, sets::Column, text::needle};
use crate::{AccountPage, AccountQuery, Error, Problem, SortKey};

/// The longest page.
const LONGEST_PAGE: u32 = 500;
/// With so few candidates, looking at each is quicker than going over all texts or names.
const FEW: u64 = 2_000;

/// What each filter lets through; `None` for one that is not set.
pub(super) struct Filtered {
    pub(super) status: Option<RoaringBitmap>,
    pub(super) platform: Option<RoaringBitmap>,
    pub(super) tag: Option<RoaringBitmap>,
    pub(super) needs_me: bool,
    /// All the other filters together.
    pub(super) rest: RoaringBitmap,
}

fn and(set: RoaringBitmap, other: Option<&RoaringBitmap>) -> RoaringBitmap {
    match other {
        Some(other) => set & other,
        None => set,
    }
}

/// Smallest first as unsigned numbers; what is not there comes last in both directions.
fn rank(value: Option<i64>, descending: bool) -> u64 {
    let Some(value) = value else { return u64::MAX };
    let ascending = (value as u64) ^ (1 << 63);
    if descending { !ascending } else { ascending }
}

impl Book {
    /// One page.
    pub(crate) fn page(&self, query: &AccountQuery, now: Timestamp) -> Result<AccountPage, Error> {
        if query.limit == 0 || query.limit > LONGEST_PAGE {
            let problem = Problem::OutOfRange { min: 1, max: u64::from(LONGEST_PAGE) };
            return Err(Error::invalid("limit", problem));
        }
        let filtered = self.filter(query)?;
        let found = self.together(&filtered);
        let slots = self.ordered(&found, query);
        Ok(AccountPage {
            accounts: slots.into_iter().filter_map(|slot| self.view(slot, now)).collect(),
            total: found.len(),
            limit: query.limit,
            offset: query.offset,
            facets: query.facets.then(|| self.facets(&filtered, found.len())),
        })
    }

    /// All that a query finds, without page and order.
    pub(crate) fn matching(&self, query: &AccountQuery) -> Result<RoaringBitmap, Error> {
        Ok(self.together(&self.filter(query)?))
    }

    fn filter(&self, query: &AccountQuery) -> Result<Filtered, Error> {
        let mut rest = and(self.sets.all.clone(), self.sets.by_owner(query).as_ref());
        if let Some(ids) = &query.ids {
            rest &= ids.iter().filter_map(|id| self.find(id).ok()).collect::<RoaringBitmap>();
        }
        if let Some(id) = &query.pool {
            let pool = self.pools.get(id).ok_or_else(|| Error::PoolNotFound { id: id.to_string() })?;
            rest &= pool.slots();
        }
        if let Some(needle) = query.text.as_deref().and_then(needle) {
            rest = if rest.len() <= FEW {
                let finder = Finder::new(&needle);
                rest.iter().filter(|slot| self.text.holds(*slot, &finder)).collect()
            } else {
                rest & self.text.search(&needle)
            };
        }
        Ok(Filtered {
            status: self.sets.by_status(query),
            platform: self.sets.by_platform(query),
            tag: self.sets.by_tag(query),
            needs_me: query.needs_me,
            rest,
        })
    }

    /// All filters together.
    pub(super) fn together(&self, filtered: &Filtered) -> RoaringBitmap {
        let set = and(filtered.rest.clone(), filtered.status.as_ref());
        let set = and(and(set, filtered.platform.as_ref()), filtered.tag.as_ref());
        if filtered.needs_me { set & self.sets.needing() } else { set }
    }

    /// The slots of the page, in order.
    fn ordered(&self, found: &RoaringBitmap, query: &AccountQuery) -> Vec<u32> {
        let (skip, take) = (query.offset as usize, query.limit as usize);
        if skip as u64 >= found.len() {
            return Vec::new();
        }
        if query.sort == SortKey::Name && found.len() > FEW {
            return self.ordered_by_name(found, query);
        }
        if query.sort == SortKey::Name {
            let mut rows: Vec<_> = found.iter().filter_map(|slot| Some((&self.row(slot)?.name_key, slot))).collect();
            rows.sort_unstable();
            if query.descending {
                rows.reverse();
            }
            return rows.into_iter().skip(skip).take(take).map(|(_, slot)| slot).collect();
        }
        let ranks = self.sets.platform_ranks();
        let key = |slot: u32| {
            let column = self.sets.column(slot);
            (rank(self.sort_value(slot, &column, query.sort, &ranks), query.descending), column.number, slot)
        };
        let mut keys: Vec<_> = found.iter().map(key).collect();
        let end = (skip + take).min(keys.len());
        // Only the page itself is put in order; what comes before and after it is told apart and no more.
        if end < keys.len() {
            keys.select_nth_unstable(end);
            keys.truncate(end);
        }
        if skip > 0 {
            keys.select_nth_unstable(skip);
        }
        let page = &mut keys[skip..];
        page.sort_unstable();
        page.iter().map(|(_, _, slot)| *slot).collect()
    }

    fn ordered_by_name(&self, found: &RoaringBitmap, query: &AccountQuery) -> Vec<u32> {
        let (skip, take) = (query.offset as usize, query.limit as usize);
        let everything = found.len() == self.sets.all.len();
        let wanted = |slot: &u32| everything || found.contains(*slot);
        let names = self.by_name.iter().map(|(_, slot)| *slot);
        if query.descending {
            names.rev().filter(wanted).skip(skip).take(take).collect()
        } else {
            names.filter(wanted).skip(skip).take(take).collect()
        }
    }

    fn sort_value(&self, slot: u32, column: &Column, sort: SortKey, platform_ranks: &[u16]) -> Option<i64> {
        let whole = |value: u64| Some(i64::try_from(value).unwrap_or(i64::MAX));
        match sort {
            SortKey::Number | SortKey::Name => whole(column.number),
            SortKey::Platform => platform_ranks.get(usize::from(column.platform)).map(|rank| i64::from(*rank)),
            SortKey::Status => Some(i64::from(column.status)),
            SortKey::Priority => Some(i64::from(column.priority)),
            SortKey::UseCount => whole(self.counters.wear(slot).0),
            SortKey::LastUsed => self.counters.last_ms(slot),
            SortKey::LastCheck => column.last_check,
            SortKey::ExpiresAt => column.expires,
            SortKey::CreatedAt => Some(column.created),
            SortKey::UpdatedAt => Some(column.updated),
        }
    }
}
