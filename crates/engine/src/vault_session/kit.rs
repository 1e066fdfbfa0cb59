//! The recovery kit: twelve words that open the vault. They are shown first and are in force only after two of them
//! were typed back, so that a kit nobody has written down is no kit.

use std::sync::Arc;

use roster_domain::Secret;
use roster_vault::{NewSlot, RecoveryWords};

use super::{RecoveryKit, SlotKind, reauth::on_vault, session::PendingKit};
use crate::{Clash, Deed, Engine, Error, Problem};

const WORDS: usize = 12;

impl Engine {
    /// Makes the words of a kit. Without the password only within ten minutes after the vault was made or was opened
    /// with an earlier kit.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::UnlockTooSoon`]; [`Error::InvalidRequest`] when the password is missing.
    pub async fn make_recovery_kit(&self, password: Option<Secret<String>>) -> Result<RecoveryKit, Error> {
        self.owner_or_fresh(password).await?;
        let vault_name = self.vault_name()?;
        let words = RecoveryWords::make();
        let first = rand::random_range(0..WORDS);
        let second = (first + rand::random_range(1..WORDS)) % WORDS;
        let ask = [first.min(second), first.max(second)];
        let made_at = self.core.now();
        let list = words.expose().split(' ').map(Secret::from).collect();
        self.core.session.lock().kit = Some(PendingKit { words, ask, made_at });
        Ok(RecoveryKit { words: list, ask: ask.map(|at| at + 1), made_at, vault_name })
    }

    /// Puts the kit that was made last in force, in place of an earlier one.
    ///
    /// # Errors
    /// [`Clash::NoKit`]; [`Error::InvalidRequest`] for other words than those that were asked for; [`Error::Storage`].
    pub async fn confirm_recovery_kit(&self, typed: Vec<Secret<String>>) -> Result<(), Error> {
        let open = self.open()?;
        let (words, made_at) = {
            let session = self.core.session.lock();
            let kit = session.kit.as_ref().ok_or(Error::Conflict(Clash::NoKit))?;
            let list: Vec<&str> = kit.words.expose().split(' ').collect();
            let right = |(at, typed): (&usize, &Secret<String>)| typed.expose().trim().eq_ignore_ascii_case(list[*at]);
            if typed.len() != kit.ask.len() || !kit.ask.iter().zip(&typed).all(right) {
                return Err(Error::invalid("words", Problem::OtherWords));
            }
            (kit.words.clone(), kit.made_at)
        };
        let core = Arc::clone(&self.core);
        open.whole(move |open| async move {
            let replaced = on_vault(&open, move |vault| {
                let earlier: Vec<_> =
                    vault.slots()?.into_iter().filter(|slot| slot.kind == SlotKind::Recovery.into()).collect();
                vault.add_slot(NewSlot::Recovery(&words), Some(made_at.as_second()))?;
                for slot in &earlier {
                    vault.remove_slot(slot.id)?;
                }
                Ok(!earlier.is_empty())
            });
            let rotated = replaced.await?;
            core.session.lock().kit = None;
            open.note(Deed::SlotAdded, None, Some(SlotKind::Recovery.word().to_owned())).await;
            if rotated {
                open.note(Deed::Rotated, None, None).await;
            }
            Ok(())
        })
        .await
    }
}
