//! The people of an account: what they may do, and that they go.

use domain::account::{Account, Role};
use domain::audit::AuditKind;
use domain::id::OperatorId;
use domain::time::Timestamp;
use store::{Member, Scope, StoreError, WriteTx};

use crate::app::App;
use crate::app::audit::Actor;

/// Why nothing was changed about a member.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// There is no such operator.
    #[error("there is no such person in this account")]
    Unknown,
    /// Nobody would be left who may let people in.
    #[error("an account needs an owner: make somebody else one first")]
    LastOwner,
    /// Who asks for second factors needs one.
    #[error("set up your own second factor first: without it you would be kept out")]
    NoSecondFactor,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The people of an account.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(app: &App, account: &Account) -> Result<Vec<Member>, StoreError> {
    app.store.read().await?.members(&account.id).await
}

/// Changes what a member may do.
///
/// # Errors
/// [`MemberError`]; nothing is changed then.
pub async fn change_role(
    app: &App,
    actor: &Actor,
    id: &OperatorId,
    role: Role,
) -> Result<(), MemberError> {
    let (now, account) = (app.clock.now(), &actor.operator.account_id);
    let mut tx = app.store.write(Scope::Account(account)).await?;
    let member = tx.operator(account, id).await?.ok_or(MemberError::Unknown)?.operator;
    if member.role == role {
        return Ok(());
    }
    if member.role == Role::Owner && tx.count_owners(account).await? <= 1 {
        return Err(MemberError::LastOwner);
    }
    tx.put_role(&member, role).await?;
    if member.role == Role::Owner {
        withdraw_invitations(&mut tx, actor, id, now).await?;
    }
    let change = format!("{} → {}", member.role.as_str(), role.as_str());
    let entry = actor.does(AuditKind::RoleChanged, now).about(member.email.signed());
    tx.append_audit(&entry.with_detail(change)).await?;
    tx.commit().await?;
    tracing::info!(operator = %actor.operator.id, member = %id, role = role.as_str(), "role changed");
    Ok(())
}

/// Removes a member: their sessions end at once.
///
/// # Errors
/// [`MemberError`]; nothing is changed then.
pub async fn remove(app: &App, actor: &Actor, id: &OperatorId) -> Result<(), MemberError> {
    let (now, account) = (app.clock.now(), &actor.operator.account_id);
    let mut tx = app.store.write(Scope::Account(account)).await?;
    let member = tx.operator(account, id).await?.ok_or(MemberError::Unknown)?.operator;
    if member.role == Role::Owner && tx.count_owners(account).await? <= 1 {
        return Err(MemberError::LastOwner);
    }
    tx.remove_operator(&member, now).await?;
    withdraw_invitations(&mut tx, actor, id, now).await?;
    let entry = actor.does(AuditKind::MemberRemoved, now).about(member.email.signed());
    tx.append_audit(&entry.with_detail(member.role.as_str())).await?;
    tx.commit().await?;
    tracing::info!(operator = %actor.operator.id, member = %id, "member removed");
    Ok(())
}

/// Withdraws the invitations of who may invite nobody any more: their links would let in whom they like.
async fn withdraw_invitations(
    tx: &mut WriteTx,
    actor: &Actor,
    inviter: &OperatorId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let account = &actor.operator.account_id;
    for invitation in tx.invitations(account).await? {
        if invitation.invited_by == *inviter {
            tx.remove_invitation(account, &invitation.id).await?;
            let entry = actor.does(AuditKind::InvitationWithdrawn, now);
            tx.append_audit(&entry.about(invitation.email.signed())).await?;
        }
    }
    Ok(())
}

/// Whether everybody needs a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorRule {
    /// Everybody does.
    Required,
    /// Each as they like.
    Optional,
}

/// Sets whether everybody in an account needs a second factor: who has none is asked to set one up before anything else.
///
/// # Errors
/// [`MemberError::NoSecondFactor`], [`MemberError::Store`].
pub async fn set_rule(
    app: &App,
    actor: &Actor,
    rule: SecondFactorRule,
) -> Result<Account, MemberError> {
    let (now, operator) = (app.clock.now(), &actor.operator);
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    let account = tx.account(&operator.account_id).await?.ok_or(MemberError::Unknown)?;
    let required = rule == SecondFactorRule::Required;
    if account.second_factor_required == required {
        return Ok(account);
    }
    if required && !tx.second_factors(operator).await?.any() {
        return Err(MemberError::NoSecondFactor);
    }
    let account = Account { second_factor_required: required, ..account };
    tx.put_second_factor_required(&account).await?;
    let kind =
        if required { AuditKind::SecondFactorRequired } else { AuditKind::SecondFactorOptional };
    tx.append_audit(&actor.does(kind, now)).await?;
    tx.commit().await?;
    Ok(account)
}
