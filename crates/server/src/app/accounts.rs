//! Accounts are made when they are first named.

use domain::account::{Account, AccountName};
use domain::id::AccountId;
use domain::time::Timestamp;
use store::{StoreError, WriteTx};

/// The account of this name, made where it is missing. `tx` must be about the whole installation.
pub(super) async fn account_named(
    tx: &mut WriteTx,
    name: AccountName,
    now: Timestamp,
) -> Result<Account, StoreError> {
    if let Some(account) = tx.account_named(&name).await? {
        return Ok(account);
    }
    let account =
        Account { id: AccountId::new(now), name, second_factor_required: false, created_at: now };
    tx.add_account(&account).await?;
    Ok(account)
}
